"""Letters about letters: what could not be published and why, and « is it you? » to the owner of a reply address."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from colloque.correspondence import purposes
from colloque.correspondence.models import Envelope
from colloque.correspondence.models.dispatch import ring
from colloque.correspondence.purposes import Composition, Purpose
from colloque.people.models import Allowance, Mailbox, Member

from . import reasons
from .models import Letter
from .opening import open_letter

NOTICES_A_DAY = 3  # for one reason to one member: a program that answers programs is not fed for long
OWNER_QUESTION = "owner-question"


def letter_of(about: str) -> Letter | None:
    return Letter.objects.filter(key=about.removeprefix("letter:")).first()


def _write(mailbox: Mailbox, purpose_name: str, letter: Letter) -> None:
    Envelope.objects.get_or_create(
        mailbox=mailbox, purpose=purpose_name, about=f"letter:{letter.key}", defaults={"is_budgeted": False}
    )
    ring()


def tell(member: Member, letter: Letter, reason: str) -> None:
    """Tell a member, at their registered address, that something of their letter was not published."""
    mailbox = member.primary_mailbox
    if mailbox is not None:
        tell_at(mailbox, letter, reason)


def tell_at(mailbox: Mailbox, letter: Letter, reason: str) -> None:
    """The same, at one address that is proved, or to which we had written."""
    who = mailbox.member.key if mailbox.member else mailbox.key
    if Allowance.take("notice", f"{who}:{reason}", most=NOTICES_A_DAY, within=timedelta(days=1)):
        _write(mailbox, LetterNotice.name, letter)


def ask_owner(mailbox: Mailbox, letter: Letter) -> None:
    """Ask the owner of a reply address whether a letter that came from elsewhere is theirs. Never the sender."""
    owner = (mailbox.member.primary_mailbox if mailbox.member else mailbox) or mailbox
    if Allowance.take("ask-owner", owner.key, most=NOTICES_A_DAY, within=timedelta(days=1)):
        _write(owner, OWNER_QUESTION, letter)


class LetterNotice(Purpose):
    """What could not be published, why, and the author's own words, so that nothing is lost."""

    name = "letter-notice"

    def compose(self, envelope: Envelope) -> Composition | None:
        letter = letter_of(envelope.about)
        if letter is None or letter.is_erased:
            return None
        opened = open_letter(letter)
        is_published = letter.outcome == Letter.Outcome.PUBLISHED
        lead = (
            _("Votre message est publié, sauf une partie.") if is_published else _("Votre message n’a pas été publié.")
        )
        sentence = letter.detail or reasons.sentence(letter.reason)
        return Composition(
            subject=_("À propos de votre message : %(subject)s") % {"subject": opened.message.subject or "—"},
            lead=f"{lead} {sentence}",
            body="" if is_published else opened.beginning,
            remark=""
            if is_published or not opened.trimmed.text
            else _("Ce sont vos mots ; nous ne les gardons que sept jours."),
            why=_("Vous recevez ce mail parce qu’un message est venu de votre adresse."),
            takes_reply=False,
        )


def register() -> None:
    purposes.register(LetterNotice())
