"""What a doctor's mail program does with a reply: pure functions from messages to messages."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parsedate_to_datetime

from django.utils import timezone


def opened(raw: bytes) -> EmailMessage:
    """A stored message. The stored bytes are our own rendering, so the parser's defaults hold."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    return str(part.get_content()) if part else ""


def pictures_of(message: EmailMessage) -> list[tuple[str, str, bytes]]:
    """(content id, type, bytes) of each picture shown in the HTML part."""
    return [
        (str(part["Content-ID"]).strip("<>"), part.get_content_type(), part.get_content())
        for part in message.walk()
        if part.get_content_maintype() == "image"
    ]


def reply_to(original: EmailMessage, sender: str, text: str) -> EmailMessage:
    """A reply above the quotation, with a French program's attribution line."""
    subject = str(original["Subject"])
    made = new_mail(
        sender,
        str(original["Reply-To"] or original["From"]),
        subject if subject.startswith("Re:") else f"Re: {subject}",
        "",
    )
    made["In-Reply-To"] = str(original["Message-ID"])
    references = f"{original['References'] or ''} {original['Message-ID']}".split()
    made["References"] = " ".join(references)
    when = parsedate_to_datetime(str(original["Date"]))
    quoted = "\n".join(f"> {line}".rstrip() for line in text_of(original).splitlines())
    made.set_content(
        f"{text.rstrip()}\n\nLe {when:%d/%m/%Y} à {when:%H:%M}, {original['From']} a écrit\u00a0:\n{quoted}\n"
    )
    return made


def new_mail(sender: str, recipient: str, subject: str, text: str) -> EmailMessage:
    """A mail written from nothing."""
    made = EmailMessage()
    made["From"], made["To"] = sender, recipient
    made["Subject"] = " ".join(subject.splitlines())
    made["Date"] = format_datetime(timezone.now())
    made["Message-ID"] = make_msgid(domain="poste.example.net")
    made.set_content(text)
    return made
