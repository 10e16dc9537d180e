"""The files of an extract: the published zip, files told apart by their headers, hostile bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from colloque.people.directory import source
from colloque.people.directory.format import SKILL_COLUMNS
from colloque.people.directory.refusals import DamagedLine, ImportRefused, NotUtf8, TruncatedExtract
from colloque.people.directory.rows import LONGEST, LONGEST_CODE, Reader
from colloque.people.directory.source import open_extract
from colloque.people.models import Practitioner
from tests.people.directory_extract import KERVADEC, SARR, STAMP, Desk, desk, exercise, skill, written

__all__ = ["desk"]
DIPLOMAS = "Type d'identifiant PP|Identifiant PP|Code type diplôme obtenu|\n8|99000000010|DES|\n"


def _published(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"PS_LibreAcces_Dipl_AutExerc_{STAMP}.txt", DIPLOMAS)
        archive.writestr(f"PS_LibreAcces_SavoirFaire_{STAMP}.txt", written([skill(KERVADEC, "C12")], SKILL_COLUMNS))
        rows = [exercise(KERVADEC), exercise(SARR, "SARR")]
        archive.writestr(f"PS_LibreAcces_Personne_activite_{STAMP}.txt", written(rows))
    return path


@pytest.mark.django_db
def test_the_zip_is_taken_as_it_is_published(desk: Desk, tmp_path: Path) -> None:
    report = desk.take_files(_published(tmp_path / "whatever.bin"))
    assert (report.rows, report.skill_rows, report.practitioners) == (2, 1, 2)
    assert report.files_passed_over == (f"whatever.bin/PS_LibreAcces_Dipl_AutExerc_{STAMP}.txt",)
    assert report.extracted_on.isoformat() == "2026-10-08"
    assert Practitioner.objects.get(pk=KERVADEC).specialities == ["C12", "SM54"]


def test_a_file_is_told_by_its_header_not_by_its_name(desk: Desk) -> None:
    skills = desk.lay(written([exercise(KERVADEC)]), "PS_LibreAcces_SavoirFaire_202610080812.txt")
    activity = desk.lay(written([skill(KERVADEC, "C12")], SKILL_COLUMNS), "PS_LibreAcces_Personne_activite_1.txt")
    diplomas = desk.lay(DIPLOMAS, "x.txt")
    extract = open_extract([activity, skills, diplomas])
    assert extract.skills is not None
    assert (extract.activity.path, extract.skills.path) == (skills, activity)
    assert extract.passed_over == ("x.txt",)


def test_other_things_in_the_zip_are_passed_over(tmp_path: Path) -> None:
    path = _published(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("doc/lisezmoi.pdf", b"%PDF")
        archive.mkdir("empty")
    assert open_extract([path]).passed_over[-1] == "a.zip/doc/lisezmoi.pdf"


def test_all_bytes_are_accounted_for(desk: Desk, tmp_path: Path) -> None:
    extract = open_extract([_published(tmp_path / "a.zip")])
    assert extract.skills is not None
    seen: list[int] = []
    lines = [*extract.activity.lines(seen.append), *extract.skills.lines(seen.append)]
    assert [number for number, _line in lines] == [2, 3, 2]
    assert sum(seen) == extract.size


@pytest.mark.parametrize("block", [1, 2, 7, 64, 1 << 20])
def test_lines_are_the_same_however_they_are_cut_into_blocks(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(source, "BLOCK", block)
    text = "tête|\nœuf|é|\r\n\n\u2028|\x85|\r|\n"
    lines = list(source._lines(io.BytesIO(text.encode()), "f", lambda count: None))
    assert lines == [(2, "œuf|é|"), (4, "\u2028|\x85|\r|")]


@given(st.binary(max_size=400), st.integers(1, 50))
@example(b"h\n\xff\n", 1)
@example(b"h\na\x00\n", 3)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_become_lines_or_a_refusal(monkeypatch: pytest.MonkeyPatch, raw: bytes, block: int) -> None:
    monkeypatch.setattr(source, "BLOCK", block)
    try:
        lines = list(source._lines(io.BytesIO(raw), "f", lambda count: None))
    except NotUtf8:
        with pytest.raises(UnicodeDecodeError):
            raw.decode()
    except DamagedLine:
        assert b"\0" in raw
    except TruncatedExtract:
        assert not raw.endswith(b"\n")
    else:
        expected = enumerate(raw.decode().split("\n"), 1)
        assert lines == [(n, line.removesuffix("\r")) for n, line in expected if n > 1 and line not in {"", "\r"}]


cell = st.one_of(
    st.text(st.characters(exclude_characters="|\n", exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["8", "0", "10", "60", KERVADEC, "8" + SARR, "SM54", "2A", "\\N", "\\.", '"', "'", "NULL", "\t", " "]
    ),
)
row = st.fixed_dictionaries(dict.fromkeys(exercise(KERVADEC), cell))


@given(
    st.lists(
        st.one_of(row, st.builds(lambda r: r | {"Code profession": "10", "Identifiant PP": SARR}, row)), max_size=5
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_cells_become_rows_that_fit_the_table_or_are_passed_over(desk: Desk, rows: list[dict[str, str]]) -> None:
    extract = open_extract([desk.lay(written([exercise(KERVADEC), *rows]))])
    reader = Reader(extract.activity, {"10"}, sandbox=True)
    try:
        taken = list(reader.activity(lambda count: None))
    except ImportRefused as refusal:
        assert any("\0" in value for row in rows for value in row.values()), refusal
        return
    assert reader.tally.rows == len(rows) + 1 == len(taken) + sum(reader.tally.passed_over.values())
    for each in taken:
        assert len(each.rpps) == 11
        assert each.profession == "10"
        for name, most in (LONGEST | LONGEST_CODE).items():
            value = getattr(each, name)
            assert len(value) <= most
            assert value.isprintable() or not value


@pytest.mark.django_db
@given(
    st.lists(
        row.map(lambda r: r | {"Type d'identifiant PP": "8", "Code profession": "10", "Identifiant PP": SARR}),
        max_size=4,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_cells_are_taken_by_the_database(desk: Desk, rows: list[dict[str, str]]) -> None:
    sound = [{k: v.replace("\0", "") for k, v in row.items()} for row in rows]
    report = desk.take(exercise(KERVADEC), *sound, force=True)
    again = desk.take(exercise(KERVADEC), *sound, force=True)
    assert (again.added, again.changed, again.unchanged) == (0, 0, report.practitioners)
