"""Handing a file to the LMTP door, as Postfix would, and waiting for what becomes of it."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from colloque.mail.models import Letter

_PATIENCE = 30.0  # seconds until a letter must have been read


class LetterNotTaken(RuntimeError):
    """The door refused the letter, or nobody read it in time."""


def hand_over(raw: bytes, recipient: str, return_path: str | None) -> dict[str, str | None]:
    """Give a message to the door and return {"letter", "outcome", "reason", "thread", "post"}.

    A running post office takes it where there is one; else a door of our own is opened, and a worker runs until the
    letter's tasks are done. Raises LetterNotTaken.
    """
    from colloque.mail.message import parse

    sender = parse(raw).sender
    path = return_path if return_path is not None else (sender.address if sender else "")
    with _door() as (host, port, is_ours):
        key = _give(host, port, raw, recipient, path)
        if is_ours:
            _work()
        letter = _outcome(key)
    names = {"outcome": letter.outcome, "reason": letter.reason, "thread": letter.thread, "post": letter.post}
    return {"letter": letter.key, **{name: value or None for name, value in names.items()}}


@contextlib.contextmanager
def _door() -> Iterator[tuple[str, int, bool]]:
    from colloque.mail.lmtp import open_door

    host, port = settings.INSTANCE.lmtp_host, settings.INSTANCE.lmtp_port
    if _is_taken(host, port):
        yield host, port, False
        return
    keeper, door = open_door("127.0.0.1", 0)
    try:
        yield "127.0.0.1", keeper.port, True
    finally:
        keeper.stop()
        door.close()


def _is_taken(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def _give(host: str, port: int, raw: bytes, recipient: str, return_path: str) -> str:
    try:
        with smtplib.LMTP(host, port) as server:
            server.ehlo_or_helo_if_needed()
            _accepted(server.mail(return_path))
            _accepted(server.rcpt(recipient))
            return _accepted(server.data(raw)).split()[-1]
    except (OSError, smtplib.SMTPException) as error:
        raise LetterNotTaken(f"The door did not take the letter: {error}") from error


def _accepted(answer: tuple[int, bytes]) -> str:
    code, text = answer
    if code not in {250, 251}:
        raise LetterNotTaken(f"The door answered {code} {text.decode(errors='replace')}")
    return text.decode()


def _work() -> None:
    from colloque.correspondence.work import working_app

    with (working := working_app()).open():
        working.run_worker(wait=False, listen_notify=False, install_signal_handlers=False, delete_jobs="successful")


def _outcome(key: str) -> Letter:
    from colloque.mail.models import Letter

    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        letter = Letter.objects.get(key=key)
        if letter.outcome != Letter.Outcome.RECEIVED:
            return letter
        time.sleep(0.05)
    raise LetterNotTaken(f"Letter {key} is stored, but no worker read it within {_PATIENCE:.0f} s.")
