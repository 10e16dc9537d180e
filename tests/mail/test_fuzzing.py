"""Letters damaged byte by byte: nothing escapes as an exception, nothing takes long, nothing is published empty."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from colloque.mail.commands import command_in
from colloque.mail.message import parse
from colloque.mail.triage import triage
from colloque.mail.trimming import trim

pytestmark = pytest.mark.long

ROUNDS = 20_000
LETTERS = [path.read_bytes() for path in sorted((Path(__file__).parent / "messages").glob("*.eml"))]


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """One letter with a few bytes changed, lost, doubled or moved, as a broken relay or a hostile hand does."""
    made = bytearray(raw)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(made))
        match chance.randrange(5):
            case 0:
                made[at] = chance.randrange(256)
            case 1:
                del made[at : at + chance.randint(1, 40)]
            case 2:
                made[at:at] = made[at : at + chance.randint(1, 200)]
            case 3:
                made[at:at] = chance.choice([b"\r\n\r\n", b"\x00", b"=?utf-8?q?", b"--", b"boundary=", b"> ", b"<div>"])
            case _:
                made[at:at] = chance.choice(LETTERS)[: chance.randint(1, 400)]
        if not made:
            made = bytearray(b"\n")
    return bytes(made)


def test_twenty_thousand_damaged_letters_are_read() -> None:
    chance = random.Random(20261123)
    assert LETTERS
    for number in range(ROUNDS):
        raw = damaged(chance.choice(LETTERS), chance)
        started = time.monotonic()
        message = parse(raw)
        kind = triage(message, None).kind
        trimmed = trim(message.text, message.html or None, subject=message.subject)
        command_in(trimmed.text, message.subject)
        assert kind in {"bounce", "automatic", "person"}, number
        assert (trimmed.kind == "empty") == (not trimmed.text.strip()), number
        assert time.monotonic() - started < 2, number
