"""Background tasks of the room: each loads by id and calls one function."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from .models import Letter

RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)


@app.task(queue="inbox", retry=RETRY)
def read_letter(letter_id: int) -> None:
    """Read one received letter and do what it asks."""
    from .reading import read

    read(letter_id)


@app.periodic(cron="27 3 * * *")
@app.task(queue="letters", queueing_lock="forget_letters")
def forget_letters(timestamp: int) -> None:
    """Every night: erase the bytes of letters settled long enough ago; refuse what was held too long (law 10)."""
    days, _ = settings.RETENTION["letter"]
    for letter in Letter.objects.filter(settled_at__lt=timezone.now() - timedelta(days=days)).iterator():
        letter.erase()
    held_days, _ = settings.RETENTION["held"]
    for letter in Letter.objects.held().filter(received_at__lt=timezone.now() - timedelta(days=held_days)):
        letter.settle(Letter.Outcome.REFUSED, "held-too-long")
