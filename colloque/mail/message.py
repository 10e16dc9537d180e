"""RFC 5322 bytes as plain data, whatever the bytes are.

The standard library's parser (`email`, `policy.default`, from bytes) takes a message apart; header values are read
here from
their raw form with a bound on their length, because its header parser raises on malformed input and slows down on
long one.
Nothing that a sender can write raises: what cannot be read is a `Message` whose `is_readable` is false.
"""

from __future__ import annotations

import email
import email.policy
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import EmailMessage
from email.message import Message as RawMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

BODY_CHARACTERS = 200_000
BODY_LINES = 5_000
PARTS = 50
PARTS_PARSED = 1_000
DEPTH = 10
HEADER_CHARACTERS = 8_000
STRUCTURED_CHARACTERS = 2_000
HEAD_OCTETS = 256_000
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


class TooManyPartsError(ValueError):
    """A message with more parts than any mail client writes: only its headers are read."""


class _BoundedPolicy(email.policy.EmailPolicy):
    """`policy.default` whose header parser sees 2,000 characters of a value at most, and which stops after 1,000
    parts."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        try:
            return str(super().header_fetch_parse(name, value[:STRUCTURED_CHARACTERS]))
        except PARSER_ERRORS:
            return ""


def _bounded_policy() -> _BoundedPolicy:
    parts = 0

    def part(policy: Any = None) -> Any:
        nonlocal parts
        parts += 1
        if parts > PARTS_PARSED:
            raise TooManyPartsError(f"more than {PARTS_PARSED} parts")
        return EmailMessage(policy)

    return _BoundedPolicy(max_line_length=None, message_factory=part)


@dataclass(frozen=True, slots=True)
class Address:
    """A display name and an address (local part as written, domain in lower case)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body. `content` is decoded; `content_type` is what the sender claims, so sniff before
    trusting."""

    filename: str
    content: bytes
    content_type: str
    content_id: str
    is_inline: bool


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A machine-readable part (RFC 3464, 8098, 5965): its type and its groups of fields, names in lower case."""

    content_type: str
    groups: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as its reader would see it; headers decoded, text in NFC without NUL, sizes bounded."""

    message_id: str = ""
    subject: str = ""
    senders: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    reports: tuple[ReportPart, ...] = ()
    content_type: str = "text/plain"
    report_type: str = ""
    is_readable: bool = True
    is_truncated: bool = False
    defect: str = ""

    @property
    def sender(self) -> Address | None:
        """The author, where From names exactly one (RFC 5322 allows more; Colloque then holds the letter)."""
        return self.senders[0] if self.has_exactly_one_sender else None

    @property
    def has_exactly_one_sender(self) -> bool:
        """One From field with one address that has a local part and a domain."""
        return len(self.senders) == 1 and len(self.all("from")) == 1

    def header(self, name: str) -> str:
        """The first value of a header, decoded and unfolded; empty where it is absent."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order."""
        name = name.lower()
        return tuple(value for key, value in self.headers if key == name)


def parse(raw: bytes) -> Message:
    """Return the message that `raw` holds. Raises nothing: see `Message.is_readable` and `Message.defect`."""
    try:
        parsed: RawMessage = email.message_from_bytes(raw, policy=_bounded_policy())
    except PARSER_ERRORS as error:
        return _headers_only(raw, error)
    headers = _headers(parsed)
    body = _Body()
    defect = ""
    try:
        body.read(parsed, 0)
    except PARSER_ERRORS as error:
        defect = f"{type(error).__name__}: {error}"[:200]
    return _message(headers, body, _type_of(parsed), defect)


def _headers_only(raw: bytes, error: Exception) -> Message:
    """What can be said of a message whose parts cannot be parsed."""
    head = BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw[:HEAD_OCTETS])
    message = _message(_headers(head), _Body(), "application/octet-stream", "")
    return replace(message, is_readable=False, defect=f"{type(error).__name__}: {error}"[:200])


