"""Real servers for the loop: our LMTP door, an SMTP server that keeps what it gets, the real worker."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.cache import cache

from colloque.correspondence.work import working_app
from colloque.mail import delivery
from colloque.mail.lmtp import open_door
from tests import village as village_module


@dataclass
class Sink:
    """An SMTP server's memory; `answers` may hold what to say to the next recipients instead of 250."""

    letters: list[tuple[str, str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    connections: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        made = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        assert isinstance(made, EmailMessage)
        for recipient in envelope.rcpt_tos:
            self.letters.append((envelope.mail_from or "", recipient, made))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [made for _path, recipient, made in self.letters if recipient == address]


@pytest.fixture
def sink(settings: object) -> Iterator[Sink]:
    from colloque.cli.demo import free_port

    memory = Sink()
    server = Controller(memory, hostname="127.0.0.1", port=free_port(), server_hostname="localhost")
    server.start()
    settings.INSTANCE = dataclasses.replace(  # type: ignore[attr-defined]
        settings.INSTANCE,
        smtp_host="127.0.0.1",
        smtp_port=server.port,  # type: ignore[attr-defined]
    )
    yield memory
    server.stop()


@pytest.fixture
def lmtp(transactional_db: None) -> Iterator[Callable[[], smtplib.LMTP]]:
    keeper, door = open_door("127.0.0.1", 0)
    yield lambda: smtplib.LMTP("127.0.0.1", keeper.port)
    keeper.stop()
    door.close()


@pytest.fixture
def real_village(transactional_db: None) -> village_module.Village:
    cache.clear()
    return village_module.build()


@pytest.fixture
def round_trip(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Let the real worker do everything that is due, then the real delivery hand everything out."""
    courier = delivery.Courier()

    def run() -> None:
        with (working := working_app()).open():
            working.run_worker(wait=False, listen_notify=False, install_signal_handlers=False, delete_jobs="successful")
        while delivery.deliver_batch(courier):
            pass

    yield run
    courier.close()
