"""Background tasks of the room: each loads by id and calls one method."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .models import Dispatch, Envelope
from .release import release_due
from .work import background, every


@background("letters")
def expand_dispatch(dispatch_id: int) -> None:
    """Turn one dispatch into envelopes and release those that may leave now."""
    row = Dispatch.objects.get(pk=dispatch_id)
    if row.expand():
        release_due(Envelope.objects.filter(purpose=row.purpose, about=row.about).values_list("mailbox_id", flat=True))


@every("* * * * *", "letters")
def release_letters(timestamp: int) -> None:
    """Every minute: hours open, weeks pass."""
    release_due()


@every("17 3 * * *", "letters")
def forget_envelopes(timestamp: int) -> None:
    """Every night: times of settled envelopes become days; what expired is settled (law 10)."""
    days, _ = settings.RETENTION["envelope"]
    with transaction.atomic():
        for each in Envelope.objects.open().filter(expires__lte=timezone.now()).at_hand():
            each.expire()
    Envelope.objects.filter(settled_at__lt=timezone.now() - timedelta(days=days)).update(
        settled_at=None, window_ends=None, last_error="", not_before=None
    )
