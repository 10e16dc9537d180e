"""Synthetic extracts in the exact published format, for trials and measurements. No Django, no database.

Numbers begin with 990 to 996 (never 1, as doctors' do, nor 997 and 999, as the test cards of Pro Santé Connect do)
and have a right check digit. The same seed gives the same persons in the same order: with more rows, more of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import TextIO, TypeVar

from colloque.people.directory import sample_words as words
from colloque.people.directory.format import ACTIVITY_COLUMNS, SKILL_COLUMNS, luhn_digit
from colloque.people.regions import department_name
from colloque.people.specialities import speciality_label

T = TypeVar("T")

_SERIALS = 70_000_000  # 990… to 996…
_STRIDE = 43_261_999  # without a common divisor with _SERIALS: a walk through all serials
_BATCH = 5_000  # rows written at once


@dataclass(frozen=True)
class Sample:
    """The two files written and the rows in each."""

    activity: Path
    skills: Path
    rows: int
    skill_rows: int


@dataclass(frozen=True)
class _Person:
    """One person as the two files print them, in whole lines."""

    rows: list[str]  # of the activity file
    skill_rows: list[str]


def write_sample(
    folder: Path, rows: int, *, seed: int = 1, stamp: datetime, written: Callable[[int], None] = lambda count: None
) -> Sample:
    """Write an extract of `rows` activity rows and its savoir-faire file into `folder`, which is made if need be.

    `stamp` goes into the files' names; `written` hears how many rows were written, batch by batch. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    activity = folder / f"PS_LibreAcces_Personne_activite_{stamp:%Y%m%d%H%M}.txt"
    skills = folder / f"PS_LibreAcces_SavoirFaire_{stamp:%Y%m%d%H%M}.txt"
    skill_rows = 0
    with _opened(activity, ACTIVITY_COLUMNS) as one, _opened(skills, SKILL_COLUMNS) as two:
        for lines, known in _batches(_Register(seed).persons(), rows):
            one.writelines(lines)
            two.writelines(known)
            skill_rows += len(known)
            written(len(lines))
    return Sample(activity, skills, rows, skill_rows)


@contextmanager
def _opened(path: Path, columns: Sequence[str]) -> Iterator[TextIO]:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("|".join(columns) + "|\n")
        yield stream


def _batches(persons: Iterator[_Person], rows: int) -> Iterator[tuple[list[str], list[str]]]:
    """Lines of both files, `rows` of the activity file in all: the last person may lose some of theirs."""
    lines: list[str] = []
    known: list[str] = []
    while rows > 0:
        person = next(persons)
        lines += person.rows[:rows]
        known += person.skill_rows
        rows -= len(person.rows)
        if len(lines) >= _BATCH or rows <= 0:
            yield lines, known
            lines, known = [], []


