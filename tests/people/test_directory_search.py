"""The host looks for a practitioner by number or by the beginnings of names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colloque.people.directory.search import find_practitioners, fold_words
from colloque.people.models import Practitioner

pytestmark = pytest.mark.django_db

NAMES = {
    "99000000010": ("DUPONT", "Jean-François", ["29"], True),
    "99000000028": ("MARTIN", "Zoé", ["2A", "13"], True),
    "99000000036": ("BERTRAND-MARTIN", "Éloïse", ["29"], True),
    "99000000044": ("DE LA TOUR D'AUVERGNE", "Théophile", ["63"], True),
    "99000000051": ("LEBŒUF", "Maëlle", ["974"], True),
    "99000000069": ("MARTINEZ", "Zoé", ["31"], True),
    "99000000077": ("MARTIN", "Zacharie", ["29"], False),
}


@pytest.fixture(autouse=True)
def register(db: None) -> None:
    Practitioner.objects.bulk_create(
        Practitioner(
            rpps=rpps,
            family_name=family,
            given_name=given,
            profession="10",
            departments=departments,
            is_listed=is_listed,
            extracted_on=date(2026, 10, 8),
        )
        for rpps, (family, given, departments, is_listed) in NAMES.items()
    )


def _found(query: str, **more: object) -> list[str]:
    return [f"{each.given_name} {each.family_name}" for each in find_practitioners(query, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [
        "dupont",
        "DUPONT Jean-François",
        "jean francois dupont",
        "franç dup",
        "jeanfrancois",
        "  Dupont,  J. ",
        "jean‑françois",
    ],
)
def test_accents_case_hyphens_and_order_do_not_matter(query: str) -> None:
    assert _found(query) == ["Jean-François DUPONT"]


@pytest.mark.parametrize(
    "query", ["de la tour", "delatour", "tour d’auvergne", "auvergne theo", "dauv tour", "D'Auvergne"]
)
def test_particles_may_be_apart_or_joined(query: str) -> None:
    expected = [] if query == "dauv tour" else ["Théophile DE LA TOUR D'AUVERGNE"]
    assert _found(query) == expected


@pytest.mark.parametrize("query", ["leboeuf", "LEBŒUF", "lebœuf maelle"])
def test_ligatures_are_two_letters(query: str) -> None:
    assert _found(query) == ["Maëlle LEBŒUF"]


def test_the_exact_name_comes_first_then_the_listed_then_the_simple() -> None:
    assert _found("martin") == ["Zoé MARTIN", "Éloïse BERTRAND-MARTIN", "Zacharie MARTIN", "Zoé MARTINEZ"]
    assert _found("martin zoé") == ["Zoé MARTIN", "Zoé MARTINEZ"]


@pytest.mark.parametrize("query", ["99000000028", "899000000028", "9900 0000 028", " 99000000028 "])
def test_a_number_is_found_however_it_is_written(query: str) -> None:
    assert _found(query) == ["Zoé MARTIN"]


def test_the_beginning_of_a_number_is_enough_if_it_says_something() -> None:
    assert len(_found("9900000", limit=3)) == 3
    assert _found("990") == []


def test_a_department_narrows_the_search() -> None:
    assert _found("martin", department="29") == ["Éloïse BERTRAND-MARTIN", "Zacharie MARTIN"]
    assert _found("martin", department="2a") == ["Zoé MARTIN"]
    assert _found("99000000028", department="29") == []


def test_words_without_a_letter_find_nobody() -> None:
    assert _found("") == _found(" - ’ ") == _found("日本") == []


def test_a_name_is_found_under_its_new_form_after_a_change() -> None:
    Practitioner.objects.filter(pk="99000000010").update(family_name="ÇELIK")
    assert _found("celik") == ["Jean-François ÇELIK"]
    assert _found("dupont") == []


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_query_is_answered(query: str) -> None:
    find_practitioners(query)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_queries_are_folded_as_the_database_folds_names(name: str) -> None:
    Practitioner.objects.filter(pk="99000000010").update(family_name=name, given_name="")
    words = fold_words(name)
    kept = Practitioner.objects.values_list("name_words", flat=True).get(pk="99000000010")
    for word in words:
        assert f"'{word}'" in kept
