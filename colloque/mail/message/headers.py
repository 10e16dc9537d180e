"""Header values from their raw form: unfolded, bounded, decoded, and never an exception."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message as RawMessage
from email.utils import getaddresses, parsedate_to_datetime

HEADER_CHARACTERS = 8_000
HEADERS = 500
ADDRESSES = 200
REFERENCES = 50

# Everything that the standard library is known to raise on hostile bytes; RecursionError comes from nested parts and
# comments.
PARSER_ERRORS = (
    MessageError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Address:
    """A display name and an address (local part as written, domain in lower case)."""

    name: str
    address: str


def headers_of(parsed: RawMessage) -> tuple[tuple[str, str], ...]:
    """Names in lower case with decoded values; the address and identifier headers keep their encoded words until they
    are split.
    """
    return tuple(
        (
            str(name).lower()[:100],
            decoded(str(value)) if str(name).lower() not in _SPLIT_FIRST else readable(str(value)),
        )
        for name, value in list(parsed.raw_items())[:HEADERS]
    )


_SPLIT_FIRST = frozenset({"from", "to", "cc", "reply-to", "sender"})


def readable(value: str) -> str:
    """Unfold, bound, and repair 8-bit characters that a sender put into a header (UTF-8, or else Windows-1252)."""
    value = value[:HEADER_CHARACTERS].replace("\r", "").replace("\n", " ").replace("\0", "")
    if not value.isascii():
        octets = value.encode("utf-8", "surrogateescape")
        try:
            value = octets.decode("utf-8")
        except UnicodeDecodeError:
            value = octets.decode("cp1252", "replace")
    return " ".join(value.split())


def decoded(value: str) -> str:
    """RFC 2047 encoded words as text, in NFC; a word with an unknown charset is read as UTF-8 or Windows-1252."""
    value = readable(value)
    if "=?" not in value:
        return unicodedata.normalize("NFC", value)
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        return unicodedata.normalize("NFC", value)
    text = "".join(piece if isinstance(piece, str) else decode_bytes(piece, charset) for piece, charset in pieces)
    return unicodedata.normalize("NFC", " ".join(text.replace("\0", "").split()))


def addresses_of(values: list[str]) -> tuple[Address, ...]:
    """Addresses of header values. Split first, decode names after: a decoded name may hold commas and brackets."""
    try:
        pairs = getaddresses([value for value in values if value])
    except PARSER_ERRORS:
        return ()
    found = []
    for name, address in pairs[:ADDRESSES]:
        local, at, domain = address.strip().rpartition("@")
        if at and local and domain and " " not in address:
            found.append(Address(decoded(name).strip('" '), f"{local}@{domain.lower()}"))
    return tuple(found)


def message_ids_of(value: str) -> tuple[str, ...]:
    """The <…> identifiers of a header, without their brackets; the last fifty of them."""
    found = re.findall(r"<([^<>\s]{1,998})>", value)
    return tuple(found[-REFERENCES:])


def date_of(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except PARSER_ERRORS:
        return None


def raw_header(part: RawMessage, name: str) -> str:
    return next((readable(str(value)) for key, value in part.raw_items() if str(key).lower() == name), "")


def parameter(header: str, name: str) -> str:
    match = re.search(rf";\s{{0,9}}{name}\s{{0,9}}=\s{{0,9}}\"?([\w./-]{{1,80}})", header, re.IGNORECASE)
    return match.group(1).lower() if match else ""


def type_of(part: RawMessage) -> str:
    try:
        return part.get_content_type().lower()
    except PARSER_ERRORS:
        return "application/octet-stream"


NARROW = ("us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "iso-8859-15", "latin-9")
C1 = bytes(range(0x80, 0xA0))


def decode_bytes(octets: bytes, declared: str | None) -> str:
    """Return the text of `octets`: the declared charset where it fits, else UTF-8, else Windows-1252.

    Text declared as ASCII or Latin-1 that is valid UTF-8 beyond ASCII is UTF-8: chance does not produce that. Curly
    quotes in what claims to be ISO 8859-15 are Windows-1252's: the standard has only control characters there.
    """
    charset = (declared or "utf-8").strip().strip("\"'").lower()
    attempts = [charset, "utf-8"]
    if charset in NARROW:
        is_latin_9 = charset in ("iso-8859-15", "latin-9") and len(octets.translate(None, C1)) == len(octets)
        attempts = ["utf-8", "iso-8859-15" if is_latin_9 else "cp1252"]
    for attempt in attempts:
        try:
            return octets.decode(attempt)
        except (UnicodeError, LookupError, ValueError):
            continue
    return octets.decode("cp1252", "replace")
