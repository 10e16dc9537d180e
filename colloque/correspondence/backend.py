"""Django's way of sending mail, turned into envelopes: one way out."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import transaction

from colloque.keys import public_key
from colloque.people.models import Mailbox

from .models import Envelope
from .models.dispatch import ring


class EnvelopeBackend(BaseEmailBackend):
    """Each recipient of a Django mail gets an envelope that carries its words, sealed until it is sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                for address in message.recipients():
                    _write(message, address)
            ring()
        return len(email_messages)


def _write(message: EmailMessage, address: str) -> None:
    mailbox = Mailbox.objects.to_write_to(address) or Mailbox.objects.create(address=address)
    envelope = Envelope(mailbox=mailbox, purpose="message", about=f"message:{public_key()}", is_budgeted=False)
    envelope.carry({"subject": str(message.subject), "body": str(message.body)})
    envelope.save()
