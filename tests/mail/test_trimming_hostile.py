"""No body takes long, raises, or comes out empty by accident. Time is bounded by design; here its growth is shown
linear.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colloque.mail.message import parse
from colloque.mail.triage import triage
from colloque.mail.trimming import trim, without_own_rights
from colloque.mail.trimming.html import text_of

MEGABYTE = 1_000_000
GENEROUS_SECONDS = 30.0
"""Far above the second that the bench measures, far below what a backtracking pattern takes: safe on a loaded
machine.
"""

HOSTILE = [
    "On ",
    " ",
    "\n",
    ">\n",
    ">",
    "> ",
    "-",
    "--\n",
    "-- \n",
    "@",
    "a@",
    "<",
    "On 1 <\n",
    "De : a@b.c\n",
    "De : 1\nÀ : 2\n",
    "> a\nb\n",
    "Le 3 février 2025 à 10:12, X <x@example.org> a écrit :\n",
    "Le 3 février 2025 à 10:12, le cardiologue a écrit :\n",
    "Envoyé de mon iPhone\n\n",
    "-----Message d'origine-----\n",
    "a écrit :\n> x\n",
    "On 1/1/2025 10:10 ",
    "é\u0301",
    "\u202e",
    "\0",
    "|\n",
    ">>> a@b.c >>>\n",
    "http://",
    "x+" + "a" * 26,
]
HOSTILE_HTML = [
    "<",
    "<!--",
    "<a ",
    '<a href="',
    "<div>",
    "<blockquote>",
    "<b>",
    "&",
    "&#",
    "<style>",
    "</",
    "<ul><li>",
    "<p id='",
]


def seconds(function: object, *arguments: object) -> float:
    assert callable(function)
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_a_megabyte_of_anything_is_read_at_once(piece: str) -> None:
    body = piece * (MEGABYTE // len(piece))
    assert seconds(trim, body) < GENEROUS_SECONDS
    assert seconds(lambda: trim(f"Oui.\n{body}", own_addresses=("x@example.org",), sent_text=body)) < GENEROUS_SECONDS
    assert seconds(without_own_rights, body, "example.org") < GENEROUS_SECONDS


@pytest.mark.parametrize("piece", HOSTILE_HTML, ids=repr)
def test_a_megabyte_of_html_is_read_at_once(piece: str) -> None:
    assert seconds(text_of, piece * (MEGABYTE // len(piece))) < GENEROUS_SECONDS


@pytest.mark.parametrize(
    "head",
    [
        b"From: " + b"(" * MEGABYTE,
        b"From: " + b"a@b.c, " * 140_000,
        b"To: " + b"<" * MEGABYTE,
        b"Subject: " + b"=?utf-8?q?" * 100_000,
        b"Content-Type: multipart/mixed; boundary=a" + b"; a=b" * 200_000,
        b"Content-Type: " + b'"' * MEGABYTE,
        b"References: " + b"<a" * 500_000,
        b"Date: " + b"1 " * 500_000,
        b"A: b\r\n" * 160_000,
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\n" * 120_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * MEGABYTE,
        b"Content-Type: text/plain; charset=" + b"x" * MEGABYTE,
    ],
    ids=lambda head: repr(head[:40]),
)
def test_a_megabyte_of_header_is_read_at_once(head: bytes) -> None:
    assert seconds(lambda: triage(parse(head + b"\r\n\r\nOui.\r\n"))) < GENEROUS_SECONDS


def test_parts_nested_a_thousand_deep_are_survived() -> None:
    raw = b""
    for depth in range(1_000):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
    message = parse(b"From: a@example.org\r\n" + raw + b"\r\nOui.\r\n")
    assert message.text == "" or message.is_truncated or not message.is_readable


LINES = st.sampled_from(
    [
        "",
        " ",
        "> citation",
        "> > plus ancienne",
        ">",
        "-- ",
        "--",
        "____________",
        "Envoyé de mon iPhone",
        "Le lun. 3 févr. 2025 à 10:12, Colloque <reponse@example.org> a écrit :",
        "Le 3 janvier, le cardiologue a écrit :",
        "De : Colloque <reponse@example.org>",
        "Envoyé : lundi 3 février 2025 10:12",
        "À : Claire",
        "Objet : question",
        "-----Message d'origine-----",
        "---------- Message transféré ---------",
        "a",
        "écrit :",
        "<b@example.org>",
        "On Mon, Feb 3, 2025 at 10:12 AM X wrote:",
        "| a | b |",
    ]
)
SENTENCES = st.text(st.characters(categories=["Ll", "Lu", "Zs"]), min_size=1, max_size=40)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3_000))
def test_arbitrary_bytes_are_read_without_an_exception(raw: bytes) -> None:
    message = parse(raw)
    triage(message)
    trim(message.text, message.html, subject=message.subject)


NAMES = (
    b"From To Subject Date Message-ID References Content-Type Content-Disposition Content-Transfer-Encoding "
    b"MIME-Version Auto-Submitted Content-ID Return-Path List-Id"
)
HEADERS = st.sampled_from(NAMES.split())
WRITTEN = [
    b"multipart/mixed; boundary=b",
    b"multipart/report; report-type=delivery-status; boundary=b",
    b"text/html; charset=x",
    b"text/plain; format=flowed; delsp=yes",
    b"text/plain; charset*0=a",
    b"message/delivery-status",
    b"message/rfc822",
    b"base64",
    b"quoted-printable",
    b"uuencode",
    b"=?utf-8?b?\xff?=",
    b"<a@b>",
    b"a@[b",
    b"attachment; filename*=utf-8''%ff%00",
]
VALUES = st.one_of(st.binary(max_size=60), st.sampled_from(WRITTEN))
PARTS = st.lists(st.tuples(st.lists(st.tuples(HEADERS, VALUES), max_size=6), st.binary(max_size=200)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(PARTS)
def test_malformed_messages_are_read_without_an_exception(parts: list[tuple[list[tuple[bytes, bytes]], bytes]]) -> None:
    written = [
        b"".join(name + b": " + value + b"\r\n" for name, value in head) + b"\r\n" + body for head, body in parts
    ]
    message = parse(b"\r\n--b\r\n".join(written) + b"\r\n--b--\r\n")
    triage(message, "")
    for value in (message.message_id, message.subject, message.text):
        assert "\0" not in value
        value.encode("utf-8")


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=12), st.lists(LINES, max_size=12))
def test_what_is_typed_above_is_never_lost(above: list[str], below: list[str]) -> None:
    """An unquoted sentence at the top stays, whatever a client puts under it."""
    body = "\n".join(["Poursuivez le traitement trois mois.", "", *[""], *above, *below])
    assert trim(body).text.startswith("Poursuivez le traitement trois mois.")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(LINES, SENTENCES), max_size=15), st.integers(0, 15))
def test_a_message_with_a_sentence_of_its_own_is_never_empty(lines: list[str], position: int) -> None:
    lines = list(lines)
    lines.insert(min(position, len(lines)), "Poursuivez le traitement trois mois.")
    signature = next((at for at, line in enumerate(lines) if line.rstrip() == "--"), len(lines))
    if "Poursuivez le traitement trois mois." in lines[:signature]:
        assert trim("\n".join(lines)).text


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(LINES, SENTENCES), max_size=20))
def test_every_line_is_either_kept_or_elided(lines: list[str]) -> None:
    trimmed = trim("\n".join(lines))
    remaining = "".join((trimmed.text + trimmed.elided).split())
    assert len(remaining) == len("".join("".join(lines).split()))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=500))
def test_trimming_what_was_trimmed_takes_no_exception(text: str) -> None:
    trim(trim(text, text).text)
    without_own_rights(text, "example.org")
