"""Lines of an extract turned into checked rows of plain data. No Django, no database.

What is structurally wrong (a line with another number of fields) condemns the file: a register is read whole or not
at all. What a single row lacks (a possible number, a name) passes over that row, and is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from colloque.people.directory.format import (
    RPPS_TYPE,
    SAMPLE_PREFIX,
    SEPARATOR,
    department_of,
    is_luhn_valid,
    rpps_number,
)
from colloque.people.directory.refusals import DamagedLine, SampleNumbers
from colloque.people.directory.source import Source

LONGEST = {"family_name": 120, "given_name": 120, "commune": 80}  # text, cut there; as in the model Practitioner
LONGEST_CODE = {"civility": 8, "category": 4, "skill": 12, "mode": 4, "postcode": 10, "department": 4}  # else left out


class ActivityRow(NamedTuple):
    """One exercise of one person at one site."""

    rpps: str
    family_name: str
    given_name: str
    civility: str
    profession: str
    category: str
    skill: str
    mode: str
    postcode: str
    commune: str
    department: str


class SkillRow(NamedTuple):
    """One savoir-faire of one person."""

    rpps: str
    skill: str


@dataclass
class Tally:
    """What was read: all rows, those passed over and why, and what looked odd in those taken in."""

    rows: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    oddities: Counter[str] = field(default_factory=Counter)
    has_samples: bool = False


class Reader:
    """Reads the rows of one source that belong to the professions taken in."""

    def __init__(self, source: Source, professions: Collection[str], *, sandbox: bool) -> None:
        self.source = source
        self.professions = frozenset(professions)
        self.sandbox = sandbox
        self.tally = Tally()

    def activity(self, read: Callable[[int], None]) -> Iterator[ActivityRow]:
        """The rows of an activity file. Raises what `Source.lines` raises, DamagedLine, SampleNumbers."""
        places = self.source.layout.places
        for rpps, fields in self._taken(read):
            row = self._activity_row(rpps, {name: fields[place].strip() for name, place in places.items()})
            if row is not None:
                yield row

    def skills(self, read: Callable[[int], None]) -> Iterator[SkillRow]:
        """The rows of a savoir-faire file. Raises as `activity`."""
        place = self.source.layout.places["skill"]
        for rpps, fields in self._taken(read):
            if skill := self._code("skill", fields[place].strip()):
                yield SkillRow(rpps, skill)

    def _taken(self, read: Callable[[int], None]) -> Iterator[tuple[str, list[str]]]:
        """Number and fields of each row of a profession taken in."""
        places, tally, professions = self.source.layout.places, self.tally, self.professions
        profession = places["profession"]
        width = 0
        for line, text in self.source.lines(read):
            fields = text.split(SEPARATOR)
            if len(fields) != width:
                width = self._width(fields, line, width)
            tally.rows += 1
            if fields[profession].strip() not in professions:
                tally.passed_over["other professions"] += 1
            elif rpps := self._number(fields, line):
                yield rpps, fields

    def _width(self, fields: list[str], line: int, before: int) -> int:
        """The number of fields that the rows have: the header's, give or take the separator at the end.

        The first row decides, all others must follow. Raises DamagedLine.
        """
        layout = self.source.layout
        is_sound = len(fields) == layout.names or (len(fields) == layout.names + 1 and not fields[-1])
        if before or not is_sound:
            why = f"has {len(fields)} fields where {before or layout.width} are due"
            raise DamagedLine(self.source.name, line, why)
        return len(fields)

    def _number(self, fields: list[str], line: int) -> str | None:
        places, tally = self.source.layout.places, self.tally
        kind = fields[places["identifier_type"]].strip()
        number = rpps_number(kind, fields[places["identifier"]].strip())
        if number is None:
            tally.passed_over["impossible numbers" if kind == RPPS_TYPE else "other identifiers"] += 1
            return None
        if number.startswith(SAMPLE_PREFIX):
            if not self.sandbox:
                raise SampleNumbers(self.source.name, line)
            tally.has_samples = True
        if not is_luhn_valid(number):
            tally.oddities["rows whose number has a wrong check digit"] += 1
        return number

    def _activity_row(self, rpps: str, values: dict[str, str]) -> ActivityRow | None:
        family_name = self._text("family_name", values["family_name"])
        if not family_name:
            self.tally.passed_over["without a name"] += 1
            return None
        department = department_of(values["department"], values["commune_code"], values["postcode"])
        return ActivityRow(
            rpps,
            family_name,
            self._text("given_name", values["given_name"]),
            self._code("civility", values["civility"]),
            values["profession"],
            self._code("category", values["category"]),
            self._code("skill", values.get("skill", "")),
            self._code("mode", values["mode"]),
            self._code("postcode", values["postcode"]),
            self._text("commune", values["commune"]),
            self._code("department", department),
        )

    def _text(self, name: str, value: str) -> str:
        """A name, control characters and doubled spaces taken out, cut to the column's length."""
        if not value.isprintable():
            value = "".join(c if c.isprintable() else " " for c in value)
        value = " ".join(value.split())
        if len(value) > LONGEST[name]:
            self.tally.oddities["names cut because too long"] += 1
            return value[: LONGEST[name]].rstrip()
        return value

    def _code(self, name: str, value: str) -> str:
        """A code, or an empty string where it cannot be one."""
        if len(value) > LONGEST_CODE[name] or not value.isprintable():
            self.tally.oddities["codes left out because impossible"] += 1
            return ""
        return value
