"""What the secrecy guard said of a text before it was published: no publication without one (law 3)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Verdict(models.Model):
    """One examination of one text. Until the guard exists every verdict is `unexamined`, and pages and mails say so."""

    class Finding(models.TextChoices):
        UNEXAMINED = "unexamined", "non examiné"
        CLEAR = "clear", "rien trouvé"
        REDACTED = "redacted", "masqué avec l’accord de l’auteur"
        KEPT = "kept", "gardé par l’auteur, avec sa raison"

    finding = models.CharField(max_length=10, choices=Finding.choices)
    guard = models.CharField(max_length=20)  # version of the guard that looked
    day = models.DateField(default=timezone.localdate)

    def __str__(self) -> str:
        return self.finding
