"""A body as numbered lines with what each is: the reading that `reply` decides on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .attribution import (
    YEAR,
    Boundary,
    Own,
    Strength,
    attribution_strength,
    has_verb,
    header_block,
    is_complete,
    is_groupwise,
    separator,
    starts_like_an_attribution,
)
from .folding import fold
from .tails import is_device_line, is_rule

BODY_CHARACTERS = 200_000
BODY_LINES = 5_000
BOUNDARIES = 100
"""More beginnings of history than any thread has; the bound keeps every pass linear."""
LONGEST_ATTRIBUTION = 500
ATTRIBUTION_LINES = 6
FIELDS_OPEN = ("from", "date", "subject", "to")
NUMERIC_QUOTE = re.compile(r"^> ?[=<]? ?\d")


def bounded_lines(text: str) -> list[str]:
    """Return the body's lines: at most 200,000 characters and 5,000 lines, white space at line ends and NUL removed."""
    text = text[:BODY_CHARACTERS].replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")[:BODY_LINES]
    return [line if line.rstrip() == "--" and line.startswith("-- ") else line.rstrip() for line in lines]


def is_quoted(raw: str) -> bool:
    return raw.startswith(">") or (raw.lstrip(" \t")[:1] == ">" and len(raw) - len(raw.lstrip(" \t")) <= 3)


def unquoted(raw: str) -> str:
    """The line without its quote marks: "> > text" → "text"."""
    return raw.lstrip("> \t")


@dataclass(slots=True)
class Layout:
    """The lines of a body, folded, with quotes and the beginnings of history marked."""

    lines: list[str]
    own: Own
    folded: list[str] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)
    furniture: list[bool] = field(default_factory=list)
    boundaries: list[Boundary] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = _with_shared_lines_split(self.lines, self.own)
        self.folded = [fold(line) for line in self.lines]
        self.quoted = [is_quoted(line) for line in self.lines]
        self.furniture = [not line or is_rule(line) or is_device_line(line) for line in self.folded]
        self._mark_continuations()
        self._find_boundaries()

    def is_blank(self, at: int) -> bool:
        return not self.folded[at]

    def is_furniture(self, at: int) -> bool:
        """Blank, a rule or a device line: not what a person wrote."""
        return self.furniture[at]

    def next_written(self, start: int) -> int | None:
        """The first line from `start` on that is neither blank nor a rule."""
        for at in range(start, min(start + 8, len(self.lines))):
            if self.folded[at] and not is_rule(self.folded[at]):
                return at
        return None

    def quote_end(self, start: int) -> int:
        """The end of the run of quoted lines (blank ones between them included) that begins at or after `start`."""
        end = at = start
        while at < len(self.lines) and (self.quoted[at] or self.is_blank(at)):
            at += 1
            if self.quoted[at - 1]:
                end = at
        return end

    def _mark_continuations(self) -> None:
        """A quoted line that a client broke in two lost the ">" of its second half."""
        for at in range(1, len(self.lines) - 1):
            if self.quoted[at - 1] and self.quoted[at + 1] and not self.quoted[at]:
                self.quoted[at] = _continues(self.lines[at - 1], self.lines[at].lstrip())

    def _find_boundaries(self) -> None:
        at = 0
        while at < len(self.lines) and len(self.boundaries) < BOUNDARIES:
            found = self._boundary_at(at) if self.folded[at] else None
            if found:
                self.boundaries.append(found)
                self._mark_bars(found.end)
            at = found.end if found else at + 1

    def _boundary_at(self, at: int) -> Boundary | None:
        if is_groupwise(self.folded[at]):
            return Boundary(at, at + 1, Strength.STRONG, names_us=self.own.is_author_of(self.folded[at]))
        if self.quoted[at]:
            return None
        return separator(self.folded, at) or header_block(self.folded, at, self.own) or self._attribution_at(at)

    def _attribution_at(self, at: int) -> Boundary | None:
        """An attribution over up to six lines, as Gmail wraps it at 78 columns (« a » / « écrit : »).

        One that ends in an address may still wait for its verb, so the longest reading wins.
        """
        joined, found = "", None
        reach = at + _lines_that_may_follow(self.folded[at])
        for end in range(at, min(reach, len(self.lines))):
            line = self.folded[end]
            if end > at and not self._may_continue(at, end):
                break
            joined = f"{joined} {line}".strip()
            if len(joined) > LONGEST_ATTRIBUTION:
                break
            strength = attribution_strength(joined, self.own)
            if strength is not None:
                found = Boundary(
                    at, self._with_wrapped_colon(end, joined) + 1, strength, names_us=self.own.is_author_of(joined)
                )
                if is_complete(joined):
                    break
            elif end > at and line.endswith((".", "!", "?")) and "@" not in line:
                break
        return found

    def _may_continue(self, start: int, at: int) -> bool:
        """Whether line `at` can go on with the attribution begun at `start`: it begins nothing of its own."""
        line = self.folded[at]
        if self.quoted[at]:
            return line.startswith(WRAPPED_ENDS)
        if at > start and not self.folded[at - 1] and line:
            return line.startswith(("<", "mailto:", ">"))
        return not (starts_like_an_attribution(line) and YEAR.search(line) and YEAR.search(self.folded[start]))

    def _with_wrapped_colon(self, end: int, joined: str) -> int:
        """Take in a line that holds nothing but the colon or the address' end."""
        following = self.folded[end + 1] if end + 1 < len(self.lines) else ""
        return end + 1 if following == ":" and not joined.endswith(":") else end

    def _mark_bars(self, start: int) -> None:
        """After an attribution, lines that begin with "|" are a quote; elsewhere they are a table."""
        at = start
        while at < len(self.lines) and (self.is_blank(at) or self.lines[at].startswith("|")):
            self.quoted[at] = self.quoted[at] or self.lines[at].startswith("|")
            at += 1

    def quote_names_its_source(self, start: int, end: int) -> bool:
        """True where a quote begins with its own attribution or header (Apple Mail, Open-Xchange, Orange)."""
        inside = [fold(unquoted(line)) for line in self.lines[start : min(end, start + 12)]]
        inside = [line for line in inside if line][:8]
        for at in range(min(2, len(inside))):
            joined = ""
            for line in inside[at : at + 3]:
                joined = f"{joined} {line}".strip()
                if (attribution_strength(joined, self.own) or 0) >= Strength.MEDIUM:
                    return True
            if header_block(inside, at, self.own) or separator(inside, at):
                return True
        return False

    def quote_is_a_forward(self, start: int, end: int) -> bool:
        """True where a quote's first words are « Début du message transféré »."""
        inside = [fold(unquoted(line)) for line in self.lines[start : min(end, start + 6)] if unquoted(line)][:4]
        found = separator(inside, 0) if inside else None
        return found is not None and found.is_forward

    def is_list_of_thresholds(self, start: int, end: int) -> bool:
        """« > 140 mmHg »: a doctor's "greater than", not a quote."""
        written = [line for line in self.lines[start:end] if line.strip()]
        return all(NUMERIC_QUOTE.match(line.lstrip()) and len(line) <= 80 for line in written)