class _Register:
    """Draws persons one after the other from one random sequence."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a sample must be repeatable, not secret
        self._first = self._random.randrange(_SERIALS)
        self._chance = self._drawn(range(1000))
        self._family = self._drawn(words.FAMILY_NAMES)
        self._particle = self._drawn(words.PARTICLE_NAMES)
        self._woman = self._drawn(words.WOMEN)
        self._man = self._drawn(words.MEN)
        self._profession = self._drawn(words.PROFESSIONS, [each[-1] for each in words.PROFESSIONS])
        codes, weights = zip(*words.SPECIALITY_WEIGHTS, strict=True)
        self._speciality = self._drawn([_speciality(code) for code in codes], weights)
        self._other_skill = self._drawn([_skill(*each) for each in words.OTHER_SKILLS])
        self._commune = self._drawn(words.COMMUNES, [each[-1] for each in words.COMMUNES])
        self._street = self._drawn(words.STREETS)
        self._street_type = self._drawn(words.STREET_TYPES)
        self._block = self._drawn(words.TELEPHONE_BLOCKS)
        self._structure = self._drawn([self._one_structure(serial) for serial in range(2_000)])

    def _drawn(self, pool: Sequence[T], weights: Sequence[int] | None = None) -> Callable[[], T]:
        """A quick way to draw from a pool: a thousand at a time."""

        def draws() -> Iterator[T]:
            cumulated = list(accumulate(weights)) if weights else None
            while True:
                yield from self._random.choices(pool, cum_weights=cumulated, k=1_000)

        return draws().__next__

    def persons(self) -> Iterator[_Person]:
        serial = self._first
        while True:
            serial = (serial + _STRIDE) % _SERIALS
            digits = f"99{serial:08}"
            yield self._person(digits + luhn_digit(digits))

    def _person(self, rpps: str) -> _Person:
        code, profession, _share = self._profession()
        is_doctor, chance = code == "10", self._chance()
        category = ("E", "Etudiant") if chance < 80 else ("M", "Militaire") if chance < 90 else ("C", "Civil")
        family, given, civility = self._name()
        title = "DR|Docteur" if is_doctor and category[0] != "E" else "|"
        who = f"8|{rpps}|8{rpps}|"
        what = f"{code}|{profession}|{category[0]}|{category[1]}|"
        head = f"{who}{title}|{civility}|{family}|{given}|{what}"
        skills = self._skills() if is_doctor and category[0] != "E" else []
        sites = self._sites(rpps) if category[0] != "E" and self._chance() > 110 else [_NO_SITE]
        rows = [f"{head}{skill}{site}" for site in sites for skill in skills or [_NO_SKILL]]
        if skills and self._chance() < 30:  # known to the savoir-faire file alone
            skills = list(dict.fromkeys([*skills, self._other_skill()]))
        return _Person(rows, [f"{who}{family}|{given}|{what}{skill}\n" for skill in skills])

    def _name(self) -> tuple[str, str, str]:
        chance = self._chance()
        family = self._particle() if chance < 40 else self._family()
        if chance > 950:
            family = f"{family}-{self._family()}"
        if chance % 2:
            return family, self._woman(), "MME|Madame"
        return family, self._man(), "M|Monsieur"

    def _skills(self) -> list[str]:
        skills = [self._speciality()]
        chance = self._chance()
        if chance < 100:
            skills.append(self._other_skill())
        elif chance < 130:
            skills.append(self._speciality())
        return list(dict.fromkeys(skills))

    def _sites(self, rpps: str) -> list[str]:
        chance = self._chance()
        count = 1 if chance < 640 else 2 if chance < 880 else 3 if chance < 960 else 4
        return [self._structure() if self._chance() < 520 else self._practice(rpps) for _ in range(count)]

    def _practice(self, rpps: str) -> str:
        """A practice of one's own: neither SIRET nor FINESS, an address, often a telephone."""
        telephone = f"{self._block()}{self._chance():04}" if self._chance() < 700 else ""
        identifiers = ("", "", "", "", f"R{rpps}")
        sector = ("SA07", "Cabinet individuel")
        return _site(("L", "Libéral"), identifiers, "", self._address(), telephone, f"4{rpps}001", sector)

    def _one_structure(self, serial: int) -> str:
        """A place where several are employed; it has all its identifiers."""
        *sector, pattern = words.STRUCTURES[serial % len(words.STRUCTURES)]
        address = self._address()
        department = address[-1][:2]
        finess = f"{department}9{serial:06}"
        identifiers = (f"99{serial:012}", f"99{serial:07}", finess, f"{department}8{serial:06}", f"F{finess}")
        telephone = f"{self._block()}{self._chance():04}"
        name = pattern.format(self._street())
        return _site(("S", "Salarié"), identifiers, name, address, telephone, f"1{finess}", sector)

    def _address(self) -> tuple[str, ...]:
        """Columns 29 to 40 (number … country), and the department's code."""
        commune, code, postcode, _weight = self._commune()
        kind, label = self._street_type()
        number = self._chance() % 120 + 1
        repetition = "B" if number > 115 else ""
        where = (str(number), repetition, kind, label, self._street(), "", "", postcode, code, commune)
        return (*where, "99000", "France", code[:3] if code.startswith("97") else code[:2])


def _site(
    mode: Sequence[str],
    identifiers: Sequence[str],
    name: str,
    address: Sequence[str],
    telephone: str,
    former: str,
    sector: Sequence[str],
) -> str:
    """Columns 18 to 56 of the activity file, and the line's end."""
    *place, department = address
    contact = (telephone, "", "", f"{former.lower()}@example.org", department, department_name(department))
    activity = ("GENR01", "Activité standard de soin")
    fields = (*mode, *identifiers, name, name, "", "", *place, *contact, former, "", *sector, "", "", "", "", *activity)
    return "|".join(fields) + "|\n"


def _skill(kind: str, kind_label: str, code: str, label: str) -> str:
    """Columns 14 to 17 of the activity file, 10 to 13 of the other."""
    return f"{kind}|{kind_label}|{code}|{label}|"


def _speciality(code: str) -> str:
    return _skill("S", "Spécialité ordinale", code, f"{speciality_label(code).capitalize()} (SM)")


_NO_SKILL = "|" * 4
_NO_SITE = "|" * 39 + "\n"