def _message(headers: tuple[tuple[str, str], ...], body: _Body, content_type: str, defect: str) -> Message:
    def first(name: str) -> str:
        return next((value for key, value in headers if key == name), "")

    def every(name: str) -> list[str]:
        return [value for key, value in headers if key == name]

    text, html = body.chosen()
    type_header = first("content-type")
    return Message(
        message_id=next(iter(_message_ids(first("message-id"))), first("message-id").strip()[:998]),
        subject=first("subject")[:998],
        senders=_addresses(every("from")),
        to=_addresses(every("to")),
        cc=_addresses(every("cc")),
        in_reply_to=_message_ids(first("in-reply-to")),
        references=_message_ids(first("references")),
        date=_date(first("date")),
        headers=tuple((key, value) for key, value in headers),
        text=text,
        html=html,
        attachments=tuple(body.attachments),
        reports=tuple(body.reports),
        content_type=content_type,
        report_type=_parameter(type_header, "report-type"),
        is_readable=bool(headers) and not (defect and not text),
        is_truncated=body.is_truncated,
        defect=defect,
    )


def _parameter(header: str, name: str) -> str:
    match = re.search(rf";\s{{0,9}}{name}\s{{0,9}}=\s{{0,9}}\"?([\w./-]{{1,80}})", header, re.IGNORECASE)
    return match.group(1).lower() if match else ""


# Headers


def _headers(parsed: RawMessage) -> tuple[tuple[str, str], ...]:
    """Names in lower case with decoded values; the address and identifier headers keep their encoded words until
    they are split."""
    return tuple(
        (
            str(name).lower()[:100],
            _decoded(str(value)) if str(name).lower() not in _SPLIT_FIRST else _readable(str(value)),
        )
        for name, value in list(parsed.raw_items())[:HEADERS]
    )


_SPLIT_FIRST = frozenset({"from", "to", "cc", "reply-to", "sender"})


def _readable(value: str) -> str:
    """Unfold, bound, and repair 8-bit characters that a sender put into a header (UTF-8, or else Windows-1252)."""
    value = value[:HEADER_CHARACTERS].replace("\r", "").replace("\n", " ").replace("\0", "")
    if not value.isascii():
        octets = value.encode("utf-8", "surrogateescape")
        try:
            value = octets.decode("utf-8")
        except UnicodeDecodeError:
            value = octets.decode("cp1252", "replace")
    return " ".join(value.split())


def _decoded(value: str) -> str:
    """RFC 2047 encoded words as text, in NFC; a word with an unknown charset is read as UTF-8 or Windows-1252."""
    value = _readable(value)
    if "=?" not in value:
        return unicodedata.normalize("NFC", value)
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        return unicodedata.normalize("NFC", value)
    text = "".join(piece if isinstance(piece, str) else decode_bytes(piece, charset) for piece, charset in pieces)
    return unicodedata.normalize("NFC", " ".join(text.replace("\0", "").split()))


def _addresses(values: list[str]) -> tuple[Address, ...]:
    """Addresses of header values. Split first, decode names after: a decoded name may hold commas and brackets."""
    try:
        pairs = getaddresses([value for value in values if value])
    except PARSER_ERRORS:
        return ()
    found = []
    for name, address in pairs[:ADDRESSES]:
        local, at, domain = address.strip().rpartition("@")
        if at and local and domain and " " not in address:
            found.append(Address(_decoded(name).strip('" '), f"{local}@{domain.lower()}"))
    return tuple(found)


def _message_ids(value: str) -> tuple[str, ...]:
    """The <…> identifiers of a header, without their brackets; the last fifty of them."""
    found = re.findall(r"<([^<>\s]{1,998})>", value)
    return tuple(found[-REFERENCES:])


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except PARSER_ERRORS:
        return None


# Bodies


