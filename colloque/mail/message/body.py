"""The parts of a message: the body as text, attachments, and the machine-readable parts of reports."""

from __future__ import annotations

import email.policy
import unicodedata
from dataclasses import dataclass, field
from email.message import Message as RawMessage

from .headers import PARSER_ERRORS, decode_bytes, decoded, headers_of, parameter, raw_header, readable, type_of

BODY_CHARACTERS = 200_000
BODY_LINES = 5_000
PARTS = 50
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body. `content` is decoded; `content_type` is the sender's claim, to be sniffed."""

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


@dataclass(slots=True)
class Body:
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
        kind = type_of(part)
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
        """A message that was attached or reported on: its headers as a report, its bytes as an attachment."""
        payload = part.get_payload()
        original = payload[0] if isinstance(payload, list) and payload else None
        if isinstance(original, RawMessage):
            group = dict(reversed(headers_of(original)))
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
            content_id = readable(str(raw_header(part, "content-id"))).strip("<> ")[:200]
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


def _text(part: RawMessage, body: Body) -> str:
    octets = _payload(part)
    if len(octets) > 4 * BODY_CHARACTERS:
        body.is_truncated = True
        octets = octets[: 4 * BODY_CHARACTERS]
    header = raw_header(part, "content-type")
    text = decode_bytes(octets, parameter(header, "charset"))
    if parameter(header, "format") == "flowed":
        text = unflowed(text, delete_space=parameter(header, "delsp") == "yes")
    if len(text) > BODY_CHARACTERS and type_of(part) == "text/plain":
        body.is_truncated = True
    return text


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Join the soft line breaks of RFC 3676 text: quoted lines at the same depth only, "-- " never."""
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


def _disposition(part: RawMessage) -> str:
    return raw_header(part, "content-disposition").partition(";")[0].strip().lower()


def _filename(part: RawMessage) -> str:
    """The file name that the sender gave, without any path, at most 200 characters."""
    try:
        name = part.get_filename() or ""
    except PARSER_ERRORS:
        name = ""
    name = decoded(str(name)).replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[:200].strip(". ")


def _report(part: RawMessage, kind: str) -> ReportPart:
    """Groups of fields: one per message and one per recipient (RFC 3464 §2.1)."""
    payload = part.get_payload()
    if isinstance(payload, list):
        groups = [dict(reversed(headers_of(group))) for group in payload[:PARTS] if isinstance(group, RawMessage)]
    else:
        text = decode_bytes(_payload(part)[:50_000], None).replace("\r\n", "\n")
        groups = [_fields(block) for block in text.split("\n\n")[:PARTS]]
    return ReportPart(kind, tuple(group for group in groups if group))


def _fields(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in block.split("\n")[:200]:
        name, colon, value = line.partition(":")
        if colon and name and " " not in name:
            found.setdefault(name.lower()[:100], decoded(value))
    return found
