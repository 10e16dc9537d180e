"""Taking a letter in: on disk, and its reading deferred, in one transaction; only then may the door say 250."""

from __future__ import annotations

import hashlib
from email import message_from_bytes, policy

from django.db import IntegrityError, transaction

from .models import Letter
from .models.letter import letter_fingerprint
from .tasks import read_letter


def receive(raw: bytes, recipient: str, return_path: str) -> Letter:
    """Store one letter for one envelope recipient and defer its reading; the same letter twice is stored once.

    Another body under a (Message-ID, recipient) already seen is stored and held for the host.
    """
    digest = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()
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


def _message_id(raw: bytes) -> str:
    """The Message-ID, of the header alone: nothing of the letter is parsed before it is on disk."""
    header = raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0][:100_000]
    try:
        found = message_from_bytes(header + b"\n\n", policy=policy.compat32).get("Message-ID", "")
    except (ValueError, LookupError):
        return ""
    return " ".join(str(found).split())
