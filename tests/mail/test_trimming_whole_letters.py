"""Whole letters of our own, and what is taken out of a text before others read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from colloque.cli.mail import trimmed_record
from colloque.mail.trimming import without_own_rights

ADDRESS = "reponse+abcdefghijklmnopqrstuvwxyz@colloque.example.org"


def test_rights_are_taken_out_of_a_text() -> None:
    text = (
        f"Écrire à {ADDRESS} ou <mailto:{ADDRESS.upper()}>, se désinscrire : https://colloque.example.org/d/abc, "
        "lire https://colloque.example.org/fils/k7f3m2 et https://example.net/unsubscribe"
    )
    cleaned = without_own_rights(text, "example.org")
    assert ADDRESS not in cleaned.lower()
    assert "/d/abc" not in cleaned
    assert "https://colloque.example.org/fils/k7f3m2" in cleaned
    assert "https://example.net/unsubscribe" in cleaned


def test_addresses_elsewhere_stay() -> None:
    text = "Mon adresse : agathe+abcdefghijklmnopqrstuvwxyz@example.net"
    assert without_own_rights(text, "colloque.example.org") == text


MESSAGES = Path(__file__).parent / "messages"


@pytest.mark.parametrize("name", sorted(path.stem for path in MESSAGES.glob("*.eml")))
def test_a_whole_message_is_read_as_its_author_wrote_it(name: str) -> None:
    """The file's name begins with its kind, unless it is a reply."""
    record = trimmed_record(name, (MESSAGES / f"{name}.eml").read_bytes())
    kind = name.partition("-")[0]
    assert record["kind"] == (kind if kind in ("forward", "command", "empty", "automatic", "bounce") else "reply")
    expected = MESSAGES / f"{name}.txt"
    if expected.exists():
        assert record["text"] == expected.read_text(encoding="utf-8").rstrip("\n")
