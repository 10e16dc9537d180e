"""Which lines of a mail its author wrote.

The dangerous failure is to lose the author's words; a leaked line of history is only untidy. So history is cut where
a mail client's own mark proves it, nothing is cut that would leave a message empty which is more than quotation, and
everything that was cut is returned, so that its author can be shown it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .attribution import Boundary, Own, Strength
from .folding import bare, fold
from .lines import Layout, bounded_lines
from .tails import is_device_line, is_rule, is_signature, is_signature_delimiter

MARKER_FR = "Répondez au-dessus de cette ligne"
MARKER_EN = "Reply above this line"
MARKER_ID = "colloque-marker"
"""The id of the HTML element that holds the marker line in our own mails."""

FORWARD_SUBJECTS = ("tr:", "tr :", "fwd:", "fw:", "fwd :", "wg:", "rv:", "i:", "enc:", "vs:", "pd:", "doorst:")
SHORTEST_COMPARED = 12
"""Characters below which a line proves nothing about where it comes from (« Bonjour, »)."""

Kind = Literal["reply", "forward", "empty"]


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What the author wrote, what was cut (in its order), and what the message is."""

    text: str
    elided: str
    kind: Kind


def trim(
    text: str,
    html: str | None = None,
    *,
    own_addresses: tuple[str, ...] = (),
    own_names: tuple[str, ...] = (),
    markers: tuple[str, ...] = (),
    sent_text: str | None = None,
    subject: str = "",
) -> Trimmed:
    """Cut quoted history, attribution lines, device lines, `-- ` signatures and our own footer out of a mail's body.

    `own_addresses` and `own_names` are those which our outgoing mail carried in From and Reply-To, `sent_text` its
    plain-text body: with them an unquoted history (Outlook) is recognised for certain. `markers` are further marker
    lines than our own. `html` is read where `text` is blank. At most 200,000 characters and 5,000 lines are looked
    at, in linear time.
    """
    if not text.strip() and html:
        from .html import text_of

        text = text_of(html)
    own = Own(_folded(own_addresses), _folded(own_names))
    return _Reply(Layout(bounded_lines(text), own), markers, sent_text, subject).trimmed()


def _folded(needles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(needle) for needle in needles if len(needle.strip()) > 2)


