"""A clock that a test can set, and letters that wait."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from colloque.correspondence.models import Envelope
from colloque.correspondence.models.dispatch import post
from colloque.correspondence.purposes import Recipient
from colloque.people.models import Mailbox, Member


class Clock:
    """What `timezone.now()` answers."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, *parts: int) -> datetime:
        """Set the clock to this time of Paris."""
        self.now = datetime(*parts, tzinfo=timezone.get_default_timezone())  # type: ignore[misc, arg-type]
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Wednesday, 4 November 2026, ten in the morning in Paris."""
    made = Clock(datetime(2026, 11, 4, 9, tzinfo=timezone.get_fixed_timezone(0)))
    monkeypatch.setattr(timezone, "now", made)
    # The column's default holds the real clock, whatever a test sets.
    monkeypatch.setattr(Envelope._meta.get_field("not_before"), "_get_default", made)
    return made


def queue(to: Member | Mailbox, about: str, *, is_budgeted: bool = True, expires: datetime | None = None) -> Envelope:
    """One letter on its way, about something that no purpose needs to know."""
    mailbox = to if isinstance(to, Mailbox) else to.primary_mailbox
    assert mailbox is not None
    post("question", about, [Recipient(mailbox.pk, is_budgeted=is_budgeted, expires=expires)])
    return Envelope.objects.get(mailbox=mailbox, about=about)
