"""The letters of a thread: a question to those who follow its circle, an answer to those it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from colloque.correspondence import purposes
from colloque.correspondence.models import Dispatch, Envelope
from colloque.correspondence.purposes import (
    Composition,
    Enclosure,
    MailingList,
    Outcome,
    Picture,
    Purpose,
    Quotation,
    Recipient,
    Reply,
)
from colloque.people.models import Mailbox, Member

from . import authorship, pictures, publishing, signals
from .models import Attention, Draft, Post, Thread
from .refusals import EmptyText, NotInCircle, Refusal, ThreadClosed
from .rendering import plain

# A question that could not be put within this time finds its answerers elsewhere.
QUESTION_LIVES = timedelta(days=21)
_QUOTED = 400


def about(post: Post) -> str:
    """How envelopes and reply addresses name a post."""
    return f"post:{post.key}"


def post_of(about: str) -> Post | None:
    """The post that an envelope is about, or None when it is no more."""
    rows = Post.objects.select_related("thread__circle", "byline", "parent__byline")
    return rows.filter(key=about.removeprefix("post:")).first()


def mailboxes_of(member_ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(member, mailbox) pairs: for each member who takes letters the address they prefer."""
    rows = (
        Mailbox.objects.reachable()
        .filter(member__in=member_ids, member__is_active=True, member__letters_stopped_on__isnull=True)
        .order_by("member_id", "-is_primary", "pk")
        .distinct("member_id")
    )
    return rows.values_list("member_id", "pk").iterator()


class _ThreadLetter(Purpose):
    """What question and answer letters share: where replies go, and what they say of the thread."""

    def receive(self, reply: Reply) -> Outcome:
        post = post_of(reply.about)
        if post is None or reply.member is None:
            return Outcome("refused", "gone")
        thread = post.thread
        if reply.command == "silence":
            Attention.mute(reply.member, thread)
            return Outcome("command", "silence", thread=thread.key)
        if not Thread.objects.readable_by(reply.member).filter(pk=thread.pk).exists():
            raise NotInCircle
        if not thread.is_open:
            raise ThreadClosed
        if not reply.text.strip() and not reply.enclosures:
            raise EmptyText
        draft = publishing.start_answer(reply.member, post, reply.text, elided=reply.elided, via=Post.Via.MAIL)
        return publish(draft, reply.enclosures)

    def _composed(self, post: Post, *, lead: str, why: str, how: str, from_name: str, remark: str = "") -> Composition:
        thread = post.thread
        ancestors = _ancestors(post)
        return Composition(
            subject=thread.title if post.is_question else f"Re: {thread.title}",
            lead=lead,
            why=why,
            how=how,
            remark=remark,
            from_name=from_name,
            body=plain(post.source),
            body_html=post.html,
            quotation=_quotation(post),
            link=post.path,
            link_label=_("Voir le fil"),
            mailing_list=MailingList(thread.circle.slug, thread.circle.name),
            message_id=message_id(post),
            in_reply_to=message_id(post.parent) if post.parent else "",
            references=tuple(message_id(each) for each in ancestors),
            pictures=tuple(_pictures(post)),
            is_clinical=True,
        )


class QuestionLetter(_ThreadLetter):
    """A new question, to the members who follow the circle; its author gets the same letter as a receipt."""

    name = "question"

    def audience(self, about: str) -> Iterable[Recipient]:
        post = post_of(about)
        if post is None:
            return
        author = authorship.author_of(post)
        followers = post.thread.circle.memberships.current().filter(follows=True).values("member")
        muted = post.thread.attentions.filter(level=Attention.Level.MUTED).values("member")
        expires = timezone.now() + QUESTION_LIVES
        asked = set(followers.exclude(member__in=muted).values_list("member", flat=True))
        if author is not None:
            asked.add(author.pk)
        for member_id, mailbox_id in mailboxes_of(asked):
            is_author = author is not None and member_id == author.pk
            yield Recipient(mailbox_id, is_budgeted=not is_author, expires=None if is_author else expires)

    def compose(self, envelope: Envelope) -> Composition | None:
        post = post_of(envelope.about)
        member = envelope.mailbox.member
        if post is None or post.state != Post.State.PUBLISHED or member is None or not _wants(envelope, post):
            return None
        if authorship.is_author(member, post):
            return self._composed(
                post,
                lead=_("Votre question est publiée dans « %(circle)s ». Les réponses vous viendront ici.")
                % {"circle": post.thread.circle.name},
                why=_("Vous recevez ce mail parce que vous avez posé cette question."),
                how=_("Pour ajouter une précision, répondez à ce mail. Pour corriger ou retirer, ouvrez le fil."),
                from_name=f"{post.byline.text}",
                remark=_signed_as(post),
            )
        if not post.thread.is_open or not _still_follows(member, post.thread):
            return None
        lead = _("%(who)s vous pose une question.") % {"who": _introduced(post)}
        return self._composed(
            post,
            lead=lead,
            why=_("Pourquoi vous : vous suivez le cercle « %(circle)s ».") % {"circle": post.thread.circle.name},
            how=_("Répondez à ce mail : quelques mots suffisent."),
            from_name=post.byline.text,
        )


