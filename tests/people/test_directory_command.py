"""`colloque directory`: exit codes, JSON alone on standard output, refusals as sentences on standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from colloque.cli import main
from colloque.people.models import DirectoryImport, Practitioner
from tests.people.directory_extract import KERVADEC, SARR, Desk, desk, exercise, setting, skill, written

__all__ = ["desk", "setting"]


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["directory", *map(str, arguments)])


@pytest.mark.django_db(transaction=True)
def test_an_import_prints_one_json_object_and_nothing_else(desk: Desk) -> None:
    files = [desk.lay(written([exercise(KERVADEC), exercise(SARR, "SARR")])), desk.lay_skills([skill(SARR, "C12")])]
    result = _run("import", *files, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1
    assert report | {"seconds": 0} == {
        "extracted_on": "2026-10-08",
        "is_sample": True,
        "rows": 2,
        "skill_rows": 1,
        "practitioners": 2,
        "added": 2,
        "changed": 0,
        "returned": 0,
        "unchanged": 0,
        "unlisted": 0,
        "passed_over": {},
        "oddities": {},
        "files_passed_over": [],
        "seconds": 0,
    }
    assert Practitioner.objects.count() == 2
    assert DirectoryImport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_import_tells_a_person_what_it_did(desk: Desk) -> None:
    wrong = KERVADEC[:-1] + str((int(KERVADEC[-1]) + 1) % 10)
    rows = written([exercise(wrong), exercise(SARR, profession="60")])
    diplomas = desk.lay("Identifiant PP|Code type diplôme obtenu|\n", "diplomas.txt")
    result = _run("import", desk.lay(rows), diplomas)
    assert result.exit_code == 0
    assert "2 rows" in result.stdout
    assert "1 added" in result.stdout
    assert "other professions 1" in result.stdout
    assert "wrong check digit 1" in result.stdout
    assert "diplomas.txt" in result.stdout
    assert "nobody's" in result.stdout


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_refusal_is_a_sentence_on_standard_error_and_exit_1(desk: Desk, options: list[str]) -> None:
    result = _run("import", desk.lay(written([exercise(KERVADEC)])[:-1]), *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "truncated" in result.stderr
    assert "Nothing was changed." in result.stderr
    assert Practitioner.objects.count() == DirectoryImport.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_samples_are_refused_with_the_name_of_the_setting(desk: Desk, setting: Callable[..., None]) -> None:
    setting(sandbox=False)
    result = _run("import", desk.lay(written([exercise(KERVADEC)])))
    assert result.exit_code == 1
    assert "COLLOQUE_SANDBOX=1" in result.stderr


@pytest.mark.django_db(transaction=True)
def test_fewer_rows_are_taken_by_force_only(desk: Desk) -> None:
    assert _run("import", desk.lay(written([exercise(KERVADEC)] * 10))).exit_code == 0
    few = desk.lay(written([exercise(KERVADEC)]))
    refused = _run("import", few)
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert _run("import", few, "--force").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["import"],
        ["import", "/nowhere/at/all.txt"],
        ["import", "/"],
        ["sample", "out"],
        ["sample", "--rows", "0", "out"],
        ["sample", "--rows", "many", "out"],
        ["sample", "--rows", "1", "--stamp", "yesterday", "out"],
        ["fly"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    result = _run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr


def test_a_sample_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    result = _run("sample", "--rows", 20, tmp_path, "--stamp", "202610080812", "--json")
    made = json.loads(result.stdout)
    assert (result.exit_code, made["rows"]) == (0, 20)
    assert Path(made["activity"]).name == "PS_LibreAcces_Personne_activite_202610080812.txt"
    assert len(Path(made["skills"]).read_text().splitlines()) == made["skill_rows"] + 1
    told = _run("sample", "--rows", 20, tmp_path)
    assert "20 rows" in told.stdout


def test_a_sample_that_cannot_be_written_exits_1(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = _run("sample", "--rows", 1, tmp_path / "file" / "below")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot be written" in result.stderr


def test_a_terminal_shows_how_far_the_work_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colloque.cli.directory._is_terminal", lambda: True)
    result = _run("sample", "--rows", 20, tmp_path)
    assert "Writing" in result.stderr
    assert "Writing" not in result.stdout


def test_from_an_empty_folder_to_a_register_by_the_real_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "colloque", "directory"]
    environment = os.environ | {"COLLOQUE_DATA": str(tmp_path / "data"), "COLLOQUE_SANDBOX": "1"}
    environment.pop("DATABASE_URL", None)
    subprocess.run([*command, "sample", "--rows", "200", str(tmp_path)], check=True, env=environment, timeout=60)
    files = sorted(map(str, tmp_path.glob("*.txt")))
    ran = subprocess.run(
        [*command, "import", *files, "--json"],
        check=False,
        env=environment,
        timeout=120,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["rows"] == 200
    ran = subprocess.run(
        [*command, "import", *files], check=False, env=environment | {"COLLOQUE_SANDBOX": "0"},
        timeout=120, capture_output=True, text=True,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "COLLOQUE_SANDBOX=1" in ran.stderr
