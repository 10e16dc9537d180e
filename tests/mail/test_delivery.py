"""The way out: what the mail server answers, what it leaves unsaid, and two post offices at once."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from django.db import connection, transaction
from django.utils import timezone

from colloque.correspondence.models import Envelope
from colloque.correspondence.models.dispatch import ring
from colloque.correspondence.models.envelope import MOST_ATTEMPTS
from colloque.correspondence.security import send_login_code
from colloque.mail import delivery
from colloque.mail.delivery import Courier, MailServerAway, deliver_batch
from colloque.people.models import Mailbox
from tests.loop.conftest import Sink
from tests.village import Village


def write(count: int, *, first: int = 0) -> list[str]:
    """Codes for so many strangers: the smallest letters there are. Returns the addresses, oldest first."""
    addresses = [f"lecteur{n}@example.net" for n in range(first, first + count)]
    for address in addresses:
        send_login_code(Mailbox.objects.create(address=address), "123456")
    return addresses


def states() -> list[str]:
    return list(Envelope.objects.order_by("pk").values_list("state", flat=True))


@dataclass
class Moody(Sink):
    """A server that may end a connection: after a number of letters, at a command, or over one recipient."""

    letters_a_connection: int = 1_000
    drops: set[str] = field(default_factory=set)  # recipients whose letter makes it hang up
    ends: set[str] = field(default_factory=set)  # recipients answered 421, the connection closed
    at_mail: str = ""  # what is said to MAIL FROM instead of 250

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        if self.at_mail:
            return self.at_mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        if address in self.ends:
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return "421 4.3.2 Closing down"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: SmtpEnvelope) -> str:
        if self.drops.intersection(envelope.rcpt_tos):
            server.transport.abort()
            return "250 never heard"
        said = await super().handle_DATA(server, session, envelope)
        taken = getattr(session, "taken", 0) + 1
        session.taken = taken
        if taken >= self.letters_a_connection:
            asyncio.get_running_loop().call_soon(server.transport.close)
        return said


@pytest.fixture
def moody(settings: object) -> Iterator[Moody]:
    from colloque.cli.demo import free_port

    memory = Moody()
    server = Controller(memory, hostname="127.0.0.1", port=free_port(), server_hostname="localhost")
    server.start()
    at(settings, server.port)
    yield memory
    server.stop()


def at(settings: object, port: int) -> None:
    settings.INSTANCE = dataclasses.replace(  # type: ignore[attr-defined]
        settings.INSTANCE,  # type: ignore[attr-defined]
        smtp_host="127.0.0.1",
        smtp_port=port,
    )


@pytest.fixture
def courier() -> Iterator[Courier]:
    made = Courier()
    yield made
    made.close()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_is_away_costs_no_letter_an_attempt(db: None, settings: object, courier: Courier) -> None:
    at(settings, closed_port())
    write(3)
    with pytest.raises(MailServerAway):
        deliver_batch(courier)
    assert states() == ["ready"] * 3
    assert set(Envelope.objects.values_list("attempts", flat=True)) == {0}


def test_what_was_taken_before_the_server_went_away_is_not_sent_again(db: None, moody: Moody, courier: Courier) -> None:
    addresses = write(6)
    moody.drops = {addresses[3]}
    with pytest.raises(MailServerAway):
        deliver_batch(courier)
    assert states() == ["sent"] * 3 + ["ready"] * 3
    moody.drops = set()
    Envelope.objects.update(not_before=timezone.now())
    deliver_batch(courier)
    assert [len(moody.to(each)) for each in addresses] == [1] * 6


def test_a_letter_that_the_server_cannot_bear_does_not_stand_before_all_others(
    db: None, moody: Moody, courier: Courier
) -> None:
    addresses = write(4)
    moody.drops = {addresses[0]}
    with pytest.raises(MailServerAway):
        deliver_batch(courier)
    deliver_batch(courier)
    assert states() == ["ready", "sent", "sent", "sent"]
    assert Envelope.objects.earliest("pk").attempts == 1


def test_a_server_that_takes_few_letters_a_connection_gets_as_many_connections(
    db: None, moody: Moody, courier: Courier
) -> None:
    addresses = write(7)
    moody.letters_a_connection = 2
    deliver_batch(courier)
    assert states() == ["sent"] * 7
    assert [len(moody.to(each)) for each in addresses] == [1] * 7
    assert moody.connections == 4


def test_a_421_is_a_pause_and_fails_nothing(db: None, moody: Moody, courier: Courier) -> None:
    addresses = write(3)
    moody.ends = {addresses[0]}
    with pytest.raises(MailServerAway):
        deliver_batch(courier)
    assert states() == ["ready"] * 3
    moody.ends = set()
    Envelope.objects.update(not_before=timezone.now())
    deliver_batch(courier)
    assert states() == ["sent"] * 3


@pytest.mark.parametrize("answer", ["530 5.7.0 Authentication required", "550 5.7.1 Sender refused"])
def test_a_login_that_is_missing_fails_no_letter_for_good(
    db: None, moody: Moody, courier: Courier, answer: str
) -> None:
    write(2)
    moody.at_mail = answer
    deliver_batch(courier)
    assert states() == ["ready"] * 2
    assert Envelope.objects.first().last_error.startswith(answer[:3])  # type: ignore[union-attr]


def test_a_refused_recipient_fails_alone_and_one_put_off_waits(db: None, moody: Moody, courier: Courier) -> None:
    addresses = write(4)
    moody.answers = {addresses[1]: "550 5.1.1 No such user", addresses[2]: "450 4.2.0 Greylisted"}
    deliver_batch(courier)
    assert states() == ["sent", "failed", "ready", "sent"]
    failed, waiting = Envelope.objects.order_by("pk")[1:3]
    assert failed.sealed is None and failed.settled_on == timezone.localdate()
    assert waiting.not_before is not None and waiting.not_before > timezone.now()
    assert waiting.carried == {"code": "123456"}


def test_an_address_that_smtp_cannot_say_fails_alone(db: None, moody: Moody, courier: Courier) -> None:
    write(1)
    send_login_code(Mailbox.objects.create(address="rené@example.net"), "123456")
    write(1, first=1)
    deliver_batch(courier)
    deliver_batch(courier)
    assert states() == ["sent", "failed", "sent"]


def test_a_letter_that_cannot_be_rendered_waits_and_takes_nobody_with_it(
    db: None, moody: Moody, courier: Courier
) -> None:
    write(3)
    Envelope.objects.filter(pk=Envelope.objects.order_by("pk")[1].pk).update(sealed=b"damaged beyond reading, sorry")
    deliver_batch(courier)
    assert states() == ["sent", "ready", "sent"]
    assert "UnreadableSeal" in Envelope.objects.order_by("pk")[1].last_error


def test_a_letter_of_another_versions_purpose_waits_for_that_version(db: None, moody: Moody, courier: Courier) -> None:
    write(1)
    Envelope.objects.update(purpose="horoscope")
    deliver_batch(courier)
    assert states() == ["ready"]
    assert Envelope.objects.get().last_error.startswith("UnknownPurpose")


def test_a_code_that_came_too_late_is_not_sent(db: None, moody: Moody, courier: Courier) -> None:
    write(1)
    Envelope.objects.update(expires=timezone.now())
    deliver_batch(courier)
    assert (states(), moody.letters) == (["expired"], [])
    assert Envelope.objects.get().sealed is None


def test_pauses_double_with_jitter_and_end(db: None) -> None:
    write(1)
    letter = Envelope.objects.get()
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        before = timezone.now()
        letter.put_off("451 later")
        assert letter.not_before is not None
        pauses.append((letter.not_before - before) / timedelta(minutes=1))
    for number, pause in enumerate(pauses):
        assert 0.74 <= pause / min(2**number, 720) <= 1.26
    assert letter.state == "ready"
    letter.put_off("451 later")
    assert (letter.state, letter.sealed) == ("failed", None)


def test_a_crash_between_the_servers_250_and_our_commit_repeats_one_batch_under_the_same_message_ids(
    transactional_db: None, moody: Moody, courier: Courier
) -> None:
    write(delivery.BATCH + 3)
    with pytest.raises(SystemExit), transaction.atomic():
        deliver_batch(courier)
        raise SystemExit  # the process dies before the commit
    assert set(states()) == {"ready"}
    while deliver_batch(courier):
        pass
    assert set(states()) == {"sent"}
    identities = [str(made["Message-ID"]) for _path, _to, made in moody.letters]
    assert len(identities) == 2 * delivery.BATCH + 3
    assert len(set(identities)) == delivery.BATCH + 3


def in_threads(work: Callable[[], None], count: int) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert not any(each.is_alive() for each in threads)


def test_two_post_offices_share_the_letters_and_send_none_twice(transactional_db: None, moody: Moody) -> None:
    addresses = write(80)
    shares = []

    def work() -> None:
        courier, share = Courier(), 0
        while handed := deliver_batch(courier):
            share += handed
        courier.close()
        shares.append(share)

    in_threads(work, 2)
    assert [len(moody.to(each)) for each in addresses] == [1] * 80
    assert sum(shares) == 80


@pytest.fixture
def post_office(transactional_db: None) -> Iterator[Callable[[], None]]:
    """The real loop in a thread; called, it is told to stop and waited for."""
    stopping = threading.Event()
    thread = threading.Thread(target=delivery.run, args=[stopping])
    thread.start()

    def stop() -> None:
        stopping.set()
        thread.join(10)
        assert not thread.is_alive()

    yield stop
    stop()


def wait_for(reached: Callable[[], bool], seconds: float = 8.0) -> float:
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.01)
    return time.monotonic() - began


def test_a_letter_leaves_when_the_transaction_that_wrote_it_commits(
    moody: Moody, post_office: Callable[[], None]
) -> None:
    (first,) = write(1)
    wait_for(lambda: bool(moody.to(first)))  # the loop runs
    with transaction.atomic():
        (second,) = write(1, first=1)
        time.sleep(0.7)  # longer than the loop ever sleeps
        assert not moody.to(second)
    assert wait_for(lambda: bool(moody.to(second))) < 2  # generous: machines are shared


def test_the_loop_stops_when_it_is_told_to(moody: Moody, post_office: Callable[[], None]) -> None:
    (address,) = write(1)
    wait_for(lambda: bool(moody.to(address)))
    began = time.monotonic()
    post_office()
    assert time.monotonic() - began < 3


def test_the_loop_outlives_its_database_connection(moody: Moody, post_office: Callable[[], None]) -> None:
    (address,) = write(1)
    wait_for(lambda: bool(moody.to(address)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY backend_start DESC LIMIT 1"
        )
    (address,) = write(1, first=1)
    wait_for(lambda: bool(moody.to(address)))


def test_the_loop_outlives_a_mail_server_that_is_away(
    monkeypatch: pytest.MonkeyPatch, settings: object, moody: Moody, post_office: Callable[[], None]
) -> None:
    monkeypatch.setattr(delivery, "_PAUSE", 0.1)
    there = settings.INSTANCE.smtp_port  # type: ignore[attr-defined]
    at(settings, closed_port())
    (address,) = write(1)
    ring()
    time.sleep(0.5)
    assert states() == ["ready"]
    at(settings, there)
    wait_for(lambda: bool(moody.to(address)))


def test_every_reader_of_a_question_gets_it_with_a_return_path_of_their_own(
    real_village: Village, sink: Sink, round_trip: Callable[[], None]
) -> None:
    real_village.question()
    Envelope.objects.update(state="ready")
    round_trip()
    paths = [path for path, _to, _made in sink.letters]
    assert len(paths) == len(set(paths)) >= 2
    assert all(path.startswith("retour+") for path in paths)
