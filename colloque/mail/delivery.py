"""The way out: ready envelopes, rendered and handed to the mail server over one connection that stays open.

A loop over `SELECT … FOR UPDATE SKIP LOCKED`: several post offices share the work without knowing of each other, and
what a dead one held is free again when its connection goes. An envelope is marked sent after the server's 250 and in
the same transaction as its row lock, so a crash repeats at most one batch, under the same Message-IDs, and loses none.
"""

from __future__ import annotations

import logging
import smtplib
import threading
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from psycopg import Error as DriverError
from psycopg import sql

from colloque.correspondence.models import Envelope
from colloque.correspondence.models.dispatch import CHANNEL

from .rendering import Rendered, render

logger = logging.getLogger(__name__)

BATCH = 25
_TIMEOUT = 30  # seconds for one answer of the mail server
_PAUSE = 5.0  # seconds before a mail server that is away is asked again


class MailServerAway(ConnectionError):
    """The mail server does not answer, or closed the connection: nobody's letter is to blame."""


class ConnectionDropped(MailServerAway):
    """The mail server was there, and closed the connection over a letter; perhaps the letter is to blame."""


class LetterRefused(Exception):
    """The mail server refused one letter: for good (5xx) or for now (4xx)."""

    def __init__(self, code: int, text: str, *, is_permanent: bool | None = None) -> None:
        super().__init__(f"{code} {text}")
        self.is_permanent = 500 <= code < 600 if is_permanent is None else is_permanent


class Courier:
    """One connection to the mail server, opened when needed and kept."""

    def __init__(self) -> None:
        self._connection: smtplib.SMTP | None = None

    def hand_over(self, letter: Rendered) -> None:
        """Give one letter. Raises MailServerAway or LetterRefused; a connection that had died is opened once again."""
        was_open = self._connection is not None
        try:
            self._send(letter)
        except ConnectionDropped:
            if not was_open:
                raise
            self._send(letter)  # the server had closed an idle connection

    def _send(self, letter: Rendered) -> None:
        server = self._open()
        try:
            refused = server.sendmail(letter.return_path, [letter.recipient], letter.content)
            assert not refused
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise self._refused(code, text) from error
        except smtplib.SMTPSenderRefused as error:
            # Our own address, or a login that the server wants: the host's to mend, and no letter's fault.
            raise self._refused(error.smtp_code, error.smtp_error, is_permanent=False) from error
        except smtplib.SMTPResponseException as error:
            raise self._refused(error.smtp_code, error.smtp_error) from error
        except (ValueError, smtplib.SMTPNotSupportedError) as error:
            self.close()  # in the middle of a transaction
            raise LetterRefused(553, f"an address that cannot be said in SMTP: {error}") from error
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.close()
            raise ConnectionDropped(str(error)) from error

    def _refused(
        self, code: int, text: bytes | str, *, is_permanent: bool | None = None
    ) -> LetterRefused | ConnectionDropped:
        words = text.decode(errors="replace") if isinstance(text, bytes) else text
        if code == 421:  # RFC 5321 §3.8: the server closes the connection after it
            self.close()
            return ConnectionDropped(f"{code} {words}")
        return LetterRefused(code, words, is_permanent=is_permanent)

    def _open(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        instance = settings.INSTANCE
        kind = smtplib.SMTP_SSL if instance.smtp_security == "tls" else smtplib.SMTP
        try:
            server = kind(instance.smtp_host, instance.smtp_port, timeout=_TIMEOUT, local_hostname=instance.mail_domain)
            if instance.smtp_security == "starttls":
                server.starttls()
            if instance.smtp_user:
                server.login(instance.smtp_user, instance.smtp_password)
            server.ehlo_or_helo_if_needed()  # a server that refuses our name refuses no letter
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAway(f"{instance.smtp_host}:{instance.smtp_port}: {error}") from error
        return server

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.close()
        self._connection = None


def deliver_batch(courier: Courier) -> int:
    """Hand over the next ready letters. Returns how many rows were looked at.

    Raises MailServerAway, after the letters that were handed over before it are on record as sent.
    """
    with transaction.atomic():
        batch = list(Envelope.objects.due().at_hand().select_related("mailbox__member")[:BATCH])
        try:
            for envelope in batch:
                _deliver(envelope, courier)
        except MailServerAway as error:
            away = error
        else:
            return len(batch)
    raise away


def _deliver(envelope: Envelope, courier: Courier) -> None:
    if envelope.is_expired:
        envelope.expire()
        return
    try:
        with transaction.atomic():  # a letter that cannot be rendered must not take its batch with it
            letter = render(envelope)
    except Exception as error:
        logger.exception("envelope %s cannot be rendered", envelope.key)
        envelope.put_off(f"{type(error).__name__}: {error}")
        return
    if letter is None:
        envelope.cancel()
        return
    try:
        courier.hand_over(letter)
    except LetterRefused as error:
        envelope.fail(str(error)) if error.is_permanent else envelope.put_off(str(error))
    except ConnectionDropped as error:
        envelope.put_off(str(error))  # else a letter that the server cannot bear would stand before all others
        raise
    else:
        envelope.mark_sent()


def run(stopping: threading.Event) -> None:
    """Deliver until told to stop: at once when a transaction rings, else twice a second.

    A mail server or a database that is away is waited for.
    """
    courier = Courier()
    while not stopping.is_set():
        try:
            close_old_connections()
            _listen()
            while not stopping.is_set() and deliver_batch(courier) == BATCH:
                pass
            _wait_for_ring(0.5)
        except MailServerAway as error:
            logger.warning("the mail server is away: %s", error)
            stopping.wait(_PAUSE)
        except (DatabaseError, DriverError, OSError) as error:
            logger.warning("the database is away: %s", error)
            connection.close()
            stopping.wait(1.0)
    courier.close()
    connection.close()


def _listen() -> None:
    connection.ensure_connection()
    assert connection.connection is not None
    connection.connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))


def _wait_for_ring(seconds: float) -> None:
    driver = connection.connection
    assert driver is not None
    for _ring in driver.notifies(timeout=seconds, stop_after=1):
        break