def decode_bytes(octets: bytes, declared: str | None) -> str:
    """Return the text of `octets`: the declared charset where it fits, else UTF-8, else Windows-1252.

    Text declared as ASCII or Latin-1 that is valid UTF-8 beyond ASCII is UTF-8: chance does not produce that.
    """
    charset = (declared or "utf-8").strip().strip("\"'").lower()
    is_narrow = charset in (
        "us-ascii",
        "ascii",
        "iso-8859-1",
        "latin-1",
        "latin1",
        "windows-1252",
        "cp1252",
        "iso-8859-15",
    )
    attempts = ["utf-8", "cp1252" if charset != "iso-8859-15" else charset] if is_narrow else [charset, "utf-8"]
    for attempt in attempts:
        try:
            return octets.decode(attempt)
        except (UnicodeError, LookupError, ValueError):
            continue
    return octets.decode("cp1252", "replace")


def _type_of(part: RawMessage) -> str:
    try:
        return part.get_content_type().lower()
    except PARSER_ERRORS:
        return "application/octet-stream"


@dataclass(slots=True)
class _Body:
    """Walks the parts: collects text, HTML, attachments and reports, within the bounds on parts and depth."""

    plain: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[ReportPart] = field(default_factory=list)
    parts: int = 0
    is_truncated: bool = False

    def read(self, part: RawMessage, depth: int) -> None:
        self.parts += 1
        if self.parts > PARTS or depth > DEPTH:
            self.is_truncated = True
            return
        kind = _type_of(part)
        if kind in ("message/delivery-status", "message/disposition-notification", "message/feedback-report"):
            self.reports.append(_report(part, kind))
        elif kind in ("message/rfc822", "message/global", "text/rfc822-headers"):
            self._read_original(part, kind)
        elif kind.startswith("multipart/") and part.is_multipart():
            for child in part.get_payload():
                if isinstance(child, RawMessage):
                    self.read(child, depth + 1)
        else:
            # A multipart without a usable boundary is what a person can still read: text.
            kind = "text/plain" if kind.startswith("multipart/") else kind
            self._read_leaf(part, kind, is_root=depth == 0)

    def _read_original(self, part: RawMessage, kind: str) -> None:
        """The message that a report is about, or one that was attached: its headers as a report, its bytes as an
        attachment."""
        payload = part.get_payload()
        original = payload[0] if isinstance(payload, list) and payload else None
        if isinstance(original, RawMessage):
            group = dict(reversed(_headers(original)))
            self.reports.append(ReportPart(kind, (group,)))
            content = _bytes_of(original)
        else:
            content = _payload(part)
            head = decode_bytes(content[:20_000], None).replace("\r\n", "\n")
            self.reports.append(ReportPart(kind, (_fields(head),)))
        if kind != "text/rfc822-headers":
            self.attachments.append(Attachment(_filename(part) or "message.eml", content, kind, "", False))

    def _read_leaf(self, part: RawMessage, kind: str, *, is_root: bool) -> None:
        disposition = _disposition(part)
        name = _filename(part)
        if (
            kind in ("text/plain", "text/html")
            and (is_root or disposition != "attachment")
            and not (name and self.plain)
        ):
            text = _text(part, self)
            if kind == "text/html":
                self.markup.append(text)
            else:
                self.plain.append(text)
        elif kind in ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"):
            return
        else:
            content_id = _readable(str(_raw_header(part, "content-id"))).strip("<> ")[:200]
            is_inline = disposition == "inline" or (bool(content_id) and disposition != "attachment")
            self.attachments.append(Attachment(name, _payload(part), kind, content_id, is_inline))

    def chosen(self) -> tuple[str, str]:
        """(text, HTML): plain text where it says anything, else the HTML's text."""
        html = _clean("\n".join(self.markup), limit=1_000_000)
        text = _clean("\n".join(self.plain), limit=BODY_CHARACTERS)
        if html and not _says_something(text):
            from colloque.mail.trimming.html import text_of

            text = _clean(text_of(html), limit=BODY_CHARACTERS)
        lines = text.split("\n")
        if len(lines) > BODY_LINES:
            self.is_truncated = True
            text = "\n".join(lines[:BODY_LINES])
        return text, html


