"""Writing letters as doctors' mail programs do, and handing them in, for tests of the loop."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import make_msgid

from colloque.correspondence.models import Envelope
from colloque.correspondence.models.reply_address import reply_address
from colloque.mail.models import Letter
from colloque.mail.reading import read
from colloque.mail.receiving import receive
from colloque.people.models import Member
from colloque.threads.letters import about
from colloque.threads.models import Post

DOMAIN = "colloque.example.org"


def message(sender: str, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """A plain message; `headers` with underscores for hyphens."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = headers.pop("Message_ID", None) or make_msgid(domain="poste.example.net")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def address_of(member: Member) -> str:
    mailbox = member.primary_mailbox
    assert mailbox is not None
    return mailbox.address


def token_address(member: Member, post: Post, purpose: str = "question") -> str:
    """The reply address that the letter about `post` carried to `member`."""
    mailbox = member.primary_mailbox
    assert mailbox is not None
    return reply_address(mailbox, purpose, about(post))


def hand_in(made: EmailMessage | bytes, recipient: str, return_path: str | None = None) -> Letter:
    """Store a letter as the LMTP door does and read it at once."""
    raw = made if isinstance(made, bytes) else made.as_bytes()
    path = return_path if return_path is not None else (str(made["From"]) if isinstance(made, EmailMessage) else "")
    letter = receive(raw, recipient, path)
    read(letter.pk)
    letter.refresh_from_db()
    return letter


def reply(member: Member, post: Post, text: str, purpose: str = "question", **more: str) -> Letter:
    """A member answers the letter about `post` from their own mailbox."""
    to = token_address(member, post, purpose)
    return hand_in(message(address_of(member), to, f"Re: {post.thread.title}", text, **more), to)


def envelopes(purpose: str) -> dict[str, Envelope]:
    """The envelopes of a purpose by the address they go to."""
    rows = Envelope.objects.filter(purpose=purpose).select_related("mailbox__member")
    return {each.mailbox.address: each for each in rows}
