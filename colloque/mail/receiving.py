"""Taking a letter in: on disk, and its reading deferred, in one transaction; only then may the door say 250."""

from __future__ import annotations

import hashlib
import re

from django.db import IntegrityError, transaction

from .models import Letter
from .models.letter import letter_fingerprint
from .tasks import read_letter


def receive(raw: bytes, recipient: str, return_path: str) -> Letter:
    """Store one letter for one envelope recipient and defer its reading; the same letter twice is stored once.

    Another body under a (Message-ID, recipient) already seen is stored and held for the host.
    """
    recipient, return_path = _as_text(recipient), _as_text(return_path)
    digest = _digest(raw)
    known = letter_fingerprint(_message_id(raw), recipient, raw)
    try:
        return _store(raw, recipient, return_path, known, digest)
    except IntegrityError:
        first = Letter.objects.get(fingerprint=known)
        if first.body_digest == digest:
            return first
    other = letter_fingerprint(f"{known}:{digest}", recipient, raw)
    try:
        letter = _store(raw, recipient, return_path, other, digest, is_read=True)
    except IntegrityError:
        return Letter.objects.get(fingerprint=other)
    letter.settle(Letter.Outcome.HELD, "same-id-other-body")
    return letter


@transaction.atomic
def _store(raw: bytes, recipient: str, return_path: str, known: str, digest: str, *, is_read: bool = False) -> Letter:
    letter = Letter(recipient=recipient[:320], return_path=return_path[:320], fingerprint=known, body_digest=digest)
    letter.put(raw)
    letter.save()
    if not is_read:
        read_letter.defer(letter_id=letter.pk)
    return letter


def _as_text(address: str) -> str:
    """An address as it can be stored: octets that are no text are replaced."""
    return address.encode("utf-8", "replace").decode().replace("\0", "")


def _digest(raw: bytes) -> str:
    """By what two letters under one Message-ID are told apart: body, author and subject.

    The trace fields are left out: the same letter by another relay is the same letter.
    """
    head, _blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    said = [b"\0".join(_fields(head, name)) for name in ("From", "Subject", "Content-Type")]
    return hashlib.sha256(b"\n".join([*said, body])).hexdigest()


def _message_id(raw: bytes) -> str:
    """The Message-ID, of the header alone: nothing of the letter is parsed before it is on disk."""
    found = _fields(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0], "Message-ID")
    return " ".join(found[0].decode("utf-8", "replace").split()) if found else ""


def _fields(head: bytes, name: str) -> list[bytes]:
    """The raw values of a header field, unfolded."""
    pattern = rb"^" + name.encode() + rb"[ \t]*:((?:.|\n[ \t])*)"
    return [
        each.replace(b"\n", b"").strip() for each in re.findall(pattern, head[:100_000], re.IGNORECASE | re.MULTILINE)
    ]
