"""A letter as it was received: its bytes, sealed, and what was decided about it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from colloque.keys import fingerprint, public_key, seal, unseal


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> Self:
        """Not read yet."""
        return self.filter(outcome=Letter.Outcome.RECEIVED)

    def held(self) -> Self:
        """For the host, or for the owner of the reply address, to decide."""
        return self.filter(outcome=Letter.Outcome.HELD)

    def readable_by_host(self) -> Self:
        """What the host may open: what is held or was refused, while its bytes last; never what was published."""
        return self.filter(outcome__in=[Letter.Outcome.HELD, Letter.Outcome.REFUSED], raw__isnull=False)


class Letter(models.Model):
    """One message for one envelope recipient. Answered 250 only once this row is committed."""

    class Outcome(models.TextChoices):
        RECEIVED = "received", _("reçu")
        PUBLISHED = "published", _("publié")
        COMMAND = "command", _("commande")
        RECORDED = "recorded", _("enregistré sans suite")
        HELD = "held", _("retenu")
        REFUSED = "refused", _("refusé")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    raw = models.BinaryField(null=True)  # sealed; erased 7 days after the outcome is settled
    recipient = models.CharField(max_length=320, blank=True)  # envelope recipient; erased with the bytes
    return_path = models.CharField(max_length=320, blank=True)
    # (Message-ID, recipient), keyed: the same letter twice is published once, even after the first was erased.
    fingerprint = models.CharField(max_length=64, unique=True)
    body_digest = models.CharField(max_length=64)
    received_at = models.DateTimeField(null=True, default=timezone.now)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.RECEIVED)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=400, blank=True)
    thread = models.CharField(max_length=12, blank=True)
    post = models.CharField(max_length=12, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_on = models.DateField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(outcome="received"), name="letter_waiting"),
            models.Index(fields=["id"], condition=Q(outcome="held"), name="letter_held"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.outcome} {self.reason}"

    @property
    def _place(self) -> str:
        return f"letter:{self.key}"

    def put(self, raw: bytes) -> None:
        self.raw = seal(raw, self._place)

    @property
    def content(self) -> bytes:
        """The bytes as received; empty once erased. Raises colloque.keys.UnreadableSeal."""
        return unseal(bytes(self.raw), self._place) if self.raw else b""

    @property
    def is_erased(self) -> bool:
        return self.raw is None

    def settle(self, outcome: str, reason: str, *, detail: str = "", thread: str = "", post: str = "") -> None:
        """Record what became of it. A held letter is not settled: its bytes stay until somebody decides."""
        self.outcome, self.reason, self.detail = outcome, reason, detail[:400]
        self.thread, self.post = thread, post
        if outcome != self.Outcome.HELD:
            self.settled_at, self.settled_on = timezone.now(), timezone.localdate()
        self.save(update_fields=["outcome", "reason", "detail", "thread", "post", "settled_at", "settled_on"])

    def erase(self) -> None:
        """Forget the words and the addresses; outcome, reason and day stay."""
        self.raw, self.received_at, self.settled_at = None, None, None
        self.recipient = self.return_path = self.detail = ""
        self.save(update_fields=["raw", "received_at", "settled_at", "recipient", "return_path", "detail"])


def letter_fingerprint(message_id: str, recipient: str, raw: bytes) -> str:
    """By what a letter is known again: its Message-ID (RFC 5322 §3.6.4: or, without one, its bytes) and recipient."""
    import hashlib

    return fingerprint("letter", message_id or hashlib.sha256(raw).hexdigest(), recipient.lower())


def is_ours(address: str) -> bool:
    """Whether an address lies in the instance's mail domain."""
    return address.rpartition("@")[2].lower() == settings.INSTANCE.mail_domain.lower()
