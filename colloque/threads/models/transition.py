"""States, and the one verb that changes them: every change leaves a row that cannot be altered."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone


class ForbiddenTransition(ValueError):
    """From this state that one cannot be reached."""


# What may follow what. Posts and threads share the words; `draft` and `closed` exist for threads, `held` for posts.
_NEXT: dict[str, frozenset[str]] = {
    "draft": frozenset({"published", "held", "withdrawn"}),
    "held": frozenset({"published", "withdrawn"}),
    "published": frozenset({"closed", "withdrawn", "hidden"}),
    "closed": frozenset({"published", "withdrawn", "hidden"}),
    "hidden": frozenset({"published", "withdrawn"}),
    "withdrawn": frozenset(),
}


class Transition(models.Model):
    """Append-only (a trigger refuses changes): from, to, rule, reason, in which role, on which day.

    The salted hash lets whoever still has the text prove that it is the one which was acted upon, and tells nothing
    to whoever has not. The salt may be erased, when what was withdrawn identified a patient.
    """

    class Role(models.TextChoices):
        AUTHOR = "author", "auteur"
        HOST = "host", "hôte"
        COLLOQUE = "colloque", "Colloque"

    subject = models.CharField(max_length=20, db_index=True)  # "post:<key>" or "thread:<key>"
    from_state = models.CharField(max_length=9)
    to_state = models.CharField(max_length=9)
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=400, blank=True)
    role = models.CharField(max_length=8, choices=Role.choices)
    day = models.DateField(default=timezone.localdate)
    salt = models.BinaryField(null=True)
    text_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.subject}: {self.from_state} → {self.to_state} ({self.rule})"

    def as_record(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "from": self.from_state,
            "to": self.to_state,
            "rule": self.rule,
            "reason": self.reason,
            "role": self.role,
            "day": self.day.isoformat(),
        }


class HasState(models.Model):
    """A row whose `state` is changed by `move` alone."""

    state: Any
    key: Any
    State: Any

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        """How transitions name this row."""
        return f"{self._meta.model_name}:{self.key}"

    def words(self) -> str:
        """The text whose hash a transition keeps."""
        return ""

    @transaction.atomic
    def move(self, to: str, *, rule: str, role: str, reason: str = "", day: date | None = None) -> Transition:
        """Change the state and record it, on this day or on the one that an import brings.

        Raises ForbiddenTransition; two at once: the second sees the first.
        """
        model = type(self)
        current = model._default_manager.select_for_update().get(pk=self.pk)
        if to not in _NEXT[current.state] or to not in model.State.values:
            raise ForbiddenTransition(f"{self.subject} is {current.state} and cannot become {to}.")
        salt = secrets.token_bytes(16)
        row = Transition.objects.create(
            subject=self.subject,
            from_state=current.state,
            to_state=to,
            rule=rule,
            reason=reason,
            role=role,
            day=day or timezone.localdate(),
            salt=salt,
            text_hash=hashlib.sha256(salt + current.words().encode()).hexdigest(),
        )
        model._default_manager.filter(pk=self.pk).update(state=to)  # type: ignore[misc]
        self.state = to
        return row

    @property
    def last_transition(self) -> Transition | None:
        return Transition.objects.filter(subject=self.subject).order_by("-pk").first()
