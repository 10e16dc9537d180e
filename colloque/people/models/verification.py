"""How we know that someone is a doctor, shown as it is (law 4)."""

from __future__ import annotations

from typing import Any, Self

from django.db import models, transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from colloque.people.signals import standing_changed

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
        CARD = "card", _("carte professionnelle")
        REGISTER = "register", _("répertoire national")
        VOUCHED = "vouched", _("confrères garants")
        HOST = "host", _("connu de l’hôte")

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

    @classmethod
    @transaction.atomic
    def settle(
        cls,
        member: Member,
        how: str,
        *,
        reason: str,
        settled_by: Member | None = None,
        practitioner: Practitioner | None = None,
    ) -> Verification:
        """Hold a member to be a doctor, on this ground. A surer ground ends the host's mere acquaintance."""
        row = cls.objects.create(
            member=member, how=how, reason=reason, settled_by=settled_by, practitioner=practitioner
        )
        if row.is_proof:
            member.verifications.in_force().filter(how=cls.How.HOST).update(ended_on=timezone.localdate())
        standing_changed.send(sender=cls, member=member)
        return row

    @transaction.atomic
    def end(self) -> None:
        """It no longer holds (left the register, settled wrongly); the row stays."""
        self.ended_on = timezone.localdate()
        self.save(update_fields=["ended_on"])
        standing_changed.send(sender=type(self), member=self.member)

    def as_record(self) -> dict[str, Any]:
        return {
            "how": self.how,
            "rpps": self.practitioner_id,
            "reason": self.reason,
            "settled_on": self.settled_on.isoformat(),
            "ended_on": self.ended_on.isoformat() if self.ended_on else None,
        }
