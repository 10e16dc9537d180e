"""A notice: a reader tells the hosts that a post breaks a rule. It waits until a host has settled it, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from colloque.keys import public_key
from colloque.people.models import Member
from colloque.threads.models import Post

if TYPE_CHECKING:
    from colloque.threads.models import Thread


class NoticeQuerySet(models.QuerySet["Notice"]):
    def open(self) -> Self:
        return self.filter(state=Notice.State.OPEN)

    def settled(self) -> Self:
        return self.filter(state=Notice.State.SETTLED)


class Notice(models.Model):
    """Who says that which post breaks which rule, and what became of it.

    The reporter is told the outcome; no page shows who they are, neither to the post's author nor to the hosts.
    """

    class Rule(models.TextChoices):
        PATIENT = "patient", _("Un patient peut être reconnu")
        CONTEMPT = "contempt", _("Mépris ou attaque d’un confrère")
        ADVERTISING = "advertising", _("Publicité ou intérêt d’un industriel")
        OTHER = "other", _("Autre raison")

    class State(models.TextChoices):
        OPEN = "open", _("à régler")
        SETTLED = "settled", _("réglé")

    class Outcome(models.TextChoices):
        HIDDEN = "hidden", _("masqué")
        LEFT = "left", _("laissé en place")
        WITHDRAWN = "withdrawn", _("retiré par son auteur entre-temps")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="notices")
    rule = models.CharField(max_length=11, choices=Rule.choices)
    words = models.TextField(blank=True)
    reporter = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    day = models.DateField(default=timezone.localdate)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=400, blank=True)  # the host's; readers see it where the post stood
    # A question's title goes with its words; it is kept here, for an appeal, and shown nowhere.
    hidden_title = models.CharField(max_length=200, blank=True)
    settled_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    settled_on = models.DateField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "reporter"], condition=Q(state="open"), name="notice_open_once_a_reader"
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="open"), name="notice_open")]

    def __str__(self) -> str:
        return f"{self.key}: {self.rule} ({self.state})"

    @property
    def thread(self) -> Thread:
        return self.post.thread

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def path(self) -> str:
        """Where a host settles it."""
        return f"/host/notices/{self.key}"

    def settle(self, outcome: str, reason: str, by: Member) -> None:
        """Record what was decided; `colloque.moderation.settling` does what it means."""
        self.state, self.outcome, self.reason = self.State.SETTLED, outcome, reason
        self.settled_by, self.settled_on = by, timezone.localdate()
        self.save(update_fields=["state", "outcome", "reason", "settled_by", "settled_on", "hidden_title"])

    def as_record(self) -> dict[str, Any]:
        """The notice as plain data, without who reported."""
        return {
            "key": self.key,
            "post": self.post.key,
            "rule": self.rule,
            "words": self.words,
            "day": self.day.isoformat(),
            "state": self.state,
            "outcome": self.outcome,
            "reason": self.reason,
            "settled_on": self.settled_on.isoformat() if self.settled_on else None,
        }
