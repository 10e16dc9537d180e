"""A message is read as its author meant it, however badly its program wrote it."""

# ruff: noqa: E501 (letters are data)

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from colloque.mail.message import Message, decode_bytes, parse, unflowed

HEAD = (
    b"From: =?utf-8?q?Agathe_Mor=C3=A8re?= <agathe@Example.ORG>\r\n"
    b"To: Colloque <cardio@example.net>, basile@example.net\r\n"
    b'Cc: "Roche, Basile" <roche@example.net>\r\n'
    b"Subject: =?iso-8859-1?q?Phl=E9bite?=\r\n"
    b" et grossesse\r\n"
    b"Date: Tue, 4 Mar 2025 08:31:00 +0100\r\n"
    b"Message-ID: <un@example.org>\r\n"
    b"In-Reply-To: <zero@example.net>\r\n"
    b"References: <racine@example.net>\r\n <zero@example.net>\r\n"
    b"MIME-Version: 1.0\r\n"
)


def written(body: bytes, content_type: bytes = b"text/plain; charset=utf-8", encoding: bytes = b"8bit") -> Message:
    head = HEAD + b"Content-Type: " + content_type + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n"
    return parse(head + body)


def in_parts(subtype: bytes, *parts: bytes) -> Message:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return written(body, b"multipart/" + subtype + b"; boundary=b")


PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nOui, en clair."
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Oui, en <b>HTML</b>.</p>"


def test_headers_are_decoded() -> None:
    message = written(b"Oui.")
    assert message.sender is not None
    assert (message.sender.name, message.sender.address) == ("Agathe Morère", "agathe@example.org")
    assert [address.address for address in message.to] == ["cardio@example.net", "basile@example.net"]
    assert message.cc[0].name == "Roche, Basile"
    assert message.subject == "Phlébite et grossesse"
    assert message.date == datetime(2025, 3, 4, 7, 31, tzinfo=UTC)
    assert message.message_id == "un@example.org"
    assert message.in_reply_to == ("zero@example.net",)
    assert message.references == ("racine@example.net", "zero@example.net")
    assert message.header("MIME-version") == "1.0"
    assert message.is_readable


def test_a_name_in_raw_octets_is_repaired() -> None:
    for name in ("Hélène".encode(), "Hélène".encode("cp1252")):
        message = parse(b"From: " + name + b" <h@example.org>\r\nSubject: " + name + b"\r\n\r\nOui.")
        assert message.sender is not None
        assert message.sender.name == message.subject == "Hélène"


@pytest.mark.parametrize(
    "senders",
    [
        b"",
        b"From: personne\r\n",
        b"From: a@example.org, b@example.org\r\n",
        b"From: a@example.org\r\nFrom: b@example.org\r\n",
        b"From: \r\n",
    ],
)
def test_only_one_sender_is_a_sender(senders: bytes) -> None:
    message = parse(senders + b"Subject: x\r\n\r\nOui.")
    assert message.sender is None
    assert not message.has_exactly_one_sender


def test_an_encoded_name_cannot_forge_a_second_address() -> None:
    name = b64encode(b"chef@example.net>, <x").decode()
    message = parse(f"From: =?utf-8?b?{name}?= <a@example.org>\r\n\r\nOui.".encode())
    assert [address.address for address in message.senders] == ["a@example.org"]


def test_plain_text_is_preferred_to_html() -> None:
    assert in_parts(b"alternative", PLAIN, HTML).text.strip() == "Oui, en clair."


@pytest.mark.parametrize("blank", [b"", b" \r\n\xc2\xa0", b"This message is in HTML format."])
def test_html_is_read_where_the_plain_text_says_nothing(blank: bytes) -> None:
    message = in_parts(b"alternative", b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + blank, HTML)
    assert message.text == "Oui, en **HTML**."
    assert "<b>" in message.html


def test_text_around_a_picture_is_read_whole() -> None:
    picture = b"Content-Type: image/png; name=ecg.png\r\nContent-ID: <ecg>\r\nContent-Disposition: inline; filename=ecg.png\r\n"
    picture += b"Content-Transfer-Encoding: base64\r\n\r\n" + b64encode(b"\x89PNG")
    message = in_parts(b"mixed", PLAIN, picture, b"Content-Type: text/plain\r\n\r\nEt voici.")
    assert "Oui, en clair." in message.text
    assert "Et voici." in message.text
    (attachment,) = message.attachments
    assert (attachment.filename, attachment.content, attachment.content_id) == ("ecg.png", b"\x89PNG", "ecg")
    assert attachment.is_inline


def test_an_attached_text_is_not_the_body() -> None:
    note = b"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename*=utf-8''compte%20rendu.txt\r\n\r\nCR"
    message = in_parts(b"mixed", PLAIN, note)
    assert message.text.strip() == "Oui, en clair."
    assert message.attachments[0].filename == "compte rendu.txt"
    assert not message.attachments[0].is_inline


