"""Reading beyond circles: one member, one thread, one reason."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from colloque.people.models import Member

from .thread import Thread


class Access(models.Model):
    """Grants reading of a thread to a member who is not of its circle."""

    class Reason(models.TextChoices):
        SOLICITED = "solicited", "sollicité"
        INVITED = "invited", "invité"
        JUROR = "juror", "juré"
        REFERENT = "referent", "référent"
        NOTICE = "notice", "signalement"

    member = models.ForeignKey(Member, models.CASCADE, related_name="thread_accesses")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="accesses")
    reason = models.CharField(max_length=9, choices=Reason.choices)
    granted_on = models.DateField(default=timezone.localdate)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "thread", "reason"], name="access_once")]

    def __str__(self) -> str:
        return f"{self.member} · {self.thread} ({self.reason})"
