"""RFC 5322 bytes as plain data, whatever the bytes are.

The standard library's parser (`email`, `policy.default`, from bytes) takes a message apart; header values are read
here from their raw form with a bound on their length, because its header parser raises on malformed input and slows
down on long one. Nothing that a sender can write raises: what cannot be read is a `Message` whose `is_readable` is
false.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.message import Message as RawMessage
from email.parser import BytesHeaderParser
from typing import Any

from .body import Attachment, Body, ReportPart, unflowed
from .headers import (
    PARSER_ERRORS,
    Address,
    addresses_of,
    date_of,
    decode_bytes,
    headers_of,
    message_ids_of,
    parameter,
    type_of,
)

__all__ = ["Address", "Attachment", "Message", "ReportPart", "decode_bytes", "parse", "unflowed"]

PARTS_PARSED = 1_000
STRUCTURED_CHARACTERS = 2_000
HEAD_OCTETS = 256_000


class TooManyPartsError(ValueError):
    """A message with more parts than any mail client writes: only its headers are read."""


class _BoundedPolicy(email.policy.EmailPolicy):
    """`policy.default`, bounded: its header parser sees 2,000 characters of a value, and 1,000 parts are made."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        try:
            return str(super().header_fetch_parse(name, value[:STRUCTURED_CHARACTERS]))
        except PARSER_ERRORS:
            return ""


def bounded_policy() -> _BoundedPolicy:
    parts = 0

    def part(policy: Any = None) -> Any:
        nonlocal parts
        parts += 1
        if parts > PARTS_PARSED:
            raise TooManyPartsError(f"more than {PARTS_PARSED} parts")
        return EmailMessage(policy)

    return _BoundedPolicy(max_line_length=None, message_factory=part)


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
        parsed: RawMessage = email.message_from_bytes(raw, policy=bounded_policy())
    except PARSER_ERRORS as error:
        return _headers_only(raw, error)
    headers = headers_of(parsed)
    body = Body()
    defect = ""
    try:
        body.read(parsed, 0)
    except PARSER_ERRORS as error:
        defect = f"{type(error).__name__}: {error}"[:200]
    return _message(headers, body, type_of(parsed), defect)


def _headers_only(raw: bytes, error: Exception) -> Message:
    """What can be said of a message whose parts cannot be parsed."""
    head = BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw[:HEAD_OCTETS])
    message = _message(headers_of(head), Body(), "application/octet-stream", "")
    return replace(message, is_readable=False, defect=f"{type(error).__name__}: {error}"[:200])


def _message(headers: tuple[tuple[str, str], ...], body: Body, content_type: str, defect: str) -> Message:
    def first(name: str) -> str:
        return next((value for key, value in headers if key == name), "")

    def every(name: str) -> list[str]:
        return [value for key, value in headers if key == name]

    text, html = body.chosen()
    type_header = first("content-type")
    return Message(
        message_id=next(iter(message_ids_of(first("message-id"))), first("message-id").strip()[:998]),
        subject=first("subject")[:998],
        senders=addresses_of(every("from")),
        to=addresses_of(every("to")),
        cc=addresses_of(every("cc")),
        in_reply_to=message_ids_of(first("in-reply-to")),
        references=message_ids_of(first("references")),
        date=date_of(first("date")),
        headers=tuple((key, value) for key, value in headers),
        text=text,
        html=html,
        attachments=tuple(body.attachments),
        reports=tuple(body.reports),
        content_type=content_type,
        report_type=parameter(type_header, "report-type"),
        is_readable=bool(headers) and not (defect and not text),
        is_truncated=body.is_truncated,
        defect=defect,
    )
