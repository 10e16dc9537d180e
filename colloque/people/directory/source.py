"""The files of an extract, opened: told apart by their headers, out of the published zip or beside it, read as lines.

Nothing is held but one block: an extract has 800 MB. No Django, no database.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from colloque.people.directory.format import Kind, Layout, layout_of
from colloque.people.directory.refusals import (
    ActivityFileMissing,
    DamagedLine,
    EmptyExtract,
    NotReadable,
    NotUtf8,
    SeveralFiles,
    SkillColumnMissing,
    TruncatedExtract,
)

BLOCK = 1 << 20  # bytes
LONGEST_LINE = 1 << 16  # bytes; a real line has about 400
_STAMP = re.compile(r"_(20\d{6})(?:\d{4})?\.\w+$")  # PS_LibreAcces_…_<AAAAMMJJhhmm>.txt


@dataclass(frozen=True)
class Source:
    """One text file of the extract, alone on disk or a member of a zip."""

    path: Path
    member: str | None
    size: int  # bytes, unpacked
    extracted_on: date
    layout: Layout

    @property
    def name(self) -> str:
        return _name(self.path, self.member)

    def lines(self, read: Callable[[int], None]) -> Iterator[tuple[int, str]]:
        """The data lines with their numbers (the header is line 1), blank ones left out, without their ends.

        Calls `read` with the number of bytes of each block. Raises NotReadable, NotUtf8, DamagedLine, TruncatedExtract.
        """
        with _opened(self.path, self.member) as stream:
            yield from _lines(stream, self.name, read)


@dataclass(frozen=True)
class Extract:
    """The files that one import reads."""

    activity: Source
    skills: Source | None
    passed_over: tuple[str, ...]  # names of files that hold nothing we read

    @property
    def size(self) -> int:
        return self.activity.size + (self.skills.size if self.skills else 0)

    @property
    def extracted_on(self) -> date:
        return self.activity.extracted_on


def open_extract(paths: Sequence[Path]) -> Extract:
    """Look at the headers of the given files. Raises what `refusals` lists for a file, and for files that lack."""
    sources, passed_over = [], []
    for path in paths:
        for member in _members(path):
            if member is not None and not member.lower().endswith((".txt", ".csv")):
                passed_over.append(_name(path, member))
                continue
            source = _source(path, member)
            if source.layout.kind is Kind.DIPLOMAS:
                passed_over.append(source.name)
            else:
                sources.append(source)
    activity = _only(Kind.ACTIVITY, sources)
    skills = _only(Kind.SKILLS, sources)
    if activity is None:
        raise ActivityFileMissing
    if skills is None and "skill" not in activity.layout.places:
        raise SkillColumnMissing(activity.name)
    return Extract(activity, skills, tuple(passed_over))


def _only(kind: Kind, sources: Sequence[Source]) -> Source | None:
    found = [each for each in sources if each.layout.kind is kind]
    if len(found) > 1:
        raise SeveralFiles(kind.value, [each.name for each in found])
    return found[0] if found else None


def _name(path: Path, member: str | None) -> str:
    return path.name if member is None else f"{path.name}/{member}"


def _members(path: Path) -> list[str | None]:
    """[None] for a text file; the names of the files in a zip, which is told by its first bytes."""
    with _speaking_of(path.name), path.open("rb") as stream:
        if stream.read(4) not in {b"PK\x03\x04", b"PK\x05\x06"}:
            return [None]
    with _speaking_of(path.name), zipfile.ZipFile(path) as archive:
        members: list[str | None] = [each.filename for each in archive.infolist() if not each.is_dir()]
    if not members:
        raise EmptyExtract(path.name)
    return members


def _source(path: Path, member: str | None) -> Source:
    name = _name(path, member)
    with _opened(path, member) as stream:
        first = stream.readline(LONGEST_LINE)
    if not first.strip():
        raise EmptyExtract(name)
    try:
        layout = layout_of(first.decode("utf-8"), name)
    except UnicodeDecodeError:
        raise NotUtf8(name, 1) from None
    if member is None:
        with _speaking_of(name):
            kept = path.stat()
        return Source(path, None, kept.st_size, _day(kept.st_mtime, path.name), layout)
    with _speaking_of(name), zipfile.ZipFile(path) as archive:
        info = archive.getinfo(member)
    return Source(path, member, info.file_size, _day(path.stat().st_mtime, member, path.name), layout)


def _day(modified: float, *names: str) -> date:
    """The day that a file's name bears (its member's first), else the day on which the file was last written."""
    for name in names:
        if found := _STAMP.search(name):
            try:
                return datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=UTC).date()
            except ValueError:
                continue
    return datetime.fromtimestamp(modified).astimezone().date()


@contextmanager
def _opened(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    with _speaking_of(_name(path, member)):
        if member is None:
            with path.open("rb") as stream:
                yield stream
        else:
            with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
                yield stream


@contextmanager
def _speaking_of(name: str) -> Iterator[None]:
    """Turn what the system and the zip say into our refusal."""
    try:
        yield
    except OSError as error:
        raise NotReadable(name, error.strerror or str(error)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise NotReadable(name, "the zip is damaged or truncated") from error
    except (NotImplementedError, RuntimeError) as error:  # what zipfile raises for unknown methods and passwords
        raise NotReadable(name, "the zip is encrypted or of an unknown kind") from error


def _lines(stream: IO[bytes], name: str, read: Callable[[int], None]) -> Iterator[tuple[int, str]]:
    number, rest = 0, b""
    while block := stream.read(BLOCK):
        whole, end, rest = (rest + block).rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            raise DamagedLine(name, number + whole.count(b"\n") + 2, "has no end")
        if end:
            for line in _text(whole, name, number).split("\n"):
                number += 1
                if number > 1 and (kept := line.removesuffix("\r")):
                    yield number, kept
        read(len(block))
    if rest:
        raise TruncatedExtract(name, number + 1)


def _text(block: bytes, name: str, before: int) -> str:
    """Whole lines decoded, `before` being the number of the last line before them."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(name, before + block.count(b"\n", 0, error.start) + 1) from None
    if "\0" in text:  # PostgreSQL holds none, and no register prints one
        raise DamagedLine(name, before + text.count("\n", 0, text.index("\0")) + 1, "holds a NUL character")
    return text
