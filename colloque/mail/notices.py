"""Letters about letters: what could not be published and why, and « is it you? » to the owner of a reply address."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from colloque.correspondence import purposes
from colloque.correspondence.models import Envelope
from colloque.correspondence.models.dispatch import ring
from colloque.correspondence.purposes import Composition, Outcome, Purpose, Reply
from colloque.people.models import Allowance, Mailbox, Member

from . import reasons
from .commands import fold_words
from .models import Letter

NOTICES_A_DAY = 3  # for one reason to one member: a program that answers programs is not fed for long
_YES = frozenset({"oui", "yes", "ok", "oui c est moi", "c est moi", "yes it s me", "oui c est bien moi"})
_NO = frozenset({"non", "no", "non ce n est pas moi", "ce n est pas moi"})


def _letter(about: str) -> Letter | None:
    return Letter.objects.filter(key=about.removeprefix("letter:")).first()


def _write(mailbox: Mailbox, purpose_name: str, letter: Letter) -> None:
    Envelope.objects.get_or_create(
        mailbox=mailbox, purpose=purpose_name, about=f"letter:{letter.key}", defaults={"is_budgeted": False}
    )
    ring()


def tell(member: Member, letter: Letter, reason: str) -> None:
    """Tell a member, at their registered address, that something of their letter was not published."""
    mailbox = member.primary_mailbox
    if mailbox is not None and Allowance.take(
        "notice", f"{member.key}:{reason}", most=NOTICES_A_DAY, within=timedelta(days=1)
    ):
        _write(mailbox, LetterNotice.name, letter)


def ask_owner(mailbox: Mailbox, letter: Letter) -> None:
    """Ask the owner of a reply address whether a letter that came from elsewhere is theirs. Never the sender."""
    owner = (mailbox.member.primary_mailbox if mailbox.member else mailbox) or mailbox
    if Allowance.take("ask-owner", owner.key, most=NOTICES_A_DAY, within=timedelta(days=1)):
        _write(owner, OwnerQuestion.name, letter)


class LetterNotice(Purpose):
    """What could not be published, why, and the author's own words, so that nothing is lost."""

    name = "letter-notice"

    def compose(self, envelope: Envelope) -> Composition | None:
        letter = _letter(envelope.about)
        if letter is None or letter.is_erased:
            return None
        from .reading import open_letter

        opened = open_letter(letter)
        is_published = letter.outcome == Letter.Outcome.PUBLISHED
        lead = (
            _("Votre message est publié, sauf une partie.") if is_published else _("Votre message n’a pas été publié.")
        )
        sentence = letter.detail or reasons.sentence(letter.reason)
        return Composition(
            subject=_("À propos de votre message : %(subject)s") % {"subject": opened.message.subject or "—"},
            lead=f"{lead} {sentence}",
            body="" if is_published else opened.trimmed.text,
            remark=""
            if is_published or not opened.trimmed.text
            else _("Ce sont vos mots ; nous ne les gardons que sept jours."),
            why=_("Vous recevez ce mail parce qu’un message est venu de votre adresse."),
            takes_reply=False,
        )


class OwnerQuestion(Purpose):
    """« Is it you? »: a letter came to your reply address from another mailbox."""

    name = "owner-question"

    def compose(self, envelope: Envelope) -> Composition | None:
        letter = _letter(envelope.about)
        if letter is None or letter.is_erased or letter.outcome != Letter.Outcome.HELD:
            return None
        from .reading import open_letter

        opened = open_letter(letter)
        return Composition(
            subject=_("Est-ce vous qui avez écrit ?"),
            lead=_(
                "Une réponse à l’une de nos lettres est venue de %(address)s, qui n’est pas votre adresse chez nous. "
                "Elle est retenue."
            )
            % {"address": opened.sender or _("une adresse illisible")},
            body=opened.trimmed.text,
            how=_(
                "Répondez « oui » et elle sera publiée sous votre signature ; « non » et elle sera effacée, et vos "
                "adresses de réponse changeront. Sans réponse, rien n’est publié."
            ),
            why=_("Vous recevez ce mail parce que l’adresse de réponse utilisée vous avait été donnée, à vous seul."),
            link="/me/addresses",
            link_label=_("Ajouter cette adresse à mon compte"),
        )

    @transaction.atomic
    def receive(self, reply: Reply) -> Outcome:
        from .releasing import confirm, deny

        letter = _letter(reply.about)
        if letter is None or letter.outcome != Letter.Outcome.HELD:
            return Outcome("refused", "gone")
        answer = fold_words(reply.text)
        if answer in _YES and reply.member is not None:
            confirm(letter, reply.member)
            return Outcome("command", "confirmed-sender", thread=letter.thread, post=letter.post)
        if answer in _NO:
            deny(letter, reply.mailbox)
            return Outcome("command", "denied-sender")
        return Outcome("refused", "empty", detail=_("Répondez seulement « oui » ou « non »."))


def register() -> None:
    for each in (LetterNotice(), OwnerQuestion()):
        purposes.register(each)
