"""Lines as they are compared: without accents, case, exotic spaces or invisible characters.

Mail clients write « De : » with U+00A0, U+202F or an ordinary space, and Apple Mail wraps names in directional
isolates. All patterns of this package are matched against folded text; what is published is always cut from the
original.
"""

from __future__ import annotations

import unicodedata

INVISIBLE = dict.fromkeys(
    [0x00AD, 0x034F, 0x061C, 0x1427, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
"""Soft hyphen, joiners, directional marks, byte order mark, and the syllabic dot of a mail tracker (U+1427)."""

LONGEST_FOLDED = 600
"""Characters of a line that are looked at: no attribution line, device line or header field is longer."""


def fold(text: str) -> str:
    """Return `text` in lower case without accents and invisible characters, white space collapsed, cut at 600."""
    text = text[:LONGEST_FOLDED]
    if not text.isascii():
        text = text.translate(INVISIBLE)
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
        text = text.replace("’", "'").replace("ł", "l").replace("Ł", "L").replace("ø", "o").replace("Ø", "O")
    return " ".join(text.casefold().split())


def bare(text: str) -> str:
    """Return the folded text without any punctuation or white space: what two renderings of one line have in common."""
    return "".join(char for char in fold(text) if char.isalnum())


def phrases(table: str) -> tuple[str, ...]:
    """The folded phrases of a table: lines of phrases with "|" between them."""
    return tuple(fold(phrase) for line in table.strip().splitlines() for phrase in line.split("|"))
