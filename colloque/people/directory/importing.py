"""An extract of the register taken in: read, checked, merged in one transaction, recorded."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from colloque.people.directory import merge
from colloque.people.directory.refusals import (
    EmptyExtract,
    ImportRunning,
    NobodyToTakeIn,
    SkillFileMissing,
    TooFewRows,
)
from colloque.people.directory.rows import Reader
from colloque.people.directory.source import Extract
from colloque.people.models import DirectoryImport
from colloque.settings import INSTANCE

LEAST_PERCENT = 90  # of the last import's rows


def _unheard(count: int) -> None:
    """Nobody follows the progress."""


@dataclass(frozen=True)
class ImportReport:
    """What an import read (`rows` and `skill_rows`, of the two files) and what it changed (persons)."""

    extracted_on: date
    is_sample: bool
    rows: int
    skill_rows: int
    practitioners: int
    added: int
    changed: int
    returned: int
    unchanged: int
    unlisted: int
    passed_over: dict[str, int]  # rows of the activity file, by reason
    oddities: dict[str, int]  # in the rows of both files that were taken in
    files_passed_over: tuple[str, ...]
    seconds: float

    def as_record(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self) | {
            "extracted_on": self.extracted_on.isoformat(),
            "files_passed_over": list(self.files_passed_over),
            "seconds": round(self.seconds, 2),
        }


def professions_taken_in() -> tuple[str, ...]:
    """The profession codes of the setting, in the host's order."""
    return tuple(dict.fromkeys(code for each in INSTANCE.professions.split(",") if (code := each.strip())))


def import_extract(extract: Extract, *, force: bool = False, read: Callable[[int], None] = _unheard) -> ImportReport:
    """Take in an opened extract; `read` hears how many bytes were read, block by block.

    Raises what `refusals` lists, with nothing changed. `force` allows fewer rows than 90 % of the last import's.
    """
    began = time.monotonic()
    professions = professions_taken_in()
    activity = Reader(extract.activity, professions, sandbox=INSTANCE.sandbox)
    skills = Reader(extract.skills, professions, sandbox=INSTANCE.sandbox) if extract.skills else None
    with transaction.atomic(), connection.cursor() as cursor:
        if not merge.try_lock(cursor):
            raise ImportRunning
        merge.prepare(cursor)
        _stage(cursor, activity, skills, force=force, read=read)
        entries = merge.gather(cursor, professions)
        if not entries:
            raise NobodyToTakeIn(professions)
        merged = merge.merge(cursor, entries, extract.extracted_on)
        DirectoryImport.objects.create(
            imported_on=timezone.localdate(),
            extracted_on=extract.extracted_on,
            rows=activity.tally.rows,
            skill_rows=skills.tally.rows if skills else 0,
            practitioners=merged.practitioners,
            is_sample=activity.tally.has_samples,
        )
    return ImportReport(
        extracted_on=extract.extracted_on,
        is_sample=activity.tally.has_samples,
        rows=activity.tally.rows,
        skill_rows=skills.tally.rows if skills else 0,
        **asdict(merged),
        passed_over=dict(activity.tally.passed_over),
        oddities=dict(activity.tally.oddities + (skills.tally.oddities if skills else Counter())),
        files_passed_over=extract.passed_over,
        seconds=time.monotonic() - began,
    )


def _stage(
    cursor: CursorWrapper, activity: Reader, skills: Reader | None, *, force: bool, read: Callable[[int], None]
) -> None:
    """Bring the rows into the staging tables. Raises EmptyExtract, TooFewRows, SkillFileMissing beside the readers'."""
    merge.stage(cursor, activity.activity(read))
    last = None if force else _last(is_sample=activity.tally.has_samples)
    _check_count("activity", activity, last.rows if last else 0)
    if skills:
        merge.stage_skills(cursor, skills.skills(read))
        _check_count("savoir-faire", skills, last.skill_rows if last else 0)
    elif last and last.skill_rows:
        raise SkillFileMissing


def _last(*, is_sample: bool) -> DirectoryImport | None:
    """The last import of the same kind: a trial with sample numbers says nothing about the size of the register."""
    return DirectoryImport.objects.filter(is_sample=is_sample).order_by("pk").last()


def _check_count(what: str, reader: Reader, last: int) -> None:
    rows = reader.tally.rows
    if not rows:
        raise EmptyExtract(reader.source.name)
    if rows * 100 < last * LEAST_PERCENT:
        raise TooFewRows(what, rows, last)
