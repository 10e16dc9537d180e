"""Addresses: whose they are, whether that is proved, and whether letters reach them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from colloque.keys import public_key

from .member import Member


def normalise(address: str) -> str:
    """An address as it is compared: trimmed, the whole in lower case, the domain in its ASCII form (IDNA).

    RFC 5321 allows a case-sensitive local part; no mailbox provider that doctors use makes that difference.
    """
    local, _, domain = address.strip().rpartition("@")
    with suppress(UnicodeError):  # not a domain at all: the caller's lookup will find nobody
        domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    return f"{local}@{domain}".lower()


SUSPEND_AT = 4
_BOUNCES_FADE = timedelta(days=30)


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def verified(self) -> Self:
        return self.filter(verified_on__isnull=False)

    def reachable(self) -> Self:
        """Verified and not given up after bounces."""
        return self.verified().filter(suspended_on__isnull=True)

    def of_address(self, address: str) -> Self:
        return self.filter(address=normalise(address))

    def to_write_to(self, address: str) -> Mailbox | None:
        """The mailbox by which somebody at this address is written to: its proved owner's, else nobody's yet.

        Never an unproved claim: what is sent there, and answered, would be taken for the claimant's.
        """
        known = self.of_address(address).filter(Q(verified_on__isnull=False) | Q(member__isnull=True))
        return known.order_by("verified_on").first()


class Mailbox(models.Model):
    """An address to which Colloque writes: a member's, or (ballots, invitations, guests) nobody's yet."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="mailboxes")
    address = models.CharField(max_length=254)
    is_primary = models.BooleanField(default=False)
    verified_on = models.DateField(null=True, blank=True)
    bounce_score = models.PositiveSmallIntegerField(default=0)
    bounced_on = models.DateField(null=True, blank=True)
    suspended_on = models.DateField(null=True, blank=True)
    # Whoever declined everything without being a member (an invitation): never written to again.
    refused_on = models.DateField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=0)  # raised to revoke every reply address given to this mailbox

    objects = MailboxQuerySet.as_manager()

    class Meta:
        constraints = [
            # An unproved claim must not keep its true owner out: one verified mailbox an address, and one claim each.
            models.UniqueConstraint(fields=["address"], condition=Q(verified_on__isnull=False), name="mailbox_address"),
            models.UniqueConstraint(fields=["member", "address"], name="mailbox_claim", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.address

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address = normalise(self.address)
        super().save(*args, **kwargs)
        self._show_to_login()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        from allauth.account.models import EmailAddress

        EmailAddress.objects.filter(user_id=self.member_id, email=self.address).delete()
        return super().delete(*args, **kwargs)

    def _show_to_login(self) -> None:
        """Keep allauth's list of addresses, by which one logs in, a mere shadow of this table."""
        from allauth.account.models import EmailAddress

        # What this row said before it was saved (another address, another member, proved) must open no door any more.
        shown = EmailAddress.objects.filter(Q(user_id=self.member_id) | Q(email=self.address))
        proved = Mailbox.objects.verified().filter(
            member_id=models.OuterRef("user_id"), address=models.OuterRef("email")
        )
        shown.filter(~models.Exists(proved)).delete()
        if self.member_id and self.verified_on:
            EmailAddress.objects.update_or_create(
                user_id=self.member_id, email=self.address, defaults={"verified": True, "primary": self.is_primary}
            )

    def verify(self) -> None:
        """The owner proved that letters to this address reach them."""
        if self.verified_on is None:
            self.verified_on = timezone.localdate()
        self.clear_bounces()

    def clear_bounces(self) -> None:
        """Something came from this address: it works."""
        self.bounce_score, self.bounced_on, self.suspended_on = 0, None, None
        self.save()

    def note_bounce(self, *, is_permanent: bool) -> None:
        """Count one bounce a day: 2 for a refusal for good, 1 for another; from SUSPEND_AT on nothing more is sent.

        Counted per address, not per member, and forgotten when the address proves itself (`clear_bounces`) or a
        month has passed without another.
        """
        today = timezone.localdate()
        if self.bounced_on == today:
            return
        if self.bounced_on is not None and today - self.bounced_on > _BOUNCES_FADE and self.suspended_on is None:
            self.bounce_score = 0
        self.bounce_score += 2 if is_permanent else 1
        self.bounced_on = today
        if self.bounce_score >= SUSPEND_AT:
            self.suspended_on = today
        self.save()

    def make_primary(self) -> None:
        assert self.member is not None
        for other in self.member.mailboxes.filter(is_primary=True).exclude(pk=self.pk):
            other.is_primary = False
            other.save()
        self.is_primary = True
        self.save()

    def revoke_reply_addresses(self) -> None:
        """Every reply address given to this mailbox so far stops working; the next letters carry new ones."""
        type(self).objects.filter(pk=self.pk).update(generation=models.F("generation") + 1)

    def as_record(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "address": self.address,
            "is_primary": self.is_primary,
            "verified_on": self.verified_on.isoformat() if self.verified_on else None,
        }
