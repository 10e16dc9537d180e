"""The extract's format: columns found by name, numbers, departments."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloque.people.directory.format import (
    ACTIVITY_COLUMNS,
    READ,
    SKILL_COLUMNS,
    Kind,
    department_of,
    folded,
    is_luhn_valid,
    layout_of,
    luhn_digit,
    rpps_number,
)
from colloque.people.directory.refusals import MissingColumns, NotUtf8, RepeatedColumn, UnknownHeader

ACTIVITY = "|".join(ACTIVITY_COLUMNS) + "|"
DIPLOMAS = "Type d'identifiant PP|Identifiant PP|Code type diplôme obtenu|Code diplôme obtenu|Code type autorisation|"


def test_the_published_headers_are_known_for_what_they_are() -> None:
    assert (len(ACTIVITY_COLUMNS), len(SKILL_COLUMNS)) == (56, 13)
    assert layout_of(ACTIVITY, "a").kind is Kind.ACTIVITY
    assert layout_of("|".join(SKILL_COLUMNS) + "|", "s").kind is Kind.SKILLS
    assert layout_of(DIPLOMAS, "d").kind is Kind.DIPLOMAS


def test_every_column_read_is_one_of_the_published_ones() -> None:
    assert set(READ[Kind.ACTIVITY].values()) <= set(ACTIVITY_COLUMNS)
    assert set(READ[Kind.SKILLS].values()) <= set(SKILL_COLUMNS)


def test_a_header_counts_its_end_separator() -> None:
    assert layout_of(ACTIVITY, "a").width == 57
    assert layout_of(ACTIVITY.removesuffix("|"), "a").width == 56


def test_accents_case_apostrophes_and_a_byte_order_mark_do_not_matter() -> None:
    plain = layout_of(ACTIVITY, "a").places
    stripped = "".join(c for c in unicodedata.normalize("NFD", ACTIVITY) if not unicodedata.combining(c))
    for variant in (ACTIVITY.upper(), stripped, unicodedata.normalize("NFD", ACTIVITY), ACTIVITY.replace("'", "’")):
        assert layout_of(f"\ufeff{variant}\r\n", "a").places == plain


def test_columns_in_another_order_are_found() -> None:
    turned = layout_of("|".join(reversed(ACTIVITY_COLUMNS)), "a")
    assert turned.places["identifier"] == 54
    assert turned.places["family_name"] == 55 - ACTIVITY_COLUMNS.index("Nom d'exercice")


def test_the_older_file_of_52_columns_is_read() -> None:
    assert layout_of("|".join(ACTIVITY_COLUMNS[:52]) + "|", "a").width == 53


def test_labels_seen_in_the_wild_are_known() -> None:
    variant = (
        ACTIVITY.replace("Libellé civilité d'exercice", "Libellé civilité exercice")
        .replace("Code rôle", "Code fonction")
        .replace("Code genre activité", "Code genre d'activité")
        .replace("Code Département (structure)", "Code département (coord. structure)")
    )
    assert layout_of(variant, "a").places == layout_of(ACTIVITY, "a").places
    assert folded("Code genre d’activité") == folded("Code genre activité")


@pytest.mark.parametrize("name", [name for name in READ[Kind.ACTIVITY] if name != "skill"])
def test_a_column_that_lacks_is_named(name: str) -> None:
    label = READ[Kind.ACTIVITY][name]
    header = "|".join("Autre chose" if each == label else each for each in ACTIVITY_COLUMNS)
    with pytest.raises(MissingColumns, match="lacks columns") as raised:
        layout_of(header, "activity.txt")
    assert f"“{label}”" in str(raised.value)


def test_an_activity_file_without_savoir_faire_is_still_one() -> None:
    header = "|".join(each for each in ACTIVITY_COLUMNS if "savoir-faire" not in each)
    layout = layout_of(header, "a")
    assert layout.kind is Kind.ACTIVITY
    assert "skill" not in layout.places


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(RepeatedColumn, match="Code postal"):
        layout_of(f"{ACTIVITY}code POSTAL (coord. structure)|", "a")


@pytest.mark.parametrize("header", ["", "nom;prénom;rpps", "<html>", "Identifiant PP|Nom d'exercice|", "|" * 56])
def test_another_header_is_refused(header: str) -> None:
    with pytest.raises(UnknownHeader, match="ANS"):
        layout_of(header, "a")


def test_a_header_spoilt_by_a_conversion_is_refused_as_such() -> None:
    with pytest.raises(NotUtf8, match="UTF-8"):
        layout_of(ACTIVITY.encode().decode("latin-1"), "a")


@given(st.text(max_size=300))
def test_any_header_is_read_or_refused(header: str) -> None:
    with pytest.raises((UnknownHeader, NotUtf8, MissingColumns, RepeatedColumn)):
        layout_of(header, "a")


@pytest.mark.parametrize(
    ("kind", "identifier", "expected"),
    [
        ("8", "99700366240", "99700366240"),
        ("8", "899700366240", "99700366240"),
        ("0", "291234567", None),
        ("0", "99700366240", None),
        ("8", "9970036624", None),
        ("8", "199700366240", None),
        ("8", "9970036624X", None),
        ("8", "٩٩٧٠٠٣٦٦٢٤٠", None),
        ("8", "", None),
    ],
)
def test_rpps_numbers_have_eleven_digits(kind: str, identifier: str, expected: str | None) -> None:
    assert rpps_number(kind, identifier) == expected


def test_the_check_digit_is_that_of_luhn() -> None:
    # numbers of the test cards of Pro Santé Connect
    assert all(is_luhn_valid(each) for each in ("99700366240", "99700218896", "99700237045"))
    assert not is_luhn_valid("99700366241")
    assert not is_luhn_valid("899700366240")


@given(st.text("0123456789", min_size=10, max_size=10), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_never_passes(digits: str, place: int, off: int) -> None:
    sound = digits + luhn_digit(digits)
    assert is_luhn_valid(sound)
    assert not is_luhn_valid(sound[:place] + str((int(sound[place]) + off) % 10) + sound[place + 1 :])


@pytest.mark.parametrize(
    ("department", "commune", "postcode", "expected"),
    [
        ("29", "29046", "29100", "29"),
        ("1", "", "", "01"),
        ("2a", "", "", "2A"),
        ("9D", "97411", "97400", "974"),
        ("", "29046", "", "29"),
        ("", "2B033", "20200", "2B"),
        ("", "97611", "97600", "976"),
        ("20", "", "20000", "2A"),
        ("", "", "20260", "2B"),
        ("", "", "97139", "971"),
        ("", "", "06000", "06"),
        ("99", "", "", ""),
        ("", "99101", "1000", ""),
        ("", "", "SW1A 1AA", ""),
        ("", "", "", ""),
    ],
)
def test_a_site_lies_in_one_department(department: str, commune: str, postcode: str, expected: str) -> None:
    assert department_of(department, commune, postcode) == expected
