"""What readers see of an author: words, frozen when they were published."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from colloque.keys import public_key


class Byline(models.Model):
    """The signature under a post. Faces, headers, feeds, index and exports use it alone.

    Which member stands behind it is told by `Authorship`, which only `threads.authorship` reads. One byline serves
    one author in one thread, so that a masked voice is recognised within the thread and nowhere else.
    """

    class Kind(models.TextChoices):
        NAME = "name", _("nom")
        MASK = "mask", _("masque")
        GUEST = "guest", _("invité")
        RELAYED = "relayed", _("relayé")

    class Standing(models.TextChoices):
        CARD = "card", _("médecin · carte professionnelle")
        VERIFIED = "verified", _("médecin · vérifié")
        VOUCHED = "vouched", _("médecin · confrères garants")
        HOST = "host", _("connu de l’hôte")
        GUEST = "guest", _("non vérifié")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    text = models.CharField(max_length=160)
    standing = models.CharField(max_length=8, choices=Standing.choices)
    # Frozen at publication: speciality code and name, region, and for a name the department; never more for a mask.
    attributes = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.text

    @property
    def gender(self) -> str:
        return str(self.attributes.get("gender", "m"))

    @property
    def detail(self) -> str:
        """« médecine générale, Finistère », empty for a mask whose text says it already."""
        return str(self.attributes.get("detail", ""))

    def as_record(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "kind": self.kind,
            "text": self.text,
            "standing": self.standing,
            "attributes": self.attributes,
        }
