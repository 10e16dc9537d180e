"""Rows of the register merged into practitioners: one person a number, nobody deleted, nothing written in vain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from colloque.people.models import DirectoryImport, Practitioner
from tests.people.directory_extract import (
    KERVADEC,
    LENOIR,
    OYONO,
    SARR,
    STAMP,
    Desk,
    desk,
    exercise,
    setting,
    skill,
    written,
)

__all__ = ["desk", "setting"]
pytestmark = pytest.mark.django_db


def test_a_doctor_with_several_exercises_is_one_practitioner(desk: Desk) -> None:
    desk.take(
        exercise(KERVADEC, skill="SM54", mode="S", postcode="29200", commune="Brest"),
        exercise(KERVADEC, skill="C12", mode="L"),
        exercise(KERVADEC, skill="SM54", mode="L"),
        exercise(KERVADEC, skill="SM54", mode="S", postcode="20000", commune="Ajaccio", department="2A"),
        skills=[skill(KERVADEC, "SM26"), skill(KERVADEC, "SM54")],
    )
    found = Practitioner.objects.get()
    assert (found.rpps, found.family_name, found.given_name, found.civility) == (KERVADEC, "KERVADEC", "Solène", "MME")
    assert found.specialities == ["C12", "SM26", "SM54"]
    assert found.modes == ["L", "S"]
    assert found.postcodes == ["20000", "29100", "29200"]
    assert found.communes == ["Ajaccio", "Brest", "Douarnenez"]
    assert found.departments == ["29", "2A"]
    assert (found.is_listed, found.extracted_on) == (True, date(2026, 10, 8))


def test_what_is_empty_in_the_extract_is_an_empty_list(desk: Desk) -> None:
    empty = dict.fromkeys(("skill", "mode", "postcode", "commune", "commune_code", "department"), "")
    desk.take(exercise(KERVADEC, **empty))
    found = Practitioner.objects.get()
    assert [found.specialities, found.modes, found.postcodes, found.communes, found.departments] == [[]] * 5


def test_the_import_is_recorded_with_what_was_read(desk: Desk) -> None:
    report = desk.take(exercise(KERVADEC), exercise(SARR), skills=[skill(KERVADEC, "C12")])
    kept = DirectoryImport.objects.get()
    assert (kept.rows, kept.skill_rows, kept.practitioners, kept.is_sample) == (2, 1, 2, True)
    assert kept.extracted_on == report.extracted_on == date(2026, 10, 8)
    assert (report.rows, report.added, report.practitioners) == (2, 2, 2)


def test_a_second_import_of_the_same_extract_writes_nothing(desk: Desk) -> None:
    rows = [exercise(KERVADEC), exercise(SARR, "SARR"), exercise(SARR, "SARR", mode="S")]
    desk.take(*rows)
    before = _versions()
    report = desk.take(*reversed(rows))
    assert (report.added, report.changed, report.unchanged, report.unlisted) == (0, 0, 2, 0)
    assert _versions() == before  # the very rows: none was rewritten


def test_only_who_changed_is_written(desk: Desk) -> None:
    desk.take(exercise(KERVADEC), exercise(SARR, "SARR"))
    before = _versions()
    report = desk.take(exercise(KERVADEC, commune="Brest"), exercise(SARR, "SARR"))
    after = _versions()
    assert (report.changed, report.unchanged) == (1, 1)
    assert Practitioner.objects.get(pk=KERVADEC).communes == ["Brest"]
    assert before[SARR] == after[SARR]
    assert before[KERVADEC] != after[KERVADEC]


def test_who_leaves_the_register_is_kept_and_marked_and_may_come_back(desk: Desk) -> None:
    both = [exercise(KERVADEC), exercise(SARR, "SARR")]
    desk.take(*both)
    assert desk.take(exercise(SARR, "SARR"), exercise(SARR, "SARR")).unlisted == 1
    gone = Practitioner.objects.get(pk=KERVADEC)
    assert not gone.is_listed
    assert (gone.family_name, gone.specialities) == ("KERVADEC", ["SM54"])
    again = desk.take(*both)
    assert (again.returned, again.changed, again.unchanged) == (1, 0, 1)
    assert Practitioner.objects.get(pk=KERVADEC).is_listed


def test_other_professions_and_other_identifiers_are_passed_over_and_counted(desk: Desk) -> None:
    report = desk.take(
        exercise(KERVADEC),
        exercise(SARR, profession="60"),
        exercise("291234567", identifier_type="0"),
        exercise("123"),
        exercise(LENOIR, ""),
    )
    assert Practitioner.objects.get().rpps == KERVADEC
    assert report.passed_over == {
        "other professions": 1,
        "other identifiers": 1,
        "impossible numbers": 1,
        "without a name": 1,
    }
    assert report.rows == 5


def test_the_host_chooses_the_professions(desk: Desk, setting: Callable[..., None]) -> None:
    setting(professions="50, 10")
    desk.take(
        exercise(KERVADEC),
        exercise(KERVADEC, profession="50"),
        exercise(SARR, profession="50"),
        exercise(OYONO, profession="60"),
    )
    assert dict(Practitioner.objects.values_list("rpps", "profession")) == {KERVADEC: "50", SARR: "50"}


def test_savoir_faire_of_other_professions_or_of_nobody_change_nothing(desk: Desk) -> None:
    desk.take(exercise(KERVADEC), skills=[skill(KERVADEC, "SCD01", "40"), skill(SARR, "SM04")])
    assert Practitioner.objects.get().specialities == ["SM54"]


def test_a_student_is_known_as_one_until_a_row_says_otherwise(desk: Desk) -> None:
    desk.take(
        exercise(KERVADEC, category="E"), exercise(SARR, "SARR", category="E"), exercise(SARR, "SARR", category="C")
    )
    assert Practitioner.objects.get(pk=KERVADEC).is_student
    assert not Practitioner.objects.get(pk=SARR).is_student


def test_what_copy_would_interpret_arrives_as_it_is(desk: Desk) -> None:
    desk.take(
        exercise(KERVADEC, r"DUPONT\N", given_name=r"A\tB \\ \.", commune='Saint-"Jean", {a,b} NULL'),
        exercise(SARR, r"\N", given_name="'; DROP TABLE people_practitioner; --", commune="NULL"),
    )
    first, second = Practitioner.objects.order_by("rpps")
    assert (first.family_name, first.given_name) == (r"DUPONT\N", r"A\tB \\ \.")
    assert first.communes == ['Saint-"Jean", {a,b} NULL']
    assert (second.family_name, second.given_name) == (r"\N", "'; DROP TABLE people_practitioner; --")
    assert second.communes == ["NULL"]


def test_values_too_long_or_unprintable_are_made_to_fit_and_counted(desk: Desk) -> None:
    report = desk.take(
        exercise(KERVADEC, "K" * 200, given_name="So\tlè\x01ne  \u00a0 Marie", mode="LIBERAL", commune="B" * 81)
    )
    found = Practitioner.objects.get()
    assert (len(found.family_name), found.given_name, found.modes) == (120, "So lè ne Marie", [])
    assert found.communes == ["B" * 80]
    assert report.oddities == {"names cut because too long": 2, "codes left out because impossible": 1}


def test_a_wrong_check_digit_is_counted_not_refused(desk: Desk) -> None:
    wrong = KERVADEC[:-1] + str((int(KERVADEC[-1]) + 1) % 10)
    report = desk.take(exercise(wrong))
    assert Practitioner.objects.get().rpps == wrong
    assert report.oddities == {"rows whose number has a wrong check digit": 1}


def test_a_real_number_needs_no_sandbox(desk: Desk, setting: Callable[..., None]) -> None:
    setting(sandbox=False)
    report = desk.take(exercise("10000000008"))  # no person's: chosen for its check digit
    assert not report.is_sample
    assert not DirectoryImport.objects.get().is_sample


def test_the_file_may_lack_its_savoir_faire_where_they_come_beside_it(desk: Desk) -> None:
    from colloque.people.directory.format import ACTIVITY_COLUMNS

    columns = [each for each in ACTIVITY_COLUMNS if "savoir-faire" not in each]
    activity = desk.lay(written([exercise(KERVADEC)], columns))
    desk.take_files(desk.lay_skills([skill(KERVADEC, "SM41")]), activity)  # in any order
    assert Practitioner.objects.get().specialities == ["SM41"]


@pytest.mark.parametrize("end", ["|\n", "\n", "|\r\n", "\r\n"])
@pytest.mark.parametrize("width", [52, 56])
def test_every_known_shape_of_line_is_read(desk: Desk, end: str, width: int) -> None:
    from colloque.people.directory.format import ACTIVITY_COLUMNS

    text = written([exercise(KERVADEC), exercise(SARR)], ACTIVITY_COLUMNS[:width], end)
    assert desk.take_files(desk.lay("\ufeff" + text)).practitioners == 2


def test_rows_may_end_otherwise_than_the_header(desk: Desk) -> None:
    header, *rows = written([exercise(KERVADEC), exercise(SARR)]).splitlines()
    text = "\n".join([header.removesuffix("|"), *rows]) + "\n"
    assert desk.take_files(desk.lay(text)).rows == 2


def test_without_a_date_in_its_name_the_file_s_own_day_counts(desk: Desk) -> None:
    import os
    from datetime import datetime

    path = desk.lay(written([exercise(KERVADEC)]), "extract.txt")
    moment = datetime(2026, 3, 4, 12).timestamp()
    os.utime(path, (moment, moment))
    assert desk.take_files(path).extracted_on == date(2026, 3, 4)
    assert STAMP not in path.name


def _versions() -> dict[str, str]:
    """Where each row lies and which command wrote it: another pair means that it was written anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rpps, ctid::text || xmin::text || cmin::text FROM people_practitioner")
        return dict(cursor.fetchall())
