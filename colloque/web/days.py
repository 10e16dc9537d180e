"""Days and small numbers as one says them. Pages name days, never hours."""

from __future__ import annotations

from datetime import date

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _


def day(when: date | None) -> str:
    """« 3 mars », « 1er mars 2025 » when it is not of this year; an empty string for None."""
    if when is None:
        return ""
    pattern = "F" if when.year == timezone.localdate().year else "F Y"
    number = "1er" if when.day == 1 and (get_language() or "").startswith("fr") else str(when.day)
    return f"{number}\u00a0{formats.date_format(when, pattern)}"


# Feminine, as letters, answers and things are in French.
_NUMBERS = (
    gettext_lazy("aucune"), gettext_lazy("une"), gettext_lazy("deux"), gettext_lazy("trois"), gettext_lazy("quatre"),
    gettext_lazy("cinq"), gettext_lazy("six"), gettext_lazy("sept"), gettext_lazy("huit"), gettext_lazy("neuf"),
    gettext_lazy("dix"), gettext_lazy("onze"), gettext_lazy("douze"), gettext_lazy("treize"),
    gettext_lazy("quatorze"), gettext_lazy("quinze"), gettext_lazy("seize"),
)  # fmt: skip


def number_in_words(count: int) -> str:
    """« deux », up to sixteen; digits beyond."""
    return str(_NUMBERS[count]) if 0 <= count < len(_NUMBERS) else str(count)


def answers_in_words(count: int) -> str:
    """« Aucune réponse », « Une réponse », « Deux réponses »."""
    if count == 0:
        return _("Aucune réponse")
    if count == 1:
        return _("Une réponse")
    phrase = _("%(number)s réponses") % {"number": number_in_words(count)}
    return phrase[:1].upper() + phrase[1:]