def _continues(before: str, line: str) -> bool:
    """Whether an unquoted line between two quoted ones is the torn end of the first: a link, or a sentence going on."""
    if line.startswith(("(http", "<http", "http")) or (
        line and "http" in before.rpartition(" ")[2] and " " not in line
    ):
        return True
    return line[:1].islower() and len(before) >= 60 and not before.endswith((".", "?", "!", ":"))


WRAPPED_ENDS = ("> wrote", "> a ecrit", ">, ", "> schrieb", "> escribio", "> ha scritto")


def _lines_that_may_follow(folded: str) -> int:
    """Over how many lines an attribution that begins with this one may run: 0 where none begins, 1 without a wrap.

    One that begins with its date may be wrapped anywhere; one that begins with a name only at its address or after
    its verb, since any line of prose could else be its beginning.
    """
    if len(folded) > 300 or not folded:
        return 0
    if starts_like_an_attribution(folded):
        return ATTRIBUTION_LINES
    if folded.endswith("<") or ("@" in folded and has_verb(folded)):
        return 3
    return 2 if folded.endswith(">") else 1


SHARED_START = re.compile(r"(?<![^\W\d_])(?:On|Le|El|Am|Il|Op|Em|Den) (?=[\w]{1,12}[.,]? |\d)")


def _with_shared_lines_split(lines: list[str], own: Own) -> list[str]:
    """Part "reply On Wed, Apr 4, 2012 at 3:59 PM, bob@example.com wrote:" in two where a quote follows it."""
    result: list[str] = []
    for at, line in enumerate(lines):
        following = next((text for text in lines[at + 1 : at + 4] if text.strip()), "")
        if len(line) <= 300 and not is_quoted(line) and is_quoted(following) and line.rstrip().endswith(":"):
            start = _shared_start(line, own)
            if start:
                result += [line[:start].rstrip(" -"), line[start:]]
                continue
        result.append(line)
    return result


def _shared_start(line: str, own: Own) -> int:
    for match in SHARED_START.finditer(line):
        strength = attribution_strength(fold(line[match.start() :]), own)
        if match.start() and strength and strength >= Strength.MEDIUM:
            return match.start()
    return 0
