"""A suspension: a member may not enter, nor write by mail, for a reason that they are told."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from colloque.keys import public_key
from colloque.people.models import Member


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def in_force(self) -> Self:
        return self.filter(ended_on__isnull=True)


class Suspension(models.Model):
    """Why, from which day until which, and which hosts decided. What the member published stays."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="suspensions")
    reason = models.TextField()
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    from_day = models.DateField(default=timezone.localdate)
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ended_on__isnull=True), name="suspension_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.from_day} – {self.ended_on or ''}"
