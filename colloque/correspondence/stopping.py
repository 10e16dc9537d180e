"""« stop » and its way back: no letter but login codes and security notices."""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from colloque.people.models import Mailbox, Member

from .models import Envelope
from .models.dispatch import ring
from .purposes import Composition, Purpose

# mailbox: whoever reads it asked for no more letters. Rooms that wrote to people who are not members forget them.
letters_stopped = Signal()

SECURITY = (
    "login-code", "address-proof", "message", "letters-stopped", "notice", "post-hidden", "suspension",
)  # fmt: skip


class LettersStopped(Purpose):
    """The last letter: it says that it is the last, and how to undo."""

    name = "letters-stopped"

    def compose(self, envelope: Envelope) -> Composition | None:
        member = envelope.mailbox.member
        how = _("Pour en recevoir de nouveau, entrez avec votre adresse et changez vos préférences.") if member else ""
        return Composition(
            subject=_("Vous ne recevrez plus nos lettres"),
            lead=_("C’est fait : plus aucune lettre ne vous sera envoyée."),
            how=how,
            why=_("Vous recevez ce dernier mail parce que « stop » est venu de votre adresse."),
            link="/me" if member else "",
            link_label=_("Mes préférences") if member else "",
            takes_reply=False,
        )


@transaction.atomic
def stop(mailbox: Mailbox, *, confirm: bool = True) -> None:
    """Stop every letter to whoever reads this mailbox, and say so once. Stopping twice changes nothing."""
    today = timezone.localdate()
    if mailbox.member is not None:
        already = mailbox.member.letters_stopped_on is not None
        Member.objects.filter(pk=mailbox.member.pk, letters_stopped_on__isnull=True).update(letters_stopped_on=today)
        waiting = Envelope.objects.open().of_member(mailbox.member.pk)
    else:
        already = mailbox.refused_on is not None
        Mailbox.objects.filter(pk=mailbox.pk, refused_on__isnull=True).update(refused_on=today)
        waiting = Envelope.objects.open().filter(mailbox=mailbox)
    for envelope in waiting.exclude(purpose__in=SECURITY).at_hand():
        envelope.cancel()
    letters_stopped.send(sender=Mailbox, mailbox=mailbox)
    if confirm and not already:
        Envelope.objects.get_or_create(
            mailbox=mailbox, purpose=LettersStopped.name, about=f"day:{today}", defaults={"is_budgeted": False}
        )
        ring()


def resume(member: Member) -> None:
    """Letters come again, from the next one on."""
    Member.objects.filter(pk=member.pk).update(letters_stopped_on=None)
