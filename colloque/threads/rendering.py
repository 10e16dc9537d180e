"""Markdown to sanitised HTML, once, when a post is written. Pure: imports no Django.

Quoted parts of several lines are folded into <details>, so that a reader sees what is new first.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

RENDERER_VERSION = 1

_TAGS = {
    "p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}
_LONGEST_HTML = 200_000  # ten times the longest text
_FOLD_FROM = 160  # characters of text in a quotation before it is folded


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # Raw HTML is shown as text; a line break that the author typed is a line break (mail habits).
    return MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).enable(
        ["table", "strikethrough"]
    )


def render(source: str) -> str:
    """Sanitised HTML of a post. Links lose their power to load, track or pass rank; headings start at h3."""
    rendered = _markdown().render(source)
    rendered = rendered.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h3>")
    rendered = rendered.replace("</h2>", "</h3>")
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",  # the same HTML goes by mail, where a relative address leads nowhere
        link_rel="nofollow noopener noreferrer",
    )
    if len(clean) > _LONGEST_HTML:
        # Rows of a table are filled up with cells: a page of bars becomes a megabyte.
        clean = f"<pre>{html.escape(source)}</pre>"
    return _fold_quotations(clean)


def _fold_quotations(clean: str) -> str:
    """Wrap outermost long <blockquote>s in <details>. The input is nh3's own output: tags are well-formed."""
    pieces: list[str] = []
    depth, start, done = 0, 0, 0
    for tag in re.finditer(r"</?blockquote>", clean):
        if tag[0] == "<blockquote>":
            if depth == 0:
                start = tag.start()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                pieces += [clean[done:start], _folded(clean[start : tag.end()])]
                done = tag.end()
    return "".join(pieces) + clean[done:]


def _folded(quotation: str) -> str:
    if len(re.sub(r"<[^>]*>", "", quotation)) < _FOLD_FROM:
        return quotation
    return f'<details class="quoted"><summary>…</summary>{quotation}</details>'


def plain(source: str) -> str:
    """The source as a mail's text part shows it: as written, without trailing space."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
