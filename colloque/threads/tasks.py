"""Background tasks of the room."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from colloque.correspondence.models import Envelope
from colloque.correspondence.work import every
from colloque.people.models import Allowance, Mailbox

from .models import Draft, Invitation


@every("37 3 * * *", "letters")
def forget_unanswered(timestamp: int) -> None:
    """Every night: unanswered invitations and stale drafts go, with the addresses that only they needed (law 10)."""
    today = timezone.localdate()
    days, _ = settings.RETENTION["invitation"]
    for row in Invitation.objects.pending().filter(invited_on__lt=today - timedelta(days=days)).iterator():
        row.settle(Invitation.State.EXPIRED)
    days, _ = settings.RETENTION["draft"]
    for draft in Draft.objects.filter(started_on__lt=today - timedelta(days=days)).iterator():
        draft.discard()
    nobodys = Mailbox.objects.filter(member__isnull=True, refused_on__isnull=True)
    waiting = Envelope.objects.open().values("mailbox")
    nobodys.exclude(invitations__state=Invitation.State.PENDING).exclude(pk__in=waiting).delete()
    Allowance.forget_ended()
