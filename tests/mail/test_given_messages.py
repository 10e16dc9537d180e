"""Messages of other projects' suites, given for development beside the repository: never copied into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from colloque.cli.mail import trimmed_record

GIVEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "mail"
pytestmark = pytest.mark.skipif(
    not GIVEN.is_dir(), reason="../shared/data/mail is absent: the given messages are not read"
)

ROWS: list[dict[str, Any]] = json.loads((GIVEN / "index.json").read_text(encoding="utf-8")) if GIVEN.is_dir() else []
REPLIES = [row for row in ROWS if row["outcome"] == "reply text"]


def record(row: dict[str, Any]) -> dict[str, str | None]:
    return trimmed_record(row["name"], (GIVEN / row["eml"]).read_bytes())


def accepted(row: dict[str, Any]) -> list[str]:
    return [
        " ".join((GIVEN / row[key]).read_text(encoding="utf-8").split())
        for key in ("expected", "expected_alt")
        if row[key]
    ]


def is_as_expected(row: dict[str, Any]) -> bool:
    text = record(row)["text"] or ""
    if accepted(row):
        return " ".join(text.split()) in accepted(row)
    wanted, unwanted = row.get("must_contain") or [], row.get("must_not_contain") or []
    return all(part in text for part in wanted) and not any(part in text for part in unwanted)


@pytest.mark.parametrize("row", [row for row in REPLIES if row["source"] == "fr"], ids=lambda row: str(row["name"]))
def test_every_french_message_is_trimmed_as_expected(row: dict[str, Any]) -> None:
    assert is_as_expected(row)


def test_nine_messages_in_ten_are_trimmed_as_expected() -> None:
    assert sum(map(is_as_expected, REPLIES)) >= 0.9 * len(REPLIES)


def test_the_authors_words_are_lost_in_no_more_than_two_of_a_hundred() -> None:
    lost = [
        row["name"]
        for row in REPLIES
        if accepted(row)
        and all(set(answer.split()) - set((record(row)["text"] or "").split()) for answer in accepted(row))
    ]
    assert len(lost) <= 0.02 * len(REPLIES), lost


def test_every_reply_is_a_persons() -> None:
    assert {record(row)["kind"] for row in REPLIES} <= {"reply", "command"}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["outcome"] != "reply text"], ids=lambda row: str(row["name"])
)
def test_other_messages_have_their_kind(row: dict[str, Any]) -> None:
    kinds = {"bounce": "bounce", "command": "command", "forward": "forward", "held for review": "reply"}
    found = record(row)
    assert found["kind"] == kinds[row["outcome"].partition(":")[0]]
    if row["expected"]:
        assert " ".join((found["text"] or "").split()) in accepted(row)
