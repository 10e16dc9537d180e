"""The demo's village: its doctors, its circles and what they write to each other, read from the files beside this one.

``load`` returns plain frozen data and touches neither Django nor the database. All persons are invented. A thread file
is TOML between two ``+++`` lines, then its posts, each under a line

    === id | author | byline | parent | days_ago | via

The first post is the question. A later post without a parent answers the question itself.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

Byline = Literal["name", "mask"]
Gender = Literal["f", "m"]
Joining = Literal["open", "invitation"]
Kind = Literal["speciality", "list", "peers"]
Practice = Literal["libéral", "hospitalier", "mixte", "centre de santé", "remplaçant"]
Role = Literal["asker", "answerer", "host"]
Stage = Literal["junior", "retired"]
Via = Literal["mail", "web"]

HERE = Path(__file__).parent
POST_LINE = re.compile(r"^=== (.*)$", re.MULTILINE)


class VillageError(ValueError):
    """The village's files contradict themselves; the sentence says which file and what to correct."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor. ``None`` and ``()`` mean the instance's defaults (hours are local, weekdays ISO: 7 is Sunday)."""

    id: str
    given_name: str
    family_name: str
    gender: Gender
    speciality: str
    department: str
    commune: str
    practice: Practice
    email: str
    role: Role | None = None
    stage: Stage | None = None
    budget: int | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None
    quiet_days: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Given name and family name, without title."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class CircleSpec:
    """A circle; ``slug`` is the local part of its mail address, members and hosts are doctors' ids."""

    slug: str
    name: str
    description: str
    kind: Kind
    joining: Joining
    members: tuple[str, ...]
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostSpec:
    """A post in Markdown; ``parent`` is a post of the same thread, or None (the question, or an answer to it)."""

    id: str
    author: str
    byline: Byline
    parent: str | None
    days_ago: int
    via: Via
    body: str


@dataclass(frozen=True, slots=True)
class ThreadSpec:
    """A thread; ``slug`` is its file's name. ``open_for``: the doctor whose answer it still awaits."""

    slug: str
    circle: str
    kind: Literal["question"]
    title: str
    author: str
    byline: Byline
    days_ago: int
    posts: tuple[PostSpec, ...]
    closed: bool = False
    open_for: str | None = None

    @property
    def question(self) -> PostSpec:
        """The first post."""
        return self.posts[0]

    @property
    def answers(self) -> tuple[PostSpec, ...]:
        """All posts but the question, in the order in which they came: a parent stands before its replies."""
        return self.posts[1:]


@dataclass(frozen=True, slots=True)
class Village:
    """All of it, checked: every id that is named exists."""

    doctors: tuple[Doctor, ...]
    circles: tuple[CircleSpec, ...]
    threads: tuple[ThreadSpec, ...]

    def doctor(self, doctor_id: str) -> Doctor:
        """The doctor of this id; KeyError if none."""
        return {doctor.id: doctor for doctor in self.doctors}[doctor_id]

    def circle(self, slug: str) -> CircleSpec:
        """The circle of this slug; KeyError if none."""
        return {circle.slug: circle for circle in self.circles}[slug]

    def with_role(self, role: Role) -> Doctor:
        """The one doctor who plays this part in the demo."""
        return next(doctor for doctor in self.doctors if doctor.role == role)


def load(folder: Path = HERE) -> Village:
    """Read and check the village in ``folder``; VillageError if its files contradict themselves."""
    doctors = tuple(_record(Doctor, entry, "doctors.toml") for entry in _entries(folder / "doctors.toml", "doctor"))
    circles = tuple(_record(CircleSpec, entry, "circles.toml") for entry in _entries(folder / "circles.toml", "circle"))
    threads = tuple(read_thread(path) for path in sorted((folder / "threads").glob("*.md")))
    village = Village(doctors, circles, threads)
    _check_doctors(village)
    _check_circles(village)
    for thread in threads:
        _check_thread(village, thread)
    _refuse_twice("post", (post.id for thread in threads for post in thread.posts))
    return village


def read_thread(path: Path) -> ThreadSpec:
    """One thread file; VillageError if it is not written as the module's docstring says."""
    parts = path.read_text(encoding="utf-8").split("+++\n", 2)
    if len(parts) != 3 or parts[0]:
        raise VillageError(f"{path.name}: begin with TOML between two +++ lines.")
    front = _toml(parts[1], path.name)
    lead, *sections = POST_LINE.split(parts[2])
    if lead.strip() or not sections:
        raise VillageError(f"{path.name}: after the +++ lines comes a === line, and the text of a post after each.")
    posts = tuple(_post(line, body, path.name) for line, body in zip(sections[::2], sections[1::2], strict=True))
    return _record(ThreadSpec, {**front, "slug": path.stem, "posts": posts}, path.name)


