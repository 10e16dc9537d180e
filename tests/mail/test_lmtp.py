"""The door for letters: 250 only for what is on disk, a line a recipient, and no way through it to elsewhere."""

from __future__ import annotations

import dataclasses
import smtplib
import socket
import threading
import time
from collections.abc import Callable

import pytest
from django.db import OperationalError

from colloque.correspondence.security import send_login_code
from colloque.mail import lmtp as lmtp_module
from colloque.mail import postoffice
from colloque.mail.models import Letter
from colloque.people.models import Mailbox
from tests.loop.conftest import Sink
from tests.mail.letters import DOMAIN, message

CIRCLE = f"mg-finistere@{DOMAIN}"
Door = Callable[[], smtplib.LMTP]


def begin(door: smtplib.LMTP, *recipients: str) -> None:
    door.ehlo()
    door.mail("x@example.net")
    for each in recipients:
        door.rcpt(each)


def data(door: smtplib.LMTP, content: bytes, answers: int) -> list[tuple[int, bytes]]:
    door.putcmd("data")
    assert door.getreply()[0] == 354
    door.send(content + b"\r\n.\r\n")
    return [door.getreply() for _ in range(answers)]


def test_what_cannot_be_stored_is_put_off_and_what_can_is_taken_each_for_itself(
    lmtp: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lmtp_module.receive

    def one_of_two(raw: bytes, recipient: str, return_path: str) -> Letter:
        if recipient.startswith("autre"):
            raise OperationalError("the database is away")
        return real(raw, recipient, return_path)

    monkeypatch.setattr(lmtp_module, "receive", one_of_two)
    with lmtp() as door:
        begin(door, CIRCLE, f"autre@{DOMAIN}", f"tiers@{DOMAIN}")
        assert [code for code, _text in data(door, b"Subject: x\r\n\r\nTexte", 3)] == [250, 451, 250]
        assert door.noop()[0] == 250
    assert sorted(Letter.objects.values_list("recipient", flat=True)) == sorted([CIRCLE, f"tiers@{DOMAIN}"])


def test_a_250_names_a_letter_that_is_on_disk(lmtp: Door) -> None:
    with lmtp() as door:
        begin(door, CIRCLE)
        ((code, text),) = data(door, b"Subject: x\r\n\r\nTexte", 1)
    key = text.decode().rpartition(" ")[2]
    assert code == 250 and Letter.objects.get(key=key).content == b"Subject: x\r\n\r\nTexte\r\n"


def test_ten_thousand_recipients_are_fifty_and_the_rest_come_later(lmtp: Door) -> None:
    with lmtp() as door:
        door.ehlo()
        door.mail("x@example.net")
        codes = [door.rcpt(f"a{n}@{DOMAIN}")[0] for n in range(60)]
    assert codes == [250] * 50 + [452] * 10


@pytest.mark.parametrize(
    "recipient",
    ["x@example.net", f"x@{DOMAIN}.example.net", f"x%example.net@{DOMAIN}x", "postmaster", f"x@sub.{DOMAIN}", ""],
)
def test_no_letter_for_elsewhere_passes(lmtp: Door, recipient: str) -> None:
    with lmtp() as door:
        door.ehlo()
        door.mail("x@example.net")
        assert door.docmd("RCPT", f"TO:<{recipient}>")[0] >= 500
    assert not Letter.objects.exists()


def test_our_domain_is_ours_in_any_case_and_the_postmaster_is_always_at_home(lmtp: Door) -> None:
    with lmtp() as door:
        door.ehlo()
        door.mail("x@example.net")
        assert [door.rcpt(each)[0] for each in (CIRCLE.upper(), f"postmaster@{DOMAIN}", f"abuse@{DOMAIN}")] == [250] * 3


def test_a_bounce_has_no_sender_and_is_taken(lmtp: Door) -> None:
    with lmtp() as door:
        assert door.sendmail("", [f"retour+{'a' * 26}@{DOMAIN}"], b"Subject: x\r\n\r\nNon remis.") == {}
    assert Letter.objects.get().return_path.strip("<>") == ""


def test_lines_that_begin_with_a_dot_and_octets_of_eight_bits_arrive_as_they_were(lmtp: Door) -> None:
    raw = b"Subject: x\r\n\r\n.point\r\n..deux\r\n\xe9\xff\x00fin\r\n"
    with lmtp() as door:
        door.sendmail("x@example.net", [CIRCLE], raw)
    assert Letter.objects.get().content == raw


def test_no_second_letter_is_smuggled_in_behind_a_bare_line_feed(lmtp: Door) -> None:
    """`\\n.\\n` ends no letter (CVE-2023-51764 and its kind): only `\\r\\n.\\r\\n` does."""
    smuggled = (
        b"Subject: x\r\n\r\nUn\n.\nMAIL FROM:<y@example.net>\r\nRCPT TO:<" + CIRCLE.encode() + b">\r\nDATA\r\nDeux"
    )
    with lmtp() as door:
        begin(door, CIRCLE)
        answers = data(door, smuggled, 1)
        assert door.noop()[0] == 250
    assert len(answers) == 1 and Letter.objects.count() <= 1


def test_who_hangs_up_in_the_middle_leaves_nothing_and_harms_nobody(lmtp: Door) -> None:
    door = lmtp()
    begin(door, CIRCLE)
    door.putcmd("data")
    door.getreply()
    door.send(b"Subject: x\r\n\r\nLa moiti")
    assert isinstance(door.sock, socket.socket)
    door.sock.close()
    with lmtp() as again:
        again.sendmail("x@example.net", [CIRCLE], b"Subject: x\r\n\r\nTout")
    assert [each.content for each in Letter.objects.all()] == [b"Subject: x\r\n\r\nTout\r\n"]


def test_many_doors_open_at_once_take_every_letter_once(lmtp: Door) -> None:
    def send(number: int) -> None:
        with lmtp() as door:
            for each in range(5):
                made = message("x@example.net", CIRCLE, f"{number}-{each}", "Texte")
                door.send_message(made)

    threads = [threading.Thread(target=send, args=[n]) for n in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert Letter.objects.count() == 30


def test_the_post_office_keeps_both_doors_until_it_is_told_to_stop(
    transactional_db: None, settings: object, sink: Sink
) -> None:
    from colloque.cli.demo import free_port

    port, stopping = free_port(), threading.Event()
    settings.INSTANCE = dataclasses.replace(settings.INSTANCE, lmtp_port=port)  # type: ignore[attr-defined]
    office = threading.Thread(target=postoffice.run, args=[stopping])
    office.start()
    try:
        until(lambda: bool(_greeted(port)))
        with smtplib.LMTP("127.0.0.1", port) as door:
            door.sendmail("x@example.net", [CIRCLE], b"Subject: x\r\n\r\nTexte")
        send_login_code(Mailbox.objects.create(address="a@example.net"), "123456")
        until(lambda: bool(sink.to("a@example.net")))
    finally:
        stopping.set()
        office.join(15)
    assert not office.is_alive() and not _greeted(port)
    assert Letter.objects.count() == 1


def _greeted(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as door:
            return door.recv(3) == b"220"
    except OSError:
        return False


def until(reached: Callable[[], bool], seconds: float = 10.0) -> None:
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.02)
