"""The door for letters: LMTP (RFC 2033), behind Postfix or any MTA that speaks it.

A letter is answered 250 once it is committed, recipient by recipient: aiosmtpd answers DATA once, LMTP wants one line
for each recipient, so what is said after the data is said as often as there are recipients.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from aiosmtpd.smtp import Session
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from .models.letter import is_ours
from .receiving import receive

logger = logging.getLogger(__name__)

MOST_RECIPIENTS = 50


class LineARecipient(LMTP):
    """LMTP with one answer a recipient after the data, whatever the answer is."""

    # RFC 5321 allows 998 octets a line; real letters have longer ones, and refusing them would lose them.
    line_length_limit = 2**20

    _answers = 0

    async def smtp_DATA(self, arg: str) -> None:
        self._answers = 0
        try:
            await super().smtp_DATA(arg)
        finally:
            self._answers = 0

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode("ascii")
        if text.startswith("354"):
            assert self.envelope is not None
            self._answers = len(self.envelope.rcpt_tos)
        elif self._answers > 1 and "\r\n" not in text:
            text = "\r\n".join([text] * self._answers)
        await super().push(text)


class Door:
    """aiosmtpd's handler: whom we take letters for, and how they are stored."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lmtp-store")
        self._connections: set[BaseDatabaseWrapper] = set()

    async def handle_RCPT(
        self, server: LMTP, session: Session, envelope: SmtpEnvelope, address: str, rcpt_options: list[str]
    ) -> str:
        if not is_ours(address):
            return "550 5.7.1 We do not relay"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: LMTP, session: Session, envelope: SmtpEnvelope) -> str:
        content = envelope.original_content or b""
        loop = asyncio.get_running_loop()
        answers = [
            await loop.run_in_executor(self._threads, self._store, content, recipient, envelope.mail_from or "")
            for recipient in envelope.rcpt_tos
        ]
        return "\r\n".join(answers)

    def _store(self, content: bytes, recipient: str, return_path: str) -> str:
        close_old_connections()
        self._connections.add(connections["default"])
        try:
            letter = receive(content, recipient, return_path)
        except (DatabaseError, OSError):
            logger.exception("a letter could not be stored; the sender's server keeps it")
            return "451 4.3.0 Not stored; try again later"
        return f"250 2.0.0 Stored as {letter.key}"

    def close(self) -> None:
        """Let the storing threads end and close their connections, which are each thread's own."""
        self._threads.shutdown()
        for each in self._connections:
            each.inc_thread_sharing()
            each.close()


class Doorkeeper(Controller):
    """The LMTP server in its own thread."""

    def factory(self) -> LineARecipient:
        return LineARecipient(self.handler, **self.SMTP_kwargs)


def open_door(host: str, port: int) -> tuple[Doorkeeper, Door]:
    """Start listening. `port` 0 takes a free one (`keeper.port`). Raises OSError where the port is taken."""
    door = Door()
    keeper = Doorkeeper(
        door,
        hostname=host,
        port=port or _free_port(host),
        data_size_limit=settings.INSTANCE.letter_megabytes * 1_000_000,
        enable_SMTPUTF8=True,
        ident="Colloque LMTP",
        server_hostname=settings.INSTANCE.mail_domain,  # else aiosmtpd asks the DNS for our name, at every connection
    )
    keeper.start()
    return keeper, door


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
