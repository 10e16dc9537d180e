"""Background tasks of the room: each loads by id and calls one function."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from colloque.correspondence.work import background, every

from .models import Letter


@background("inbox")
def read_letter(letter_id: int) -> None:
    """Read one received letter and do what it asks."""
    from .reading import read

    read(letter_id)


@every("27 3 * * *", "letters")
def forget_letters(timestamp: int) -> None:
    """Every night: erase the bytes of letters settled long enough ago; refuse what was held too long (law 10)."""
    days, _ = settings.RETENTION["letter"]
    for letter in Letter.objects.filter(settled_at__lt=timezone.now() - timedelta(days=days)).iterator():
        letter.erase()
    held_days, _ = settings.RETENTION["held"]
    for letter in Letter.objects.held().filter(received_at__lt=timezone.now() - timedelta(days=held_days)):
        letter.settle(Letter.Outcome.REFUSED, "held-too-long")
