"""Small extracts of the register, written for tests line by line; their numbers begin with 99 and are nobody's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from colloque.people.directory import importing
from colloque.people.directory.format import ACTIVITY_COLUMNS, READ, SKILL_COLUMNS, Kind, luhn_digit
from colloque.people.directory.importing import ImportReport, import_extract
from colloque.people.directory.source import open_extract

Row = dict[str, str]
STAMP = "202610080812"


def number(serial: int) -> str:
    """A valid sample number."""
    digits = f"99{serial:08}"
    return digits + luhn_digit(digits)


KERVADEC, SARR, OYONO, LENOIR = (number(each) for each in (1, 2, 3, 4))


def exercise(rpps: str, family_name: str = "KERVADEC", **values: str) -> Row:
    """A doctor's row of the activity file, by label; `values` by the names of `format.READ`."""
    chosen = {
        "identifier_type": "8",
        "identifier": rpps,
        "civility": "MME",
        "family_name": family_name,
        "given_name": "Solène",
        "profession": "10",
        "category": "C",
        "skill": "SM54",
        "mode": "L",
        "postcode": "29100",
        "commune_code": "29046",
        "commune": "Douarnenez",
        "department": "29",
    } | values
    labels = READ[Kind.ACTIVITY]
    return {"Raison sociale site": "CABINET"} | {labels[name]: value for name, value in chosen.items()}


def skill(rpps: str, code: str, profession: str = "10") -> Row:
    """A row of the savoir-faire file."""
    return {
        "Type d'identifiant PP": "8",
        "Identifiant PP": rpps,
        "Code profession": profession,
        "Code savoir-faire": code,
    }


def written(rows: Iterable[Row], columns: Sequence[str] = ACTIVITY_COLUMNS, end: str = "|\n") -> str:
    """The text of a file."""
    lines = ["|".join(columns), *("|".join(row.get(column, "") for column in columns) for row in rows)]
    return "".join(line + end for line in lines)


class Desk:
    """Where a test lays its files and imports them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lay(self, text: str | bytes, name: str = f"PS_LibreAcces_Personne_activite_{STAMP}.txt") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def lay_skills(self, rows: Iterable[Row]) -> Path:
        return self.lay(written(rows, SKILL_COLUMNS), f"PS_LibreAcces_SavoirFaire_{STAMP}.txt")

    def take(self, *rows: Row, skills: Iterable[Row] | None = None, force: bool = False) -> ImportReport:
        """Import these rows."""
        paths = [self.lay(written(rows))]
        if skills is not None:
            paths.append(self.lay_skills(skills))
        return self.take_files(*paths, force=force)

    def take_files(self, *paths: Path, force: bool = False) -> ImportReport:
        return import_extract(open_extract(paths), force=force)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change what the host has set, for one test."""
    return lambda **values: monkeypatch.setattr(importing, "INSTANCE", replace(importing.INSTANCE, **values))
