"""One letter to one mailbox about one thing, from the wish to write it until it is settled."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from colloque.keys import public_key, seal, unseal
from colloque.people.models import Mailbox

MOST_ATTEMPTS = 12
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=12)


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    def open(self) -> Self:
        return self.filter(state__in=[Envelope.State.QUEUED, Envelope.State.READY])

    def queued(self) -> Self:
        return self.filter(state=Envelope.State.QUEUED)

    def due(self) -> Self:
        """Ready to be handed to the mail server now, letters that someone waits for first."""
        now = timezone.now()
        return (
            self.filter(state=Envelope.State.READY, not_before__lte=now)
            .filter(Q(window_ends__isnull=True) | Q(window_ends__gt=now))
            .order_by("is_budgeted", "pk")
        )

    def at_hand(self) -> Self:
        """Locked for this transaction, but for those that are being handed to the mail server at this moment."""
        return self.select_for_update(skip_locked=True, of=("self",))

    def of_member(self, member_id: int) -> Self:
        return self.filter(mailbox__member_id=member_id)


class Envelope(models.Model):
    """What, to whom, about what, and how far it got. What it says is composed when it is sent."""

    class State(models.TextChoices):
        QUEUED = "queued", "attend le temps accordé"
        READY = "ready", "prête à partir"
        SENT = "sent", "partie"
        FAILED = "failed", "refusée par le serveur"
        EXPIRED = "expired", "périmée"
        CANCELLED = "cancelled", "sans objet"

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="envelopes")
    purpose = models.CharField(max_length=24)
    about = models.CharField(max_length=80)  # "post:k3v9…": what the purpose knows to read
    state = models.CharField(max_length=9, choices=State.choices, default=State.READY)
    is_budgeted = models.BooleanField()  # counts against the member's week and waits for open hours
    not_before = models.DateTimeField(default=timezone.now, null=True)  # null once settled and forgotten
    window_ends = models.DateTimeField(null=True)  # the open hours in which a budgeted letter must leave
    expires = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    released_on = models.DateField(null=True)  # the day on which it took its place in the week's budget
    settled_at = models.DateTimeField(null=True)  # goes after the retention; the day stays
    settled_on = models.DateField(null=True)
    sealed = models.BinaryField(null=True)  # what cannot be composed again (a login code); erased once settled

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "purpose", "about"], name="envelope_once"),
        ]
        indexes = [
            models.Index(fields=["is_budgeted", "id"], condition=Q(state="ready"), name="envelope_ready"),
            models.Index(fields=["mailbox"], condition=Q(state="queued"), name="envelope_queued"),
            models.Index(fields=["mailbox", "released_on"], condition=Q(is_budgeted=True), name="envelope_week"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.about} → {self.mailbox_id}"

    @property
    def _place(self) -> str:
        return f"envelope:{self.key}"

    def carry(self, content: dict[str, Any]) -> None:
        """Seal what only this envelope knows."""
        self.sealed = seal(json.dumps(content).encode(), self._place)

    @property
    def carried(self) -> dict[str, Any]:
        """What was sealed, or an empty dict. Raises colloque.keys.UnreadableSeal."""
        if self.sealed is None:
            return {}
        content = json.loads(unseal(bytes(self.sealed), self._place))
        assert isinstance(content, dict)
        return content

    @property
    def is_expired(self) -> bool:
        return self.expires is not None and self.expires <= timezone.now()

    def mark_sent(self) -> None:
        if self.released_on is not None:
            # The week counts the days on which letters leave, not those on which they were allowed to.
            member = self.mailbox.member
            self.released_on = timezone.localdate(timezone=member.zone if member else None)
        self._settle(self.State.SENT)

    def cancel(self) -> None:
        """It has lost its object (withdrawn, muted, stopped): its place in the week is free again."""
        self.released_on = None
        self._settle(self.State.CANCELLED)

    def expire(self) -> None:
        self.released_on = None
        self._settle(self.State.EXPIRED)

    def fail(self, error: str) -> None:
        """The mail server refused for good: nobody was disturbed, its place in the week is free again."""
        self.last_error = error[:300]
        self.released_on = None
        self._settle(self.State.FAILED)

    def put_off(self, error: str) -> None:
        """The mail server could not now: again after a pause that doubles, with jitter; failed after the last."""
        self.attempts += 1
        if self.attempts >= MOST_ATTEMPTS:
            self.fail(error)
            return
        pause = min(_FIRST_PAUSE * 2 ** (self.attempts - 1), _LONGEST_PAUSE)
        self.last_error = error[:300]
        self.not_before = timezone.now() + pause * random.uniform(0.75, 1.25)  # noqa: S311 (jitter)
        self.save(update_fields=["attempts", "last_error", "not_before"])

    def _settle(self, state: Envelope.State) -> None:
        self.state = state
        self.settled_at = timezone.now()
        self.settled_on = timezone.localdate()
        self.sealed = None
        self.save(
            update_fields=["state", "settled_at", "settled_on", "sealed", "released_on", "last_error", "attempts"]
        )
