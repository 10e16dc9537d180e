"""The demo's mail server: a real SMTP server on loopback that keeps what Colloque hands over."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections

from .models import SentMail


class Sink:
    """Keeps every message for every recipient."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="demo-sink")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        await asyncio.get_running_loop().run_in_executor(self._thread, _keep, content, list(envelope.rcpt_tos))
        return "250 2.0.0 Kept"


def _keep(content: bytes, recipients: list[str]) -> None:
    close_old_connections()
    SentMail.objects.bulk_create([SentMail(recipient=each.lower(), raw=content) for each in recipients])


def open_sink(host: str, port: int) -> Controller:
    """Start the server. Raises OSError where the port is taken."""
    controller = Controller(Sink(), hostname=host, port=port, server_hostname="localhost", ident="Colloque demo")
    controller.start()
    return controller
