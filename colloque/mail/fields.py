"""Header fields of what we send, written by hand: encoded, folded, and never decoded again.

The standard library's own folding (Python 3.11) decodes encoded words that it finds in a value, so that a title like
`=?utf-8?q?x=0D=0ABcc:…?=` became a header of its own; and it encodes tokens longer than a line, so that a
List-Unsubscribe with a long host name was no address any more. Here a value is one line of printable text, what is not
plain ASCII goes into encoded words (RFC 2047), and a token is never broken.
"""

from __future__ import annotations

import re
from email.header import Header

_LINE = 78  # RFC 5322 §2.1.1: should; tokens longer than this stay whole (the bound that must hold is 998)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def one_line(text: str) -> str:
    """Without line breaks, control and direction characters; no-break spaces stay, French needs them."""
    kept = "".join(char if char.isprintable() or char in "\u00a0\u202f" else " " for char in text)
    return re.sub(" +", " ", kept).strip()


def text(value: str) -> str:
    """Unstructured text (Subject)."""
    value = one_line(value)
    return value if _is_plain(value) else _encoded(value)


def phrase(name: str) -> str:
    """A display name: atoms as they are, else a quoted string, else encoded words."""
    name = one_line("".join(char for char in name if char not in '<>"\\'))
    if not _is_plain(name):
        return _encoded(name)
    return name if _ATOMS.fullmatch(name) else f'"{name}"'


def address(name: str, spec: str) -> str:
    """`name <spec>`."""
    return f"{phrase(name)} <{spec}>" if name else f"<{spec}>"


def recipient(spec: str) -> str:
    """An address as To may show it; one that would need quoting is not shown (RFC 5322 §3.4, an empty group)."""
    return spec if _ADDRESS.fullmatch(spec) else "undisclosed-recipients:;"


def lines(fields: list[tuple[str, str]]) -> bytes:
    """The fields as the head of a message, folded, with CRLF. Values are what the functions above return.

    Raises ValueError for a value that is not one line of printable ASCII.
    """
    for name, value in fields:
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"{name} is not one line of ASCII")
    return "".join(f"{_folded(name, value)}\r\n" for name, value in fields).encode("ascii")


def _is_plain(value: str) -> bool:
    return value.isascii() and "=?" not in value


def _encoded(value: str) -> str:
    # RFC 2047 §2: an encoded word has at most 75 characters; the fold goes between them.
    return Header(value, "utf-8", maxlinelen=76, header_name="Subject").encode(linesep="\n").replace("\n ", " ")


def _folded(name: str, value: str) -> str:
    folded, width = f"{name}:", len(name) + 1
    for number, token in enumerate(value.split(" ")):
        if number and width + 1 + len(token) > _LINE:
            folded, width = f"{folded}\r\n {token}", len(token) + 1
        else:
            folded, width = f"{folded} {token}", width + 1 + len(token)
    return folded
