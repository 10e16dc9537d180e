"""The register's rows in the database: staged by COPY, gathered by RPPS number, merged into Practitioner.

Everything happens in the caller's transaction, so that a refusal on the way changes nothing. Swapping whole tables
would be quicker, but verifications point into this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.backends.utils import CursorWrapper

from colloque.people.directory.rows import ActivityRow, SkillRow

# A constant of our own for pg_try_advisory_xact_lock, which goes with the transaction however it ends.
LOCK = 5_902_118_734_021

# What an entry is compared by and written with; `extracted_on` moves only where one of these does.
COLUMNS = (
    "family_name", "given_name", "civility", "profession", "category",
    "specialities", "modes", "postcodes", "communes", "departments",
)  # fmt: skip

_STAGING = (
    f"CREATE TEMPORARY TABLE directory_activity ({', '.join(f'{name} text' for name in ActivityRow._fields)})"
    " ON COMMIT DROP",
    f"CREATE TEMPORARY TABLE directory_skill ({', '.join(f'{name} text' for name in SkillRow._fields)}) ON COMMIT DROP",
)
_TABLES = "directory_activity, directory_skill, directory_entry, directory_difference"


def _gathered(column: str) -> str:
    """The distinct values of a column, sorted by code point whatever the database's language, none for none."""
    return (
        f'coalesce(array_agg(DISTINCT {column} COLLATE "C" ORDER BY {column} COLLATE "C")'
        f" FILTER (WHERE {column} <> ''), '{{}}')::varchar[] COLLATE \"default\""
    )


# One person's rows may differ in what should be one: the first profession in the host's order wins, then whoever is
# not a student (an intern who has since become a doctor keeps an old row), then the alphabet, so that it is settled.
_ENTRY = f"""
CREATE TEMPORARY TABLE directory_entry ON COMMIT DROP AS
WITH person AS (
    SELECT DISTINCT ON (rpps) rpps, family_name, given_name, civility, profession, category
    FROM directory_activity
    ORDER BY rpps, array_position(%s::text[], profession),
        CASE category WHEN 'C' THEN 0 WHEN 'M' THEN 1 WHEN 'E' THEN 3 ELSE 2 END,
        category, family_name COLLATE "C", given_name COLLATE "C", civility DESC
), site AS (
    SELECT rpps, {_gathered("mode")} AS modes, {_gathered("postcode")} AS postcodes,
        {_gathered("commune")} AS communes, {_gathered("department")} AS departments
    FROM directory_activity GROUP BY rpps
), skill AS (
    SELECT rpps, {_gathered("skill")} AS specialities
    FROM (SELECT rpps, skill FROM directory_activity UNION ALL SELECT rpps, skill FROM directory_skill) AS both_files
    GROUP BY rpps
)
SELECT rpps, {", ".join(COLUMNS)} FROM person JOIN site USING (rpps) JOIN skill USING (rpps)
"""  # noqa: S608 - nothing but the constants above

# Only what differs is written: an UPDATE that changes nothing would still rewrite 300,000 rows.
_DIFFERENCE = f"""
CREATE TEMPORARY TABLE directory_difference ON COMMIT DROP AS
SELECT e.*, p.rpps IS NULL AS is_new, p.rpps IS NOT NULL AND NOT p.is_listed AS is_back
FROM directory_entry e LEFT JOIN people_practitioner p USING (rpps)
WHERE p.rpps IS NULL OR NOT p.is_listed
    OR ({", ".join(f"p.{name}" for name in COLUMNS)}) IS DISTINCT FROM ({", ".join(f"e.{name}" for name in COLUMNS)})
"""  # noqa: S608

_WRITE = f"""
INSERT INTO people_practitioner (rpps, {", ".join(COLUMNS)}, is_listed, extracted_on)
SELECT rpps, {", ".join(COLUMNS)}, true, %s FROM directory_difference ORDER BY rpps
ON CONFLICT (rpps) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)},
    is_listed = true, extracted_on = excluded.extracted_on
"""  # noqa: S608

_UNLIST = """
UPDATE people_practitioner p SET is_listed = false, extracted_on = %s
WHERE p.is_listed AND NOT EXISTS (SELECT FROM directory_entry e WHERE e.rpps = p.rpps)
"""


@dataclass(frozen=True)
class Merged:
    """What the merge did, in persons; the five below `practitioners`, `unlisted` aside, add up to it."""

    practitioners: int
    added: int
    changed: int
    returned: int  # had left the register, are in it again
    unchanged: int
    unlisted: int  # are no longer in it: kept, and marked so


def try_lock(cursor: CursorWrapper) -> bool:
    """Take the lock that keeps two imports apart, until the transaction ends; False where another one has it."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    return bool(cursor.fetchone()[0])


def prepare(cursor: CursorWrapper) -> None:
    """Make the empty staging tables; they live as long as the transaction."""
    cursor.execute("SET LOCAL work_mem = '64MB'")
    cursor.execute("SET LOCAL client_min_messages = warning")
    cursor.execute(f"DROP TABLE IF EXISTS {_TABLES}")
    for statement in _STAGING:
        cursor.execute(statement)


def stage(cursor: CursorWrapper, rows: Iterable[ActivityRow]) -> None:
    """Stream the rows of the activity file into the database."""
    _copy(cursor, "directory_activity", rows)


def stage_skills(cursor: CursorWrapper, rows: Iterable[SkillRow]) -> None:
    """Stream the rows of the savoir-faire file into the database."""
    _copy(cursor, "directory_skill", rows)


def _copy(cursor: CursorWrapper, table: str, rows: Iterable[tuple[str, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)  # escapes backslashes and tabs, which COPY would interpret


def gather(cursor: CursorWrapper, professions: Sequence[str]) -> int:
    """One entry a person from the staged rows; how many there are."""
    cursor.execute("ANALYZE directory_activity, directory_skill")
    cursor.execute(_ENTRY, [list(professions)])
    entries: int = cursor.rowcount
    cursor.execute("ANALYZE directory_entry")
    return entries


def merge(cursor: CursorWrapper, entries: int, extracted_on: date) -> Merged:
    """Write what differs between the gathered entries and the register as it is held."""
    cursor.execute(_DIFFERENCE)
    different = cursor.rowcount
    cursor.execute("SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_back) FROM directory_difference")
    added, returned = cursor.fetchone()
    cursor.execute(_WRITE, [extracted_on])
    cursor.execute(_UNLIST, [extracted_on])
    unlisted = cursor.rowcount
    cursor.execute(f"DROP TABLE {_TABLES}")
    if different or unlisted:  # else the first searches are planned as for an empty table
        cursor.execute("ANALYZE people_practitioner")
    changed = different - added - returned
    return Merged(entries, added, changed, returned, entries - different, unlisted)
