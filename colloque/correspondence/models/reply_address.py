"""Addresses that are capabilities: one mailbox, one purpose, one thing, told by 128 bits in the local part."""

from __future__ import annotations

import hashlib
import re

from django.conf import settings
from django.db import models
from django.utils import timezone

from colloque.keys import token
from colloque.people.models import Mailbox

# Different prefixes and different secrets: a return path can never be used to answer, nor the reverse.
REPLY, RETURN = "reponse", "retour"
_LOCAL_PART = re.compile(rf"({REPLY}|{RETURN})\+([a-z2-7]{{26}})", re.IGNORECASE)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.lower().encode()).hexdigest()


def token_in(address: str) -> tuple[str, str] | None:
    """(prefix, token) of one of our capability addresses, or None. The domain is the caller's business."""
    found = _LOCAL_PART.fullmatch(address.rpartition("@")[0])
    return (found[1].lower(), found[2].lower()) if found else None


class ReplyAddress(models.Model):
    """Which capability was given. The token itself is never stored: it is derived again when needed."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="reply_addresses")
    purpose = models.CharField(max_length=24)
    about = models.CharField(max_length=80, blank=True)
    generation = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    given_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "purpose", "about", "generation"], name="reply_address_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.about}"

    @classmethod
    def give(cls, mailbox: Mailbox, purpose: str, about: str = "") -> str:
        """The token for this recipient, purpose and thing, recorded so that it can be found again."""
        secret = token("reply", mailbox.key, purpose, about, str(mailbox.generation))
        cls.objects.get_or_create(
            mailbox=mailbox,
            purpose=purpose,
            about=about,
            generation=mailbox.generation,
            defaults={"digest": digest(secret), "given_on": timezone.localdate()},
        )
        return secret

    @classmethod
    def find(cls, secret: str) -> ReplyAddress | None:
        """Whose capability a token is, revoked or not; None where we never gave it."""
        return cls.objects.select_related("mailbox__member").filter(digest=digest(secret)).first()

    @property
    def is_revoked(self) -> bool:
        return self.generation != self.mailbox.generation


def reply_address(mailbox: Mailbox, purpose: str, about: str) -> str:
    """`reponse+<token>@domain`, 34 octets of local part (RFC 5321 allows 64)."""
    return f"{REPLY}+{ReplyAddress.give(mailbox, purpose, about)}@{settings.INSTANCE.mail_domain}"


def return_path(mailbox: Mailbox) -> str:
    """`retour+<token>@domain`: who bounced is told by the address, not by the bounce's words (VERP)."""
    return f"{RETURN}+{ReplyAddress.give(mailbox, 'bounce')}@{settings.INSTANCE.mail_domain}"
