"""An invitation: a real question of a circle, put to a doctor who is not a member yet. Answering accepts it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from colloque.circles.models import Circle
from colloque.keys import public_key
from colloque.people.models import Mailbox, Member

from .thread import Thread


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> Self:
        return self.filter(state=Invitation.State.PENDING)


class Invitation(models.Model):
    """Who is asked in, by whom, with which question. What it says of a person goes when it is settled."""

    class State(models.TextChoices):
        PENDING = "pending", "en attente"
        ACCEPTED = "accepted", "acceptée"
        DECLINED = "declined", "déclinée"
        EXPIRED = "expired", "sans réponse"

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="invitations")
    question = models.ForeignKey(Thread, models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, related_name="invitations")
    invited_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")  # once accepted
    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    gender = models.CharField(max_length=1, choices=Member.Gender.choices, blank=True)
    speciality = models.CharField(max_length=8, blank=True)
    department = models.CharField(max_length=4, blank=True)
    rpps = models.CharField(max_length=11, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    invited_on = models.DateField(default=timezone.localdate)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "mailbox"], condition=Q(state="pending"), name="invitation_pending"
            )
        ]

    def __str__(self) -> str:
        return f"{self.circle} ({self.state})"

    def settle(self, state: str, member: Member | None = None) -> None:
        """Record what became of it and erase what it said of the person."""
        self.state = state
        self.member = member
        self.given_name = self.family_name = self.gender = ""
        self.speciality = self.department = self.rpps = ""
        self.save()