class AnswerLetter(_ThreadLetter):
    """An answer: to the asker, to whoever is answered, to those who follow the thread, and to its author."""

    name = "answer"

    def audience(self, about: str) -> Iterable[Recipient]:
        post = post_of(about)
        if post is None:
            return
        question = post.thread.posts.get(position=0)
        asker, author = authorship.author_of(question), authorship.author_of(post)
        levels = dict(post.thread.attentions.values_list("member", "level"))
        wanted = {member for member, level in levels.items() if level == Attention.Level.FOLLOWING}
        answered = authorship.author_of(post.parent) if post.parent else None
        wanted |= {each.pk for each in (asker, answered, author) if each and levels.get(each.pk) != "muted"}
        free = {each.pk for each in (asker, author) if each}
        for member_id, mailbox_id in mailboxes_of(_readers(post.thread, wanted)):
            yield Recipient(mailbox_id, is_budgeted=member_id not in free)

    def compose(self, envelope: Envelope) -> Composition | None:
        post = post_of(envelope.about)
        member = envelope.mailbox.member
        if post is None or post.state != Post.State.PUBLISHED or member is None or not _wants(envelope, post):
            return None
        if authorship.is_author(member, post):
            return self._composed(
                post,
                lead=_("Votre réponse est publiée. Merci."),
                why=_("Vous recevez ce mail parce que vous venez d’écrire dans ce fil."),
                how=_("Pour ajouter quelque chose, répondez à ce mail. Pour corriger ou retirer, ouvrez le fil."),
                from_name=post.byline.text,
                remark=_signed_as(post),
            )
        if not Thread.objects.readable_by(member).filter(pk=post.thread_id).exists():
            return None
        return self._composed(
            post,
            lead=self._lead(post, member.pk),
            why=self._why(post, member.pk),
            how=_("Répondez à ce mail : votre mot ira dans le fil."),
            from_name=post.byline.text,
        )

    def _lead(self, post: Post, member_id: int) -> str:
        names = {"who": _introduced(post)}
        parent = authorship.author_of(post.parent) if post.parent else None
        if parent is not None and parent.pk == member_id:
            if post.parent and post.parent.is_question:
                return _("%(who)s répond à votre question.") % names
            return _("%(who)s vous répond.") % names
        return _("%(who)s répond dans un fil que vous suivez.") % names

    def _why(self, post: Post, member_id: int) -> str:
        question = post.thread.posts.get(position=0)
        asker = authorship.author_of(question)
        if asker is not None and asker.pk == member_id:
            return _("Vous recevez ce mail parce que vous avez posé la question.")
        return _("Vous recevez ce mail parce que vous avez écrit dans ce fil, ou le suivez.")


def message_id(post: Post) -> str:
    """Local part of the Message-ID of every letter about a post: the same for all, so that replies thread for all."""
    return f"p.{post.key}"


def _ancestors(post: Post) -> list[Post]:
    """From the question down to the parent (RFC 5322 References), at most ten."""
    chain: list[Post] = []
    above = post.parent
    while above is not None and len(chain) < 10:
        chain.append(above)
        above = above.parent
    return chain[::-1]


def _quotation(post: Post) -> Quotation | None:
    if post.parent is None or post.parent.state != Post.State.PUBLISHED:
        return None
    text = plain(post.parent.source)
    return Quotation(post.parent.byline.text, text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()}…")


