"""Which member stands behind a byline. Read by `colloque.threads.authorship` and by nothing else."""

from __future__ import annotations

from django.db import models

from colloque.people.models import Member

from .byline import Byline
from .thread import Thread


class Authorship(models.Model):
    """The one link between a member and what they published; kept apart so that a mask is more than a template."""

    byline = models.OneToOneField(Byline, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["thread", "member"], name="authorship_voice")]

    def __str__(self) -> str:
        return f"authorship {self.pk}"
