"""From a draft to a post, and what its author may still do with it. Both doors, mail and web, come through here."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from colloque.circles.models import Circle
from colloque.people.models import Allowance, Member

from . import authorship, guard, signals
from .models import Access, Attention, Byline, Draft, Post, Thread, Transition
from .models.thread import TITLE_LENGTH
from .refusals import EmptyText, EmptyTitle, NotInCircle, NotYours, TextTooLong, ThreadClosed, TooMany

LONGEST_TEXT = 20_000
POSTS_A_DAY = 60


@transaction.atomic
def publish(draft: Draft, *, day: date | None = None) -> Post:
    """Publish a draft: guard, thread, byline, post, transition, announcement; all or nothing.

    `day` is today unless an import brings its own. The draft is gone afterwards. Raises a `Refusal`, with the draft
    kept.
    """
    _check(draft)
    verdict = guard.examine(draft)
    day = day or timezone.localdate()
    thread = draft.thread or Thread.objects.create(circle=draft.circle, title=one_line(draft.title))
    position = thread.take_position()
    if draft.thread is not None and not thread.is_open:
        raise ThreadClosed  # while this was on its way
    post = Post(
        key=draft.key,  # known before publication: the same form sent twice is found again
        thread=thread,
        parent=draft.parent,
        position=position,
        byline=authorship.sign(draft.author, thread, draft.byline_kind),
        verdict=verdict,
        via=draft.via,
        published_on=day,
    )
    post.write(draft.source.strip())
    post.keep_elided(draft.elided)
    post.save()
    if post.is_question:
        thread.move(Thread.State.PUBLISHED, rule="published", role=Transition.Role.AUTHOR, day=day)
    post.move(Post.State.PUBLISHED, rule="published", role=Transition.Role.AUTHOR, day=day)
    _count(thread, post, day)
    draft.attachments.update(post=post, draft=None)
    Attention.follow_unless_muted(draft.author, thread)
    if draft.pk:
        draft.delete()
    announcement = signals.question_published if post.is_question else signals.answer_published
    announcement.send(sender=Post, post=post)
    return post


def _check(draft: Draft) -> None:
    if not draft.source.strip() and not (draft.pk and draft.attachments.exists()):
        raise EmptyText
    if len(draft.source) > LONGEST_TEXT:
        raise TextTooLong
    if draft.thread is None:
        if not one_line(draft.title):
            raise EmptyTitle
        if not draft.circle.has_member(draft.author):
            raise NotInCircle
    elif not may_answer(draft.author, draft.thread):
        raise NotInCircle if draft.thread.is_open else ThreadClosed
    if not Allowance.take("post", draft.author.key, most=POSTS_A_DAY, within=timedelta(days=1)):
        raise TooMany


def one_line(title: str) -> str:
    """A title on one line, without control characters; no-break spaces stay, French needs them."""
    visible = "".join(char for char in title if unicodedata.category(char) != "Cf")  # no zero-width, no bidi override
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", visible).strip()


def twin_of(draft: Draft) -> Post | None:
    """What its author published already today, word for word, in the same place.

    A letter that came by two roads, or was sent anew under another Message-ID.
    """
    today, source = timezone.localdate(), draft.source.strip()
    if not source:
        return None
    mine = authorship.voices_of(draft.author).values("byline")
    same = Post.objects.published().filter(byline__in=mine, published_on=today, source=source, parent=draft.parent)
    if draft.thread is None:
        same = same.filter(position=0, thread__circle=draft.circle, thread__title=one_line(draft.title))
    return same.select_related("thread").first()


def may_answer(member: Member | None, thread: Thread) -> bool:
    """Whether a member may write in a thread: it is open, and they are of its circle, or were asked or invited.

    Who reads it only to settle a notice or to judge has no voice in it.
    """
    if member is None or not thread.is_open or not member.is_active:
        return False
    if thread.circle.has_member(member):
        return True
    asked = [Access.Reason.SOLICITED, Access.Reason.INVITED, Access.Reason.REFERENT]
    return thread.accesses.filter(member=member, reason__in=asked).exists()


def _count(thread: Thread, post: Post, day: date) -> None:
    if post.is_question:
        thread.touch(opened_on=day, last_activity_on=day)
    else:
        published = thread.posts.published().filter(position__gt=0).count()
        thread.touch(answer_count=published, last_activity_on=day)


@transaction.atomic
def correct(post: Post, member: Member, source: str, *, title: str | None = None) -> None:
    """Replace the text of one's own post. Raises NotYours, EmptyText, TextTooLong, ThreadClosed."""
    if not authorship.is_author(member, post) or post.state != Post.State.PUBLISHED:
        raise NotYours
    if not post.thread.is_open:
        raise ThreadClosed
    if not source.strip() and not post.attachments.exists():
        raise EmptyText
    if len(source) > LONGEST_TEXT:
        raise TextTooLong
    post.verdict = guard.examine_correction(source)
    post.write(source.strip())
    post.edited_on = timezone.localdate()
    post.save(update_fields=["source", "html", "renderer_version", "verdict", "edited_on"])
    if post.is_question and title and title.strip():
        post.thread.touch(title=one_line(title)[:TITLE_LENGTH])
    else:
        post.thread.touch()
    signals.post_corrected.send(sender=Post, post=post)