def _post(line: str, body: str, where: str) -> PostSpec:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != 6 or not cells[4].isdigit():
        raise VillageError(f"{where}: '{line}' should read id | author | byline | parent | days_ago | via.")
    if not body.strip():
        raise VillageError(f"{where}: post {cells[0]} is empty.")
    identifier, author, byline, parent, days_ago, via = cells
    entry = {"id": identifier, "author": author, "byline": byline, "parent": parent or None}
    return _record(PostSpec, {**entry, "days_ago": int(days_ago), "via": via, "body": body.strip()}, where)


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise VillageError(f"{where}: not TOML ({error}).") from error


def _entries(path: Path, table: str) -> list[dict[str, Any]]:
    content = _toml(path.read_text(encoding="utf-8"), path.name)
    if set(content) != {table}:
        raise VillageError(f"{path.name}: write only [[{table}]] tables.")
    entries: list[dict[str, Any]] = content[table]
    return entries


Record = TypeVar("Record", Doctor, CircleSpec, PostSpec, ThreadSpec)

#: The values that a field accepts, where they can be listed.
CHOICES: Mapping[str, tuple[Any, ...]] = {
    "gender": get_args(Gender),
    "practice": get_args(Practice),
    "role": (*get_args(Role), None),
    "stage": (*get_args(Stage), None),
    "joining": get_args(Joining),
    "kind": (*get_args(Kind), "question"),
    "byline": get_args(Byline),
    "via": get_args(Via),
}


def _record(record: type[Record], entry: Mapping[str, Any], where: str) -> Record:
    """``entry`` as a dataclass: unknown keys, missing keys and unlisted values are refused; lists become tuples."""
    label = f"{where}: {entry.get('id') or entry.get('slug') or entry.get('title') or '?'}"
    if unknown := set(entry) - {field.name for field in fields(record)}:
        raise VillageError(f"{label}: no such field: {', '.join(sorted(unknown))}.")
    for key, value in entry.items():
        if key in CHOICES and value not in CHOICES[key]:
            raise VillageError(f"{label}: {key} is {value!r}, and should be one of {CHOICES[key]}.")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    try:
        return record(**values)
    except TypeError as error:
        raise VillageError(f"{label}: a field is missing ({error}).") from error


def _refuse_twice(what: str, identifiers: Iterable[str]) -> None:
    twice = [identifier for identifier, times in Counter(identifiers).items() if times > 1]
    if twice:
        raise VillageError(f"The same {what} twice: {', '.join(twice)}.")


def _refuse_strangers(village: Village, where: str, identifiers: Iterable[str]) -> None:
    known = {doctor.id for doctor in village.doctors}
    if strangers := [identifier for identifier in identifiers if identifier not in known]:
        raise VillageError(f"{where}: no such doctor: {', '.join(strangers)}.")


def _check_doctors(village: Village) -> None:
    _refuse_twice("doctor", (doctor.id for doctor in village.doctors))
    _refuse_twice("address", (doctor.email for doctor in village.doctors))
    for role in get_args(Role):
        players = [doctor.id for doctor in village.doctors if doctor.role == role]
        if len(players) != 1:
            raise VillageError(f"doctors.toml: one doctor must have the role {role!r}, not {len(players)}.")


def _check_circles(village: Village) -> None:
    _refuse_twice("circle", (circle.slug for circle in village.circles))
    for circle in village.circles:
        _refuse_strangers(village, circle.slug, circle.members)
        _refuse_twice(f"member of {circle.slug}", circle.members)
        if outsiders := set(circle.hosts) - set(circle.members):
            raise VillageError(f"{circle.slug}: hosts who are not members: {', '.join(sorted(outsiders))}.")


def _check_thread(village: Village, thread: ThreadSpec) -> None:
    circles = {circle.slug: circle for circle in village.circles}
    if thread.circle not in circles:
        raise VillageError(f"{thread.slug}: no such circle: {thread.circle}.")
    question = thread.question
    if (question.author, question.byline, question.days_ago) != (thread.author, thread.byline, thread.days_ago):
        raise VillageError(f"{thread.slug}: the first post is the question: same author, byline and days_ago.")
    readers = [thread.author, *(post.author for post in thread.posts), *filter(None, [thread.open_for])]
    _refuse_strangers(village, thread.slug, readers)
    if outsiders := set(readers) - set(circles[thread.circle].members):
        raise VillageError(f"{thread.slug}: not members of {thread.circle}: {', '.join(sorted(outsiders))}.")
    _check_order(thread)


def _check_order(thread: ThreadSpec) -> None:
    """Posts stand in the order in which they came, so a file's order can become their position."""
    came_before: set[str] = set()
    latest = thread.days_ago
    for post in thread.posts:
        if post.parent is not None and post.parent not in came_before:
            raise VillageError(f"{thread.slug}: post {post.id} answers {post.parent}, which does not stand before it.")
        if post.days_ago > latest:
            raise VillageError(f"{thread.slug}: post {post.id} is older than the post before it.")
        came_before.add(post.id)
        latest = post.days_ago
