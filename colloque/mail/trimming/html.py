"""HTML mail as text with a little Markdown, quotes marked with ">" and the clients' own dividers as a separator line.

A scanner of our own: one pass, every search remembered, so that no input takes more than linear time (the standard
library's parser looks for the end of the document again at every unclosed comment), and nothing but the standard
library is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

HTML_CHARACTERS = 1_000_000
TEXT_CHARACTERS = 220_000
QUOTE_DEPTH = 20
TAGS = 60_000
"""More than a long thread from Outlook has; the reply stands at its top."""
DIVIDER = "-----Original Message-----"

DIVIDER_IDS = ("divrplyfwdmsg", "stopspelling", "zwchr", "mail-editor-reference-message-container", "isreplycontent")
DIVIDER_CLASSES = ("outlookmessageheader", "yahoo_quoted_header", "wlm_quoted")
DIVIDER_MARKS = ("__divider__", "__headers__", "__quoted_text__")
SIGNATURE_CLASSES = ("gmail_signature", "moz-signature")
UNSEEN = ("script", "style", "title", "template", "svg", "object", "textarea", "select", "xml")
PARAGRAPHS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "dl"])
BREAKS = frozenset(
    [
        "div",
        "tr",
        "section",
        "article",
        "header",
        "footer",
        "center",
        "address",
        "dt",
        "dd",
        "figure",
        "form",
        "main",
        "nav",
        "aside",
        "tbody",
        "body",
    ]
)
EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
LOOKED_AT = frozenset(["div", "span", "p", "hr", "blockquote", "a", "td", "table"])

_ATTRIBUTE = re.compile(
    r"(?<![\w:-])(id|class|style|href|type|cite|data-marker)\s{0,5}=\s{0,5}(\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.I
)
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:-]{0,40}")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG_CHARACTERS_READ = 4_000


def text_of(html: str) -> str:
    """Return the readable text of an HTML body: emphasis and links as Markdown, quotes as "> " lines."""
    writer = _Writer()
    for number, (is_tag, piece) in enumerate(_pieces(html[:HTML_CHARACTERS])):
        if writer.size > TEXT_CHARACTERS or number > 2 * TAGS:
            break
        if is_tag:
            writer.tag(piece)
        else:
            writer.words(unescape(piece))
    return writer.text()


def _pieces(html: str) -> Iterator[tuple[bool, str]]:
    """Yield (is_tag, content) in order, without comments, declarations and the content of unseen elements."""
    position, end = 0, len(html)
    lowered = html.lower()
    if len(lowered) != end:  # a few letters grow when lowered (İ)
        lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in html)
    missing: set[str] = set()

    def find(needle: str, start: int) -> int:
        if needle in missing:
            return -1
        found = lowered.find(needle, start)
        if found < 0:
            missing.add(needle)
        return found

    while position < end:
        opening = find("<", position)
        if opening < 0:
            yield False, html[position:]
            return
        if opening > position:
            yield False, html[position:opening]
        if html.startswith("<!--", opening):
            close = find("-->", opening + 4)
            position = close + 3 if close >= 0 else opening + 4
            continue
        name = _NAME.match(html, opening + 1)
        if name is None and html[opening + 1 : opening + 2] not in ("!", "?"):
            yield False, "<"
            position = opening + 1
            continue
        close = _end_of_tag(html, find, opening + 1)
        if close < 0:
            yield False, html[opening:]
            return
        position = close + 1
        if name is None:
            continue
        yield True, html[opening + 1 : close]
        tag = name.group().lower()
        if tag in UNSEEN and html[close - 1] != "/":
            after = find(f"</{tag}", position)
            position = after if after >= 0 else position


def _end_of_tag(html: str, find: object, start: int) -> int:
    """The position of the ">" that ends a tag; one within a quoted attribute value does not."""
    assert callable(find)
    close = find(">", start)
    if close < 0:
        return -1
    head = html[start:close]
    for quote in ('"', "'"):
        if head.count(quote) % 2 and "=" + quote in head.replace(" ", ""):
            ending = find(quote, close)
            later = find(">", ending) if ending >= 0 else -1
            if later >= 0 and ending - start < 20_000:
                return int(later)
    return int(close)


class _Writer:
    """Collects lines; emphasis is written only around words, so that no empty `****` appears."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.depth = 0
        self.indents: list[bool] = []
        self.lists: list[int | None] = []
        self.preformatted = 0
        self.size = 0
        self.pending: list[str] = []
        self.open: list[str] = []
        self.links: list[tuple[str, int, int]] = []
        self.signature_depth = 0
        self.divs = 0

    def words(self, text: str) -> None:
        if self.preformatted:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self.newline()
                self._write(line)
            return
        text = _SPACE.sub(" ", text)
        if not self.current or self.current[-1].endswith(" "):
            text = text.lstrip(" ")
        if not text.strip():
            if text and self.current:
                self.current.append(" " if text.isspace() and "\xa0" not in text else text)
            return
        lead = text[: len(text) - len(text.lstrip())]
        if lead:
            self.current.append(lead)
        self._write(text[len(lead) :])

    def _write(self, text: str) -> None:
        if text.strip() and self.pending:
            self.current += self.pending
            self.open += self.pending
            self.pending = []
        self.current.append(text)
        self.size += len(text)

    def tag(self, tag: str) -> None:
        name = _NAME.match(tag)
        assert name is not None
        word = name.group().lower()
        closing = word.startswith("/")
        word = word.lstrip("/")
        if word in EMPHASIS:
            self._emphasise(EMPHASIS[word], closing)
            return
        attributes = _attributes(tag) if word in LOOKED_AT and not closing else {}
        if word == "br":
            self.newline()
        elif word == "hr":
            self._divide(attributes) or self._rule()
        elif word == "blockquote":
            self._quote(closing, attributes)
        elif word == "a":
            self._link(closing, attributes)
        elif word in ("ul", "ol", "li"):
            self._list(word, closing)
        elif word in ("td", "th"):
            if closing:
                self.current.append(" ")
        else:
            self._block(word, closing, attributes)

    def _block(self, word: str, closing: bool, attributes: dict[str, str]) -> None:
        if word in BREAKS or word in PARAGRAPHS:
            self.newline(only_if_open=True)
            if word in PARAGRAPHS and "msonormal" not in attributes.get("class", "").lower():
                self._blank()
        if word == "pre":
            self.preformatted = max(0, self.preformatted + (-1 if closing else 1))
        if not closing:
            self._divide(attributes)
            if any(name in attributes.get("class", "").lower() for name in SIGNATURE_CLASSES):
                self._signature()

    def _signature(self) -> None:
        """Gmail's and Thunderbird's signature elements hold what plain text puts under "-- "."""
        self.newline(only_if_open=True)
        written = next((line for line in reversed(self.lines) if line.strip("> ")), "")
        if written.strip("> ") != "--":
            self.lines.append(self._prefix() + "-- ")

    def _divide(self, attributes: dict[str, str]) -> bool:
        identity = attributes.get("id", "").lower()
        classes = attributes.get("class", "").lower()
        if "colloque-marker" in identity:
            self._line("--- Reply above this line ---")
            return True
        known = (
            any(name in identity for name in DIVIDER_IDS)
            or any(name in classes for name in DIVIDER_CLASSES)
            or attributes.get("data-marker", "").lower() in DIVIDER_MARKS
        )
        if known and not any(DIVIDER in line for line in self.lines[-3:]):
            self._line(DIVIDER)
        return known

    def _rule(self) -> bool:
        self._line("________________________________")
        return True

    def _quote(self, closing: bool, attributes: dict[str, str]) -> None:
        self.newline(only_if_open=True)
        if closing:
            if self.indents and self.indents.pop():
                self.depth -= 1
            return
        is_quote = not _is_indentation(attributes) and self.depth < QUOTE_DEPTH
        self.indents.append(is_quote)
        self.depth += is_quote

    def _list(self, word: str, closing: bool) -> None:
        self.newline(only_if_open=True)
        if word == "li":
            if not closing:
                number = self.lists[-1] if self.lists else None
                if number is not None:
                    self.lists[-1] = number + 1
                self.current.append("  " * (len(self.lists[:10]) - 1) + (f"{number}. " if number else "- "))
        elif closing:
            if self.lists:
                self.lists.pop()
            self._blank()
        else:
            self.lists.append(1 if word == "ol" else None)

    def _link(self, closing: bool, attributes: dict[str, str]) -> None:
        if not closing:
            self.links.append((attributes.get("href", "").strip(), len(self.lines), len(self.current)))
            return
        if not self.links:
            return
        target, line, start = self.links.pop()
        label = "".join(self.current[start:]).strip()
        if line == len(self.lines) and target.lower().startswith("mailto:") and label and "@" not in label:
            self.current.append(f" <{target[7:].partition('?')[0]}>")
        if line != len(self.lines) or not label or not target.lower().startswith(("http://", "https://")):
            return
        if label.rstrip("/") in (target.rstrip("/"), target.partition("://")[2].rstrip("/")):
            self.current[start:] = [target]
        elif not self.open or start == 0:
            self.current[start:] = [f"[{label}]({target})"]

    def _emphasise(self, mark: str, closing: bool) -> None:
        if not closing:
            if mark not in self.open and mark not in self.pending:
                self.pending.append(mark)
        elif mark in self.pending:
            self.pending.remove(mark)
        elif mark in self.open:
            self.open.remove(mark)
            self._close_mark(mark)

    def _close_mark(self, mark: str) -> None:
        """Put the closing mark before trailing white space: Markdown wants it at the word."""
        spaces = ""
        while self.current and not self.current[-1].strip() and self.current[-1] not in EMPHASIS.values():
            spaces = self.current.pop() + spaces
        if self.current:
            word = self.current[-1].rstrip()
            spaces = self.current[-1][len(word) :] + spaces
            self.current[-1] = word
        self.current += [mark, spaces]

    def newline(self, only_if_open: bool = False) -> None:
        if only_if_open and not "".join(self.current).strip(" "):
            self.current = []
            return
        for mark in reversed(self.open):
            self._close_mark(mark)
        self.pending = self.open + self.pending
        self.open = []
        line = "".join(self.current)
        self.lines.append(self._prefix() + (line.rstrip(" ") if not self.preformatted else line))
        self.current = []
        self.size += 1 + 2 * self.depth

    def _blank(self) -> None:
        if self.lines and self.lines[-1].strip("> \xa0"):
            self.lines.append(self._prefix().rstrip())

    def _line(self, text: str) -> None:
        self.newline(only_if_open=True)
        self.lines.append(self._prefix() + text)

    def _prefix(self) -> str:
        return "> " * self.depth

    def text(self) -> str:
        self.newline(only_if_open=True)
        return "\n".join(self.lines).strip("\n")


def _attributes(tag: str) -> dict[str, str]:
    return {
        match.group(1).lower(): unescape(match.group(2).strip("\"'"))
        for match in _ATTRIBUTE.finditer(tag[:_TAG_CHARACTERS_READ])
    }


def _is_indentation(attributes: dict[str, str]) -> bool:
    """Gmail and Outlook indent a paragraph of the author's with a bare blockquote without border."""
    style = attributes.get("style", "").lower().replace(" ", "")
    marked = "cite" in attributes or "type" in attributes or "quote" in attributes.get("class", "").lower()
    return not marked and ("border:none" in style or "border:medium" in style or "border:0" in style)
