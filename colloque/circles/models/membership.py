"""Who belongs to a circle, in which role, from when until when, and whether its questions come by mail."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from colloque.people.models import Member

from .circle import Circle


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(until__isnull=True)


class Membership(models.Model):
    """One stay of a member in a circle. Who left and comes back gets a new row."""

    class Role(models.TextChoices):
        MEMBER = "member", _("membre")
        HOST = "host", _("hôte du cercle")

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.MEMBER)
    from_day = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)
    follows = models.BooleanField(default=True)  # questions of the circle come by mail

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "member"], condition=Q(until__isnull=True), name="membership_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.circle}"

    @classmethod
    def join(cls, circle: Circle, member: Member, role: Role = Role.MEMBER) -> Membership:
        """Enter the circle; being in it already changes nothing."""
        row, _ = cls.objects.current().get_or_create(circle=circle, member=member, defaults={"role": role})
        return row

    def leave(self) -> None:
        self.until = timezone.localdate()
        self.save(update_fields=["until"])
