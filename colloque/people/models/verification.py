"""How we know that someone is a doctor, shown as it is (law 4)."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from .member import Member
from .practitioner import Practitioner


class VerificationQuerySet(models.QuerySet["Verification"]):
    def in_force(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def surest(self) -> Verification | None:
        order = Case(
            *[When(how=how, then=Value(rank)) for rank, how in enumerate(Verification.SUREST_FIRST)],
            output_field=IntegerField(),
        )
        return self.order_by(order, "pk").first()


class Verification(models.Model):
    """One ground on which a member is held to be a doctor: who settled it, on which day, why."""

    class How(models.TextChoices):
        CARD = "card", "carte professionnelle"
        REGISTER = "register", "répertoire national"
        VOUCHED = "vouched", "confrères garants"
        HOST = "host", "connu de l’hôte"

    SUREST_FIRST = (How.CARD, How.REGISTER, How.VOUCHED, How.HOST)
    PROOFS = frozenset({How.CARD, How.REGISTER, How.VOUCHED})

    member = models.ForeignKey(Member, models.CASCADE, related_name="verifications")
    how = models.CharField(max_length=8, choices=How.choices)
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True)
    reason = models.TextField()
    settled_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_on = models.DateField(default=timezone.localdate)
    ended_on = models.DateField(null=True, blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"],
                condition=Q(ended_on__isnull=True, how="register"),
                name="verification_one_member_a_practitioner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_how_display()}"

    @property
    def is_proof(self) -> bool:
        return self.how in self.PROOFS

    def end(self) -> None:
        self.ended_on = timezone.localdate()
        self.save()

    def as_record(self) -> dict[str, Any]:
        return {
            "how": self.how,
            "rpps": self.practitioner_id,
            "reason": self.reason,
            "settled_on": self.settled_on.isoformat(),
            "ended_on": self.ended_on.isoformat() if self.ended_on else None,
        }
