"""A circle: a space with its own address. A speciality, a list, a group of peers."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from colloque.keys import public_key
from colloque.people.models import Member

# RFC 2142 mailboxes, those by which certificates are given away, and our own: a circle must not take their letters.
RESERVED_SLUGS = frozenset({
    "postmaster", "abuse", "hostmaster", "webmaster", "security", "noc", "mailer-daemon", "noreply", "no-reply",
    "colloque", "hote", "host", "reponse", "retour", "aide", "help", "admin", "administrator", "root", "info",
    "contact",
})  # fmt: skip


def validate_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS or slug != slug.strip():  # the pattern's $ lets a last line break through
        raise ValidationError(_("Cette adresse est réservée."))


class CircleQuerySet(models.QuerySet["Circle"]):
    def of_member(self, member: Member) -> Self:
        return self.filter(memberships__member=member, memberships__until__isnull=True)

    def visible_to(self, member: Member | None) -> Self:
        """Circles whose existence a member may know: their own, and those that anyone verified may join."""
        if member is None:
            return self.none()
        mine = models.Q(pk__in=Circle.objects.of_member(member).values("pk"))
        return self.filter(mine | models.Q(joining=Circle.Joining.OPEN))


class Circle(models.Model):
    """A space where questions are asked; `slug` is the local part of its address."""

    class Kind(models.TextChoices):
        SPECIALITY = "speciality", _("spécialité")
        LIST = "list", _("liste")
        PEERS = "peers", _("groupe d’échange entre pairs")

    class Joining(models.TextChoices):
        OPEN = "open", _("ouvert à tout membre")
        INVITATION = "invitation", _("sur invitation")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    slug = models.CharField(
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$",
                _("Des lettres minuscules sans accent, des chiffres, des traits d’union."),
            ),
            validate_slug,
        ],
    )
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.LIST)
    joining = models.CharField(max_length=10, choices=Joining.choices, default=Joining.INVITATION)
    # Off until the secrecy guard exists, unless the host says otherwise.
    allows_clinical_cases = models.BooleanField(default=False)
    allows_pictures = models.BooleanField(default=False)

    objects = CircleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The address to which a question is sent."""
        return f"{self.slug}@{settings.INSTANCE.mail_domain}"

    def has_member(self, member: Member) -> bool:
        return self.memberships.current().filter(member=member).exists()

    def as_record(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "slug": self.slug,
            "name": self.name,
            "description": self.description,
            "kind": self.kind,
            "joining": self.joining,
        }
