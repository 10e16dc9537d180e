"""Specialities and regions: every code in one group, every department in one region, in words that doctors use."""

from __future__ import annotations

from collections import Counter

import pytest

from colloque.people.regions import DEPARTMENTS, REGIONS, department_name, region_of
from colloque.people.specialities import SPECIALITIES, practises, speciality_label, speciality_of


def test_every_code_belongs_to_one_group_and_every_slug_is_one() -> None:
    codes = Counter(code for each in SPECIALITIES for code in each.codes)
    assert set(codes.values()) == {1}
    assert len({each.slug for each in SPECIALITIES}) == len(SPECIALITIES)
    assert all(code.startswith("SM") and len(code) == 4 for code in codes)
    assert len(codes) >= 90  # TRE_R38 has SM01 to SM95, old and new


def test_every_group_has_words_for_who_practises_it() -> None:
    for each in SPECIALITIES:
        assert each.name and each.masculine and each.feminine
        assert practises(each.codes[0], "f") == each.feminine
        assert practises(each.codes[0], "m") == each.masculine


@pytest.mark.parametrize("code", ["SM04", "SM73", "SM79", "SM80", "SM81"])
def test_codes_from_before_and_after_the_reform_are_one_speciality(code: str) -> None:
    found = speciality_of(code)
    assert found is not None and found.slug == "cardiology"
    assert speciality_label(code) == "cardiologie"


@pytest.mark.parametrize("code", ["", "SM00", "sm04", "C12", "SM4"])
def test_what_is_no_speciality_has_no_words(code: str) -> None:
    assert speciality_of(code) is None
    assert (speciality_label(code), practises(code, "f")) == ("", "")


def test_every_department_lies_in_one_region() -> None:
    assert len(DEPARTMENTS) == 101
    counted = Counter(code for codes in REGIONS.values() for code in codes)
    assert set(counted.values()) == {1}
    assert len(REGIONS) == 18
    for code in DEPARTMENTS:
        assert region_of(code) and department_name(code)


@pytest.mark.parametrize(("code", "region"), [("2A", "Corse"), ("974", "La Réunion"), ("9D", "La Réunion"), ("99", "")])
def test_the_registers_ways_of_writing_a_department_are_known(code: str, region: str) -> None:
    assert region_of(code) == region