def _says_something(text: str) -> bool:
    """False for the blank or machine-made text part that some clients put beside their HTML."""
    words = text.strip().lower()
    machine = ("your mail client does not support html", "this message is in html", "ce message est au format html")
    return bool(words.strip("-_*=. \n\t\xa0")) and not (len(words) < 300 and any(phrase in words for phrase in machine))


def _clean(text: str, limit: int) -> str:
    text = text[:limit].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = (
        "".join(char if not "\ud800" <= char <= "\udfff" else "\ufffd" for char in text) if not text.isascii() else text
    )
    return unicodedata.normalize("NFC", text).lstrip("\ufeff")


def _payload(part: RawMessage) -> bytes:
    """The decoded bytes of a leaf; of base64 and quoted-printable what can be decoded."""
    try:
        payload = part.get_payload(decode=True)
    except PARSER_ERRORS:
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _bytes_of(message: RawMessage) -> bytes:
    try:
        return message.as_bytes(policy=email.policy.compat32)
    except PARSER_ERRORS:
        return b""


def _text(part: RawMessage, body: _Body) -> str:
    octets = _payload(part)
    if len(octets) > 4 * BODY_CHARACTERS:
        body.is_truncated = True
        octets = octets[: 4 * BODY_CHARACTERS]
    header = _raw_header(part, "content-type")
    text = decode_bytes(octets, _parameter(header, "charset"))
    if _parameter(header, "format") == "flowed":
        text = unflowed(text, delete_space=_parameter(header, "delsp") == "yes")
    if len(text) > BODY_CHARACTERS and _type_of(part) == "text/plain":
        body.is_truncated = True
    return text


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Join the soft line breaks of RFC 3676 format=flowed text; quoted lines join only at the same depth, "-- "
    never."""
    lines: list[str] = []
    flowing, last_depth = False, 0
    for line in text[: 2 * BODY_CHARACTERS].replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content[1:] if content.startswith(" ") else content
        is_delimiter = content == "-- "
        if flowing and depth == last_depth and not is_delimiter:
            lines[-1] += ("" if delete_space else " ") + content.rstrip(" ")
        else:
            lines.append(
                f"{'>' * depth} {content}".rstrip() if depth else content.rstrip(" ") if not is_delimiter else content
            )
        flowing, last_depth = content.endswith(" ") and not is_delimiter, depth
    return "\n".join(lines)


def _raw_header(part: RawMessage, name: str) -> str:
    return next((_readable(str(value)) for key, value in part.raw_items() if str(key).lower() == name), "")


def _disposition(part: RawMessage) -> str:
    return _raw_header(part, "content-disposition").partition(";")[0].strip().lower()


def _filename(part: RawMessage) -> str:
    """The file name that the sender gave, without any path, at most 200 characters."""
    try:
        name = part.get_filename() or ""
    except PARSER_ERRORS:
        name = ""
    name = _decoded(str(name)).replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[:200].strip(". ")


def _report(part: RawMessage, kind: str) -> ReportPart:
    """Groups of fields: one per message and one per recipient (RFC 3464 §2.1)."""
    payload = part.get_payload()
    if isinstance(payload, list):
        groups = [dict(reversed(_headers(group))) for group in payload[:PARTS] if isinstance(group, RawMessage)]
    else:
        text = decode_bytes(_payload(part)[:50_000], None).replace("\r\n", "\n")
        groups = [_fields(block) for block in text.split("\n\n")[:PARTS]]
    return ReportPart(kind, tuple(group for group in groups if group))


def _fields(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in block.split("\n")[:200]:
        name, colon, value = line.partition(":")
        if colon and name and " " not in name:
            found.setdefault(name.lower()[:100], _decoded(value))
    return found