def test_a_file_name_has_no_path_nor_control_characters() -> None:
    part = b'Content-Type: image/png\r\nContent-Disposition: attachment; filename="../../etc/\x07p\\\\..\\\\ecg.png"\r\n\r\nx'
    assert in_parts(b"mixed", PLAIN, part).attachments[0].filename == "ecg.png"


def test_a_signature_part_is_no_attachment() -> None:
    assert in_parts(b"signed", PLAIN, b"Content-Type: application/pgp-signature\r\n\r\nx").attachments == ()


def test_an_attached_message_is_an_attachment_and_not_read_into_the_body() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\nFrom: x@example.org\r\nSubject: avant\r\n\r\nPatient Untel."
    message = in_parts(b"mixed", PLAIN, inner)
    assert "Untel" not in message.text
    assert message.attachments[0].content_type == "message/rfc822"
    assert b"Untel" in message.attachments[0].content


@pytest.mark.parametrize(
    ("octets", "declared", "text"),
    [
        ("hémostase".encode(), "utf-8", "hémostase"),
        ("hémostase".encode(), None, "hémostase"),
        ("hémostase".encode(), "us-ascii", "hémostase"),
        ("hémostase".encode(), "iso-8859-1", "hémostase"),
        ("l’œdème à 3 €".encode("cp1252"), "iso-8859-1", "l’œdème à 3 €"),
        ("œdème".encode("iso-8859-15"), "iso-8859-15", "œdème"),
        ("hémostase".encode("cp1252"), "utf-8", "hémostase"),
        ("hémostase".encode("cp1252"), "inconnu", "hémostase"),
        ("你好".encode(), "gb2312x", "你好"),
        ("こんにちは".encode("iso-2022-jp"), "iso-2022-jp", "こんにちは"),
        (b"\x81\x8d", "utf-8", "\ufffd\ufffd"),
        (b"a", "base64", "a"),
    ],
)
def test_charsets_are_repaired(octets: bytes, declared: str | None, text: str) -> None:
    assert decode_bytes(octets, declared) == text


def test_flowed_text_is_joined() -> None:
    assert unflowed("Une phrase \nqui continue.\nUne autre.") == "Une phrase qui continue.\nUne autre."
    assert unflowed("> citée \n> encore\nréponse") == "> citée encore\nréponse"
    assert unflowed("> a \n>> b") == "> a\n>> b"
    assert unflowed("Fin. \n-- \nDr X") == "Fin.\n-- \nDr X"
    assert unflowed(" >pas une citation") == ">pas une citation"
    assert unflowed("anti \ncoagulant", delete_space=True) == "anticoagulant"


def test_a_flowed_message_is_joined() -> None:
    body = "Hémostase \r\nlocale.\r\n".encode()
    assert written(body, b"text/plain; charset=utf-8; format=flowed").text == "Hémostase locale.\n"


def test_text_is_composed_and_without_nul() -> None:
    assert written("e\u0301\0.".encode()).text == "é."


def test_what_is_too_long_is_cut_and_said_so() -> None:
    message = written(b"mot\n" * 60_000)
    assert message.is_truncated
    assert len(message.text.split("\n")) <= 5_000
    assert written(b"x" * 300_000).is_truncated
    assert not written(b"court").is_truncated


def test_no_more_than_fifty_parts_are_read() -> None:
    message = in_parts(b"mixed", PLAIN, *[b"Content-Type: image/png\r\n\r\nx"] * 80)
    assert message.is_truncated
    assert len(message.attachments) < 50
    assert "Oui" in message.text


def test_a_message_of_thousands_of_parts_is_known_by_its_headers() -> None:
    message = in_parts(b"mixed", *[b"\r\nx"] * 2_000)
    assert not message.is_readable
    assert "parts" in message.defect
    assert message.sender is not None
    assert message.message_id == "un@example.org"


@pytest.mark.parametrize("raw", [b"", b"\0", b"\r\n\r\n", b"--", b"From", b"\xff\xfe", b": \r\n\r\n", b"\x00" * 2_000])
def test_what_is_no_message_is_unreadable(raw: bytes) -> None:
    message = parse(raw)
    assert not message.is_readable
    assert message.sender is None


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: multipart/mixed",
        b"Content-Type: multipart/mixed; boundary=",
        b"Content-Type: text/plain; charset=\xff",
        b"Content-Type: ;;;=",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: \xff",
        b"Date: 99 Foo 99999 99:99",
        b"Message-ID: <",
        b"From: <<<>>>",
        b'From: "',
        b"Subject: =?utf-8?b?!!!?=",
        b"Subject: =?x?q?=E9?=",
        b"Content-Disposition: attachment; filename*=x'y'%ff",
    ],
)
def test_malformed_headers_hide_no_text(header: bytes) -> None:
    message = parse(header + b"\r\nX: y\r\n\r\nOui, sans doute.\r\n")
    assert "Oui, sans doute." in message.text or b"base64" in header
    assert message.date is None


def test_broken_base64_gives_what_can_be_read() -> None:
    message = written(b64encode(b"Oui, en base64") + b"\r\n!!!", encoding=b"base64")
    assert message.text.startswith("Oui, en base64")
