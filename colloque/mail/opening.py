"""A letter opened: parsed, triaged and trimmed, with what we know of what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from colloque.correspondence.models import ReplyAddress
from colloque.correspondence.models.reply_address import REPLY, token_in
from colloque.correspondence.purposes import Enclosure, UnknownPurpose
from colloque.people.models.mailbox import normalise
from colloque.threads.publishing import LONGEST_TEXT

from . import rendering
from .commands import command_in, names_of
from .message import Message, parse
from .models import Letter
from .triage import Triage, triage
from .trimming import Trimmed, trim, without_own_rights

# Pictures smaller than this, shown in the text, are logos of signatures.
_LOGO_BYTES = 12_000
# What mail programs add by themselves, and parts of other messages.
_OF_PROGRAMS = (
    "text/", "message/", "multipart/", "application/pkcs7", "application/x-pkcs7", "application/pgp",
    "application/ms-tnef", "application/ics",
)  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """A letter and what pure reading makes of it."""

    letter: Letter
    message: Message
    triage: Triage
    trimmed: Trimmed

    @property
    def sender(self) -> str:
        """The one address in From, normalised; empty where there is not exactly one."""
        return normalise(self.message.sender.address) if self.message.sender else ""

    @property
    def text(self) -> str:
        """What is published: the author's words without any address of ours that gives a right.

        A quotation alone says nothing: trimming keeps it rather than lose words, publishing it would answer nobody.
        """
        lines = [line for line in self.trimmed.text.splitlines() if line.strip()]
        if all(line.lstrip().startswith(">") for line in lines):
            return ""
        return without_own_rights(self.trimmed.text, settings.INSTANCE.mail_domain)

    @property
    def beginning(self) -> str:
        """The author's words as a letter gives them back: as many as could have been published."""
        text = self.trimmed.text
        return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rstrip()}…"

    @property
    def command(self) -> str | None:
        return command_in(self.trimmed.text, self.message.subject, self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """What the author is called: by From, and by what we know of whom the reply address was given to."""
        row = _reply_address(self.letter.recipient)
        member = row.mailbox.member if row else None
        return (*names_of(self.message.sender), *([f"{member.given_name} {member.family_name}"] if member else []))


def open_letter(letter: Letter) -> Opened:
    """Parse, triage and trim a letter."""
    message = parse(letter.content)
    trimmed = trim(
        message.text,
        message.html or None,
        own_addresses=(letter.recipient,),
        own_names=(settings.INSTANCE.name,),
        sent_text=_sent_text(letter.recipient),
        subject=message.subject,
    )
    own_lists = (settings.INSTANCE.mail_domain,)
    return Opened(letter, message, triage(message, letter.return_path, own_list_hosts=own_lists), trimmed)


def _reply_address(recipient: str) -> ReplyAddress | None:
    capability = token_in(recipient)
    return ReplyAddress.find(capability[1]) if capability and capability[0] == REPLY else None


def _sent_text(recipient: str) -> str | None:
    """What we had written to whom this reply address was given: quoted lines are matched against it."""
    row = _reply_address(recipient)
    if row is None:
        return None
    try:
        return rendering.sent_text(row.mailbox, row.purpose, row.about) or None
    except UnknownPurpose:
        return None


def enclosures(message: Message) -> tuple[Enclosure, ...]:
    """The files that came with a letter; logos, calendars, cards and signatures of programs are none.

    Phones send photographs as `application/octet-stream`: what a file is, its bytes tell. One that is no picture is
    tried all the same, so that its author is told that it was left out.
    """
    return tuple(
        Enclosure(each.filename, each.content)
        for each in message.attachments
        if not each.content_type.startswith(_OF_PROGRAMS) and not (each.is_inline and len(each.content) < _LOGO_BYTES)
    )