def _introduced(post: Post) -> str:
    """« Une consœur, pneumologue, Bretagne, » or « Dr Solène Kervadec »: ready to be followed by a verb."""
    words = ", ".join(part for part in (post.byline.text, post.byline.detail) if part)
    return f"{words}," if "," in words else words


def _signed_as(post: Post) -> str:
    return _("Ce que voient les autres : %(byline)s · %(standing)s.") % {
        "byline": post.byline.text,
        "standing": post.byline.get_standing_display(),
    }


def _pictures(post: Post) -> Iterator[Picture]:
    for number, each in enumerate(post.attachments.all(), start=1):
        with each.file.open("rb") as file:
            name = f"image-{number}.{each.extension}"
            yield Picture(name, each.content_type, file.read(), each.description)


def _wants(envelope: Envelope, post: Post) -> bool:
    """Not muted or stopped since the letter was written."""
    member = envelope.mailbox.member
    if member is None or not member.takes_letters or not member.is_active:
        return False
    return Attention.of(member, post.thread) != Attention.Level.MUTED


def _still_follows(member: Member, thread: Thread) -> bool:
    """In the circle, and following it, not only when the letter was written but now that it leaves."""
    if not Thread.objects.readable_by(member).filter(pk=thread.pk).exists():
        return False
    return thread.circle.memberships.current().filter(member=member, follows=True).exists()


def _readers(thread: Thread, member_ids: set[int]) -> set[int]:
    """Those of the members who may read the thread, by the same rule as everywhere."""
    members = Member.objects.filter(pk__in=member_ids)
    return {each.pk for each in members if Thread.objects.readable_by(each).filter(pk=thread.pk).exists()}


def publish(draft: Draft, enclosures: Iterable[Enclosure]) -> Outcome:
    """Publish what came by mail, once by whatever roads it came. Raises a `Refusal`; its pictures' files are gone."""
    Member.objects.select_for_update().get(pk=draft.author_id)  # two copies read at once come one after the other
    twin = publishing.twin_of(draft)
    if twin is not None:
        draft.discard()
        return Outcome("recorded", "duplicate", thread=twin.thread.key, post=twin.key)
    try:
        left_out = pictures_of(draft, enclosures)
        post = publishing.publish(draft)
    except Refusal:
        for picture in draft.attachments.all():
            picture.file.storage.delete(str(picture.file.name))  # the refusal undoes the row, nothing undoes a file
        raise
    reason = "question" if post.is_question else "answer"
    return Outcome("published", reason, detail=left_out, thread=post.thread.key, post=post.key)


def pictures_of(draft: Draft, enclosures: Iterable[Enclosure]) -> str:
    """Attach what can be attached; returns the sentences about what could not, so that its author is told."""
    sentences = []
    for enclosure in enclosures:
        try:
            pictures.attach(draft, enclosure.data, enclosure.description)
        except Refusal as refusal:
            sentences.append(refusal.sentence)
    if not sentences:
        return ""
    left_out = ngettext(
        "%(n)s pièce jointe n’a pas été publiée.", "%(n)s pièces jointes n’ont pas été publiées.", len(sentences)
    ) % {"n": len(sentences)}
    return " ".join([left_out, *dict.fromkeys(sentences)])


def register() -> None:
    from .inviting import InvitationLetter

    for each in (QuestionLetter(), AnswerLetter(), InvitationLetter()):
        purposes.register(each)


@receiver(signals.question_published)
def _dispatch_question(post: Post, **_kwargs: object) -> None:
    Dispatch.write(QuestionLetter.name, about(post))


@receiver(signals.answer_published)
def _dispatch_answer(post: Post, **_kwargs: object) -> None:
    Dispatch.write(AnswerLetter.name, about(post))


@receiver(signals.post_withdrawn)
def _cancel_letters(post: Post, **_kwargs: object) -> None:
    """What still waits about a text that is gone waits no more, and takes nobody's place in the week."""
    waiting = Envelope.objects.open().filter(purpose__in=[QuestionLetter.name, AnswerLetter.name], about=about(post))
    for envelope in waiting.at_hand():
        envelope.cancel()
