"""How sure we are of somebody, in the words and the colour of their seal (law 4)."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from colloque.threads.models import Byline


@lru_cache(maxsize=8)
def seals(language: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(words, CSS classes) of each standing, as one says it of a man and of a woman."""
    standing = Byline.Standing
    sure, unsure = "seal", "seal soft"
    words = [
        (standing.CARD, _("médecin · carte professionnelle"), _("médecin · carte professionnelle"), sure),
        (standing.VERIFIED, _("médecin · vérifié"), _("médecin · vérifiée"), sure),
        (standing.VOUCHED, _("médecin · confrères garants"), _("médecin · confrères garants"), sure),
        (standing.HOST, _("connu de l’hôte"), _("connue de l’hôte"), unsure),
        (standing.GUEST, _("non vérifié"), _("non vérifiée"), unsure),
    ]
    return {
        (kind, gender): (said, css)
        for kind, of_a_man, of_a_woman, css in words
        for gender, said in (("m", of_a_man), ("f", of_a_woman))
    }
