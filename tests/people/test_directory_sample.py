"""Synthetic extracts: the exact format, nobody's numbers, the mixture of the real ones, the same for a seed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from colloque.people.directory.format import ACTIVITY_COLUMNS, SKILL_COLUMNS, is_luhn_valid
from colloque.people.directory.sample import Sample, write_sample
from colloque.people.models import Practitioner
from colloque.people.regions import DEPARTMENTS
from tests.people.directory_extract import Desk, desk

__all__ = ["desk"]
MOMENT = datetime(2026, 10, 8, 8, 12)


def _sample(folder: Path, rows: int = 3_000, seed: int = 1) -> Sample:
    return write_sample(folder, rows, seed=seed, stamp=MOMENT)


def _rows(path: Path) -> list[dict[str, str]]:
    header, *lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    columns = header.split("|")
    return [dict(zip(columns, line.split("|"), strict=True)) for line in lines]


def test_the_files_have_the_published_names_and_columns(tmp_path: Path) -> None:
    made = _sample(tmp_path / "new" / "folder")
    assert made.activity.name == "PS_LibreAcces_Personne_activite_202610080812.txt"
    assert made.skills.name == "PS_LibreAcces_SavoirFaire_202610080812.txt"
    assert made.activity.read_text().split("\n")[0] == "|".join(ACTIVITY_COLUMNS) + "|"
    assert made.skills.read_text().split("\n")[0] == "|".join(SKILL_COLUMNS) + "|"


@pytest.mark.parametrize("rows", [1, 2, 57, 3_000])
def test_there_are_as_many_rows_as_asked(tmp_path: Path, rows: int) -> None:
    made = _sample(tmp_path, rows)
    assert len(_rows(made.activity)) == made.rows == rows
    assert len(_rows(made.skills)) == made.skill_rows


def test_every_value_stands_in_its_column(tmp_path: Path) -> None:
    for row in _rows(_sample(tmp_path).activity):
        assert row["Identification nationale PP"] == "8" + row["Identifiant PP"]
        assert row["Code pays (coord. structure)"] in {"", "99000"}
        assert row["Code mode exercice"] in {"", "L", "S"}
        assert row["Code genre activité"] in {"", "GENR01"}
        assert row["Code secteur d'activité"][:2] in {"", "SA"}
        assert row["Code Département (structure)"] in {"", *DEPARTMENTS}
        assert row["Adresse e-mail (coord. structure)"].endswith("@example.org") or not row["Code mode exercice"]
        assert row["Code savoir-faire"] == "" or row["Code profession"] == "10"


def test_numbers_are_nobody_s_valid_and_each_person_s_own(tmp_path: Path) -> None:
    rows = _rows(_sample(tmp_path).activity)
    names = {(row["Identifiant PP"], row["Nom d'exercice"], row["Prénom d'exercice"]) for row in rows}
    numbers = {row["Identifiant PP"] for row in rows}
    assert all(each.startswith("99") and len(each) == 11 and is_luhn_valid(each) for each in numbers)
    assert not any(each.startswith(("997", "999")) for each in numbers)  # the test cards of Pro Santé Connect
    assert len(names) == len(numbers) > 1_500


def test_the_same_seed_gives_the_same_file_and_more_rows_give_more_of_it(tmp_path: Path) -> None:
    first, again, longer, other = (
        _sample(tmp_path / str(place), rows, seed).activity.read_text()
        for place, (rows, seed) in enumerate([(500, 7), (500, 7), (800, 7), (500, 8)])
    )
    assert first == again
    assert longer.startswith(first)
    assert first != other


def test_the_mixture_is_that_of_the_register(tmp_path: Path) -> None:
    rows = _rows(_sample(tmp_path, 20_000).activity)
    doctors = [row for row in rows if row["Code profession"] == "10"]
    assert 0.1 < len(doctors) / len(rows) < 0.3
    assert len({row["Identifiant PP"] for row in doctors}) < len(doctors)
    assert {row["Code catégorie professionnelle"] for row in doctors} == {"C", "E", "M"}
    assert {"SM54", "SM53", "SM26", "SM04", "SM73"} <= {row["Code savoir-faire"] for row in doctors}
    assert {"2A", "2B", "971", "974", "29", "75"} <= {row["Code Département (structure)"] for row in doctors}
    names = {row["Nom d'exercice"] for row in rows}
    assert any("'" in name for name in names)
    assert any("-" in name for name in names)
    assert any(" " in name for name in names)
    assert any(not name.isascii() for name in names)


@pytest.mark.django_db
def test_a_sandbox_takes_a_sample_whole(desk: Desk, tmp_path: Path) -> None:
    made = _sample(tmp_path)
    doctors = {row["Identifiant PP"] for row in _rows(made.activity) if row["Code profession"] == "10"}
    report = desk.take_files(made.activity, made.skills)
    assert (report.rows, report.skill_rows) == (made.rows, made.skill_rows)
    assert report.oddities == {}
    assert set(Practitioner.objects.values_list("rpps", flat=True)) == doctors
    assert desk.take_files(made.activity, made.skills).unchanged == len(doctors)