class _Reply:
    """One decision, line by line: `keep` starts all true, each pass strikes lines out."""

    def __init__(self, layout: Layout, markers: tuple[str, ...], sent_text: str | None, subject: str) -> None:
        self.layout = layout
        self.count = len(layout.lines)
        self.keep = [True] * self.count
        self.markers = {bare(marker) for marker in (MARKER_FR, MARKER_EN, *markers)}
        self.sent = {bare(line) for line in sent_text.split("\n")[:5000]} if sent_text else set()
        self.is_forward = False
        self.is_only_history = False
        self.is_dissolved = False
        self.signature = [False] * self.count
        self.believed = {boundary.start: self._is_believed(boundary) for boundary in layout.boundaries}
        self.introductions = {
            at for boundary in layout.boundaries if self._counts(boundary) for at in range(boundary.start, boundary.end)
        }
        self.looks_forwarded = fold(subject).startswith(FORWARD_SUBJECTS)

    def trimmed(self) -> Trimmed:
        self._mark_signatures()
        self._cut_at_marker()
        self._cut_at_boundaries()
        self._cut_what_we_sent()
        self._cut_loose_quotes()
        self._cut_signatures()
        self._cut_tail()
        self._never_by_accident()
        return self._result()

    # What counts as the author's

    def _is_written(self, at: int) -> bool:
        """Kept, unquoted, and words: not furniture, not a signature, not an introduction of history."""
        return (
            self.keep[at] and not self.layout.quoted[at] and not self.signature[at] and not self.layout.is_furniture(at)
        )

    def _written_between(self, start: int, end: int) -> bool:
        return any(self._is_written(at) for at in range(start, end) if at not in self.introductions)

    def _counts(self, boundary: Boundary) -> bool:
        return self.believed[boundary.start]

    def _is_believed(self, boundary: Boundary) -> bool:
        """Whether a boundary is taken for one, given its strength and what follows it."""
        following = self.layout.next_written(boundary.end)
        if boundary.strength is Strength.BARE:
            return following is not None and self._borders_a_quote(boundary, following)
        if boundary.strength is Strength.STRONG or boundary.names_us:
            return True
        if following is not None and self._is_marker(self.layout.lines[following]):
            return True
        if following is not None and self.layout.quoted[following]:
            return True
        if boundary.strength is Strength.WEAK:
            return False
        return not any(
            other.start > boundary.start and other.strength is Strength.STRONG for other in self.layout.boundaries
        )

    def _borders_a_quote(self, boundary: Boundary, following: int) -> bool:
        """Whether the quote under a bare « X a écrit : » ends the message, or the line begins it."""
        layout = self.layout
        if not layout.quoted[following]:
            return False
        last = layout.quote_end(following)
        return not any(not furniture for furniture in layout.furniture[: boundary.start]) or not any(
            not layout.furniture[at] and not layout.quoted[at] for at in range(last, self.count)
        )

    def _strike(self, start: int, end: int) -> None:
        self.keep[start:end] = [False] * (end - start)

    # The passes

    def _mark_signatures(self) -> None:
        """Mark `-- ` signatures: they do not count as words, and are cut at the end if anything else is left."""
        layout = self.layout
        stop = self.count
        starts = {boundary.start for boundary in layout.boundaries if self._counts(boundary)}
        for at in range(self.count - 1, -1, -1):
            if layout.quoted[at] or at in starts:
                stop = at
            elif is_signature_delimiter(layout.lines[at]):
                if is_signature(layout.lines, at, stop):
                    self.signature[at:stop] = [True] * (stop - at)
                stop = at

    def _cut_at_marker(self) -> None:
        for at, line in enumerate(self.layout.lines):
            if line and not self.layout.quoted[at] and self._is_marker(line):
                if self._written_between(0, at):
                    self._strike(at, self.count)
                else:
                    self.is_only_history = any(above in self.introductions for above in range(at))
                    self._strike(at, at + 1)
                return

    def _is_marker(self, line: str) -> bool:
        if len(line) > 200:
            return False
        words = bare(line)
        if words in self.markers:
            return True
        decorated = line.strip()[:1] in tuple("#-=_*—–~") and line.strip()[-1:] in tuple("#-=_*—–~")
        above = "abovethisline" in words or "audessusdecetteligne" in words
        return (
            decorated
            and above
            and any(word in words for word in ("reply", "type", "write", "repond", "repons", "ecri"))
        )

    def _cut_at_boundaries(self) -> None:
        for boundary in self.layout.boundaries:
            if not self.keep[boundary.start] or not self._counts(boundary):
                continue
            self.is_forward = self.is_forward or boundary.is_forward
            following = self.layout.next_written(boundary.end)
            if following is not None and self.layout.quoted[following]:
                self._strike(boundary.start, boundary.end)
                self._cut_quotes_from(following)
            elif self._written_between(0, boundary.start):
                self._strike(boundary.start, self.count)
                return
            else:
                self._dissolve(boundary)

    def _dissolve(self, boundary: Boundary) -> None:
        """Nothing stands above it: what follows is a reply typed below, or a mail without any word of its sender."""
        self._strike(boundary.start, boundary.end)
        if boundary.is_forward:
            self.keep[boundary.start : boundary.end] = [True] * (boundary.end - boundary.start)
        elif boundary.names_us or self.is_only_history:
            self.is_only_history = True
        self.is_dissolved = True

    def _cut_quotes_from(self, start: int) -> None:
        """An attributed quote goes where it is one block; written into, its parts stay but the last, unanswered one."""
        layout = self.layout
        runs, at = [], start
        stop = next((b.start for b in layout.boundaries if b.start > start and self._counts(b)), self.count)
        while at < stop:
            if layout.quoted[at]:
                end = min(layout.quote_end(at), stop)
                runs.append((at, end))
                at = max(end, at + 1)
            else:
                at += 1
        answered = [
            run
            for index, run in enumerate(runs)
            if self._written_between(run[1], runs[index + 1][0] if index + 1 < len(runs) else stop)
        ]
        if len(answered) >= 2 or (len(answered) == 1 and (self.is_dissolved or len(runs) > 1)):
            last = runs.index(answered[-1])
            runs = runs[last + 1 :]
        for first, end in runs:
            self._strike(first, end)

    def _cut_what_we_sent(self) -> None:
        """Lines of our own mail that came back unquoted: under no known introduction, or above the reply."""
        if not self.sent:
            if self.is_only_history and not any(self.layout.quoted):
                self._strike(0, self.count)
            return
        matches = [self._was_sent(at) for at in range(self.count)]
        if self.is_only_history or self.is_dissolved:
            self.keep = [kept and not matched for kept, matched in zip(self.keep, matches, strict=True)]
        else:
            self._strike(self._start_of_ours(matches), self.count)

    def _was_sent(self, at: int) -> bool:
        if not self.keep[at] or self.layout.quoted[at]:
            return False
        words = bare(self.layout.lines[at])
        return bool(words) and words in self.sent

    def _start_of_ours(self, matches: list[bool]) -> int:
        """Where the part at the end begins that is all in the mail we sent: three lines or a long one at least."""
        start, lines, characters = self.count, 0, 0
        for at in range(self.count - 1, -1, -1):
            if matches[at]:
                start, lines, characters = at, lines + 1, characters + len(self.layout.lines[at])
            elif self._is_written(at):
                break
        return start if lines >= 3 or characters > 60 else self.count

    def _cut_loose_quotes(self) -> None:
        """A quote at the end goes; one at the top that names its source goes; others stay: something answers them.

        A quote above the history, without attribution, is one that the author made.
        """
        layout = self.layout
        written = [at for at in range(self.count) if self._is_written(at) and at not in self.introductions]
        first, last = (written[0], written[-1]) if written else (self.count, -1)
        last_quoted = max((at for at in range(self.count) if layout.quoted[at] and self.keep[at]), default=-1)
        at = 0
        while at < self.count:
            if not (layout.quoted[at] and self.keep[at]):
                at += 1
                continue
            end = layout.quote_end(at)
            above, below = first < at, last >= end
            if (above and below) or (below and last_quoted >= end):
                at = end
                continue
            named = layout.quote_names_its_source(at, end)
            is_cited = above and any(start >= end for start in self.introductions)
            if named or (
                above and not is_cited and not self._is_announced(at) and not layout.is_list_of_thresholds(at, end)
            ):
                self._strike(at, end)
                self.is_forward = self.is_forward or layout.quote_is_a_forward(at, end)
            at = end

    def _is_announced(self, quote: int) -> bool:
        """« La recommandation dit : » above a quote: the author quotes something else than the history."""
        above = next((at for at in range(quote - 1, max(quote - 4, -1), -1) if self.layout.folded[at]), None)
        return above is not None and self._is_written(above) and self.layout.folded[above].endswith(":")

    def _cut_signatures(self) -> None:
        if any(self._is_written(at) for at in range(self.count)):
            self.keep = [kept and not signed for kept, signed in zip(self.keep, self.signature, strict=True)]

    def _cut_tail(self) -> None:
        """Strike device lines that stand alone, then rules and blanks at the end and at the top."""
        layout = self.layout
        following_is_blank = True
        for at in range(self.count - 1, -1, -1):
            if not self.keep[at]:
                following_is_blank = True
                continue
            if following_is_blank and not layout.quoted[at] and is_device_line(layout.folded[at]):
                self._strike(at, at + 1)
                continue
            following_is_blank = not layout.folded[at] or is_rule(layout.folded[at])
        for order in (range(self.count - 1, -1, -1), range(self.count)):
            for at in order:
                if self.keep[at] and layout.folded[at] and (layout.quoted[at] or not is_rule(layout.folded[at])):
                    break
                self._strike(at, at + 1)

    def _never_by_accident(self) -> None:
        """Give back what is no quotation, where nothing is left: a text under "-- ", for instance."""
        layout = self.layout
        if any(self.keep[at] and layout.folded[at] for at in range(self.count)) or self.is_only_history:
            return
        for at in range(self.count):
            free = not layout.quoted[at] and at not in self.introductions and not layout.is_furniture(at)
            if free and not is_signature_delimiter(layout.lines[at]):
                self.keep[at] = True

    def _is_quotation_alone(self) -> bool:
        """Whether nothing is left but quoted lines: somebody sent our words back and added none.

        Said only where the caller knows what we are called or sent; else they may be all that the author has to say.
        """
        own = self.layout.own
        if not (own.addresses or own.names or self.sent) or self.layout.is_list_of_thresholds(0, self.count):
            return False
        written = [at for at in range(self.count) if self.keep[at] and self.layout.lines[at].strip()]
        return bool(written) and all(self.layout.quoted[at] for at in written)

    def _result(self) -> Trimmed:
        if self._is_quotation_alone():
            self._strike(0, self.count)
        text = _joined(self.layout.lines, self.keep)
        elided = _joined(self.layout.lines, [not kept for kept in self.keep])
        kind: Kind = "reply"
        if not text:
            kind = "empty"
        elif self.is_forward or (self.looks_forwarded and self.layout.boundaries):
            kind = "forward"
        return Trimmed(text, elided, kind)


def _joined(lines: list[str], chosen: list[bool]) -> str:
    """The chosen lines, with at most two blank ones in a row, none at the ends."""
    result: list[str] = []
    for line, is_chosen in zip(lines, chosen, strict=True):
        if is_chosen and (line.strip() or result[-2:] != ["", ""]):
            result.append(line.rstrip())
    return "\n".join(result).strip("\n")