@transaction.atomic
def withdraw(post: Post, member: Member, reason: str = "") -> None:
    """Take back one's own post: its words and pictures are erased, its place, day and reason stay (law 6).

    A withdrawn question withdraws its thread when nobody has answered yet, and closes it otherwise. Raises NotYours.
    """
    if not authorship.is_author(member, post) or post.state != Post.State.PUBLISHED:
        raise NotYours
    _take_away(post, Post.State.WITHDRAWN, "withdrawn-by-author", Transition.Role.AUTHOR, reason)


def _take_away(post: Post, state: str, rule: str, role: str, reason: str) -> None:
    post.move(state, rule=rule, role=role, reason=reason)
    for picture in post.attachments.all():
        picture.erase()
    post.source, post.html, post.elided = "", "", None
    post.save(update_fields=["source", "html", "elided"])
    thread = post.thread
    if post.is_question and thread.is_open:
        thread.move(
            Thread.State.CLOSED if thread.answer_count else Thread.State.WITHDRAWN, rule=rule, role=role, reason=reason
        )
    if post.is_question:
        thread.touch(title="")  # the title is the question's words too, and may be what identified a patient
    _recount(thread)
    signals.post_withdrawn.send(sender=Post, post=post)


def _recount(thread: Thread) -> None:
    thread.touch(answer_count=thread.posts.published().filter(position__gt=0).count())


def may_close(member: Member | None, thread: Thread) -> bool:
    """The asker and the circle's hosts may close a thread and open it again."""
    if member is None or thread.state not in {Thread.State.PUBLISHED, Thread.State.CLOSED}:
        return False
    question = thread.posts.filter(position=0).first()
    if question is not None and authorship.is_author(member, question):
        return True
    return thread.circle.memberships.current().filter(member=member, role="host").exists()


@transaction.atomic
def close(thread: Thread, member: Member, reason: str = "", *, day: date | None = None) -> None:
    """End a thread: no more answers, everything stays readable. Raises NotYours."""
    if not may_close(member, thread) or not thread.is_open:
        raise NotYours
    thread.move(Thread.State.CLOSED, rule="closed", role=_role(member, thread), reason=reason, day=day)
    thread.touch()


@transaction.atomic
def reopen(thread: Thread, member: Member) -> None:
    """Open a closed thread again, while its question is still there to be answered. Raises NotYours."""
    if not may_close(member, thread) or thread.is_open or not thread.posts.published().filter(position=0).exists():
        raise NotYours
    thread.move(Thread.State.PUBLISHED, rule="reopened", role=_role(member, thread))
    thread.touch()


def _role(member: Member, thread: Thread) -> str:
    question = thread.posts.filter(position=0).first()
    is_asker = question is not None and authorship.is_author(member, question)
    return Transition.Role.AUTHOR if is_asker else Transition.Role.HOST


def start_question(author: Member, circle: Circle, title: str, source: str, **more: object) -> Draft:
    """A saved draft of a new question."""
    return Draft.objects.create(
        author=author, circle=circle, title=title[:200], source=source, **_with_kind(author, None, more)
    )


def start_answer(author: Member, parent: Post, source: str, **more: object) -> Draft:
    """A saved draft of an answer to a post."""
    thread = parent.thread
    return Draft.objects.create(
        author=author,
        circle=thread.circle,
        thread=thread,
        parent=parent,
        source=source,
        **_with_kind(author, thread, more),
    )


def _with_kind(author: Member, thread: Thread | None, more: dict[str, object]) -> dict[str, object]:
    kind = more.get("byline_kind") or authorship.usual_kind(author, thread)
    if kind not in (Byline.Kind.NAME, Byline.Kind.MASK):
        kind = Byline.Kind.NAME
    return {**more, "byline_kind": kind}
