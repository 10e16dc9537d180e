"""What is refused, with which sentence, and that nothing is changed by it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from colloque.people.directory import merge, refusals
from colloque.people.directory.format import ACTIVITY_COLUMNS, SKILL_COLUMNS
from colloque.people.models import DirectoryImport, Practitioner
from tests.people.directory_extract import (
    KERVADEC,
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

ROWS = [exercise(KERVADEC), exercise(SARR, "SARR")]
GOOD = written(ROWS)


@pytest.fixture(autouse=True)
def register(db: None, desk: Desk) -> Iterator[None]:
    """A register of two, which must be the same after every refusal."""
    desk.take(*ROWS)
    before = _everything()
    yield
    assert _everything() == before


def _everything() -> tuple[list[Any], list[Any]]:
    return list(Practitioner.objects.order_by("rpps").values()), list(DirectoryImport.objects.order_by("pk").values())


def _changed() -> str:
    """An extract that would change the register, were it taken."""
    return written([exercise(KERVADEC, commune="Brest"), exercise(OYONO, "OYONO"), exercise(OYONO, "OYONO", mode="S")])


def test_a_wrong_header(desk: Desk) -> None:
    with pytest.raises(refusals.UnknownHeader, match="does not begin with the header"):
        desk.take_files(desk.lay("rpps;nom;prénom\n99000000010;KERVADEC;Solène\n"))
    with pytest.raises(refusals.MissingColumns, match="“Code profession”"):
        desk.take_files(desk.lay(_changed().replace("Code profession", "Métier")))


def test_a_file_cut_within_a_line(desk: Desk) -> None:
    whole = _changed()
    for cut in (1, 2, 30, len(whole.splitlines()[-1])):
        with pytest.raises(refusals.TruncatedExtract, match="stops within line 4"):
            desk.take_files(desk.lay(whole[:-cut]))


@pytest.mark.parametrize(("old", "new", "fields"), [("|OYONO|", "|OYO|NO|", 58), ("|OYONO|", "|OYONO", 56)])
def test_a_line_with_another_number_of_fields(desk: Desk, old: str, new: str, fields: int) -> None:
    with pytest.raises(refusals.DamagedLine, match=f"line 3 has {fields} fields where 57 are due"):
        desk.take_files(desk.lay(_changed().replace(old, new)))


def test_a_first_line_with_another_number_of_fields(desk: Desk) -> None:
    with pytest.raises(refusals.DamagedLine, match="line 2 has 3 fields where 57 are due"):
        desk.take_files(desk.lay(GOOD.splitlines()[0] + "\n8|99000000010|\n"))


def test_a_nul_character(desk: Desk) -> None:
    with pytest.raises(refusals.DamagedLine, match="line 3 holds a NUL"):
        desk.take_files(desk.lay(_changed().replace("|OYONO|", "|OYO\0NO|", 1)))


def test_a_line_without_end(desk: Desk) -> None:
    with pytest.raises(refusals.DamagedLine, match="line 4 has no end"):
        desk.take_files(desk.lay(GOOD + "x" * 2_000_000))


def test_another_encoding(desk: Desk) -> None:
    with pytest.raises(refusals.NotUtf8, match="line 1"):
        desk.take_files(desk.lay(_changed().encode("latin-1")))
    with pytest.raises(refusals.NotUtf8, match="line 1"):
        desk.take_files(desk.lay(_changed().encode().decode("latin-1")))
    with pytest.raises(refusals.NotUtf8, match="line 1"):
        desk.take_files(desk.lay(_changed().encode("utf-16")))
    with pytest.raises(refusals.NotUtf8, match="line 3"):
        desk.take_files(desk.lay(_changed().encode().replace(b"|OYONO|", b"|OYON\xd4|", 1)))


def test_an_empty_file(desk: Desk) -> None:
    for text in ("", "\n", GOOD.splitlines()[0] + "\n", GOOD.splitlines()[0] + "\n\n\n"):
        with pytest.raises(refusals.EmptyExtract, match="holds no row"):
            desk.take_files(desk.lay(text), force=True)


def test_an_empty_savoir_faire_file(desk: Desk) -> None:
    with pytest.raises(refusals.EmptyExtract, match="SavoirFaire"):
        desk.take_files(desk.lay(_changed()), desk.lay_skills([]))


def test_a_damaged_savoir_faire_file_after_a_sound_activity_file(desk: Desk) -> None:
    skills = desk.lay(written([skill(KERVADEC, "C12")], SKILL_COLUMNS)[:-1], f"PS_LibreAcces_SavoirFaire_{STAMP}.txt")
    with pytest.raises(refusals.TruncatedExtract, match="SavoirFaire"):
        desk.take_files(desk.lay(_changed()), skills)


def test_a_file_that_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(refusals.NotReadable, match=r"nothing\.txt cannot be read"):
        desk.take_files(tmp_path / "nothing.txt")
    with pytest.raises(refusals.NotReadable, match="directory"):
        desk.take_files(tmp_path)


def test_the_savoir_faire_file_alone(desk: Desk) -> None:
    with pytest.raises(refusals.ActivityFileMissing, match="activity file is missing"):
        desk.take_files(desk.lay_skills([skill(KERVADEC, "C12")]))


def test_nobody_would_have_a_speciality(desk: Desk) -> None:
    columns = [each for each in ACTIVITY_COLUMNS if "savoir-faire" not in each]
    with pytest.raises(refusals.SkillColumnMissing, match="SavoirFaire"):
        desk.take_files(desk.lay(written(ROWS, columns)))


def test_two_activity_files(desk: Desk) -> None:
    with pytest.raises(refusals.SeveralFiles, match="More than one activity file"):
        desk.take_files(desk.lay(_changed()), desk.lay(_changed(), "again.txt"))


def test_sample_numbers_outside_a_sandbox(desk: Desk, setting: Callable[..., None]) -> None:
    setting(sandbox=False)
    with pytest.raises(refusals.SampleNumbers, match="COLLOQUE_SANDBOX=1"):
        desk.take_files(desk.lay(_changed()))
    national = written([exercise("10000000008"), exercise("8" + OYONO)])
    with pytest.raises(refusals.SampleNumbers, match="line 3"):
        desk.take_files(desk.lay(national))


def test_nobody_to_take_in(desk: Desk) -> None:
    with pytest.raises(refusals.NobodyToTakeIn, match="COLLOQUE_PROFESSIONS"):
        desk.take(exercise(OYONO, profession="60"), exercise(SARR, profession="60"), force=True)


@pytest.mark.django_db(transaction=True)
def test_another_import_at_the_same_time(desk: Desk) -> None:
    parameters = connection.get_connection_params()
    names = {name: parameters[name] for name in ("dbname", "user", "host", "port", "password") if name in parameters}
    with psycopg.connect(**names) as other:
        assert other.execute("SELECT pg_try_advisory_xact_lock(%s)", [merge.LOCK]).fetchone() == (True,)
        with pytest.raises(refusals.ImportRunning, match="Wait"):
            desk.take_files(desk.lay(_changed()))


def test_a_zip_that_is_damaged_encrypted_or_empty(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / f"PS_LibreAcces_{STAMP}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"PS_LibreAcces_Personne_activite_{STAMP}.txt", _changed())
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    with pytest.raises(refusals.NotReadable, match="damaged or truncated"):
        desk.take_files(path)
    path.write_bytes(whole[:200] + bytes(20) + whole[220:])  # the contents no longer match their checksum
    with pytest.raises((refusals.NotReadable, refusals.DamagedLine, refusals.NotUtf8)):
        desk.take_files(path)
    encrypted = bytearray(whole)
    encrypted[6] |= 1
    encrypted[whole.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(encrypted)
    with pytest.raises(refusals.NotReadable, match="encrypted"):
        desk.take_files(path)
    with zipfile.ZipFile(path, "w"):
        pass
    with pytest.raises(refusals.EmptyExtract):
        desk.take_files(path)
