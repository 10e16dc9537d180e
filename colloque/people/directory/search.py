"""The register searched by the host who settles who is verified: by number, or by the beginnings of names."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, Func, IntegerField, Q, QuerySet, Value, When

from colloque.people.models import Practitioner

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_LEAST_DIGITS = 4  # fewer say nothing: every number begins with 10
_MOST_WORDS = 8


def find_practitioners(query: str, *, department: str = "", limit: int = 20) -> list[Practitioner]:
    """Practitioners whose RPPS number begins with the query, or whose names have all its words as beginnings.

    Accents, case, hyphens and apostrophes do not matter, nor the order of the parts: « jean dup » finds DUPONT
    Jean-François. `department` is a code ("29", "2A", "974"). Those who bear exactly these words come first, then those
    in the last extract, short names before double ones. An empty list where the query has nothing to look for.
    """
    number = re.sub(r"[\s.]", "", query)
    is_number = number.isascii() and number.isdigit()
    found = _by_number(number) if is_number else _by_name(fold_words(query)[:_MOST_WORDS])
    if department:
        found = found.filter(departments__contains=[department.upper()])
    return list(found[:limit])


def fold_words(text: str) -> list[str]:
    """The words of a name as `Practitioner.name_words` holds them: "D’Alès-Œuvrard" → d, ales, oeuvrard."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = re.sub("[\u0300-\u036f]", "", plain).lower()
    return [word for word in re.split("[^a-z0-9]+", plain) if word]


def _by_number(number: str) -> QuerySet[Practitioner]:
    if len(number) == 12 and number.startswith("8"):  # the national form: the type before the number
        number = number[1:]
    if len(number) < _LEAST_DIGITS:
        return Practitioner.objects.none()
    return Practitioner.objects.filter(rpps__startswith=number).order_by("-is_listed", "rpps")


def _by_name(words: list[str]) -> QuerySet[Practitioner]:
    if not words:
        return Practitioner.objects.none()
    found = Practitioner.objects.filter(name_words=_lexemes(words, ":*"))
    exact = When(Q(name_words=_lexemes(words, "")), then=Value(0))
    return found.order_by(
        Case(exact, default=Value(1), output_field=IntegerField()),
        "-is_listed",
        Func("name_words", function="length"),  # MARTIN before BERTRAND-MARTIN
        "family_name",
        "given_name",
        "rpps",
    )


def _lexemes(words: list[str], suffix: str) -> SearchQuery:
    """All the words; they are [a-z0-9]+, so that nothing in them is an operator."""
    return SearchQuery(" & ".join(f"'{word}'{suffix}" for word in words), search_type="raw", config="simple")
