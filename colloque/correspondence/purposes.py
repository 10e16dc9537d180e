"""Purposes: why a letter is written, what it says, and what a reply to it means.

A room registers its purposes here in `AppConfig.ready`; the room `mail` renders what `compose` returns and hands
replies to `receive`. So `mail` knows no questions, and `threads` knows no SMTP.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from colloque.people.models import Mailbox, Member

    from .models import Envelope


@dataclass(frozen=True)
class Recipient:
    """To whom a dispatch goes: a mailbox, whether the letter counts in the week, and until when it is worth sending."""

    mailbox_id: int
    is_budgeted: bool
    expires: datetime | None = None


@dataclass(frozen=True)
class Quotation:
    """What a letter answers, shown small above the body."""

    byline: str
    text: str


@dataclass(frozen=True)
class Picture:
    """A picture in its place in a letter; `description` is empty where its author gave none."""

    name: str
    content_type: str
    data: bytes
    description: str


@dataclass(frozen=True)
class MailingList:
    """The circle a letter belongs to: List-Id and List-Post (RFC 2919, 2369)."""

    slug: str
    name: str
    accepts_posts: bool = True


@dataclass(frozen=True)
class Composition:
    """What a letter says, before it is a message: the same words become the text and the HTML part.

    `message_id`, `in_reply_to` and `references` are local parts; `mail` adds the angle brackets and our domain.
    """

    subject: str
    lead: str  # the first sentence: who, and what they want
    why: str  # why this letter came to this person
    from_name: str = ""  # empty: the instance's own name
    body: str = ""  # Markdown
    body_html: str = ""
    quotation: Quotation | None = None
    how: str = ""  # how to answer
    remark: str = ""  # a last sentence under the body, small
    link: str = ""  # path of the page
    link_label: str = ""
    mailing_list: MailingList | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    takes_reply: bool = True
    is_clinical: bool = False  # carries the line that no patient may be recognisable


@dataclass(frozen=True)
class Enclosure:
    """A file that came with a letter: sniffed and re-encoded before anyone sees it."""

    name: str
    data: bytes
    description: str = ""


@dataclass(frozen=True)
class Reply:
    """What came back to a reply address, understood as far as mail can understand it."""

    member: Member | None  # whom the token was given to; None: a mailbox without a member
    mailbox: Mailbox  # the mailbox to which the letter had gone
    about: str
    text: str
    elided: str = ""
    command: str | None = None
    subject: str = ""
    letter: str = ""  # public key of the received letter
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a reply: `published`, `command`, `recorded`, `held` or `refused`, and why."""

    state: str
    reason: str
    detail: str = ""
    thread: str = ""
    post: str = ""


class Purpose(ABC):
    """One reason to write. Stateless: registered once, called with plain rows."""

    name: ClassVar[str]

    def audience(self, about: str) -> Iterable[Recipient]:
        """Who receives it when it is dispatched. Purposes written to one mailbox at a time need none."""
        raise NotImplementedError(f"{self.name} is posted, not dispatched")

    @abstractmethod
    def compose(self, envelope: Envelope) -> Composition | None:
        """What the letter says, in the language that is active; None when it has lost its object."""

    def receive(self, reply: Reply) -> Outcome:
        """What a reply means. By default nothing can be answered."""
        return Outcome("refused", "takes-no-reply")


@dataclass
class _Registry:
    purposes: dict[str, Purpose] = field(default_factory=dict)


_REGISTRY = _Registry()


class UnknownPurpose(LookupError):
    """A purpose that no room registered: a letter of another version, or a slip."""


def register(each: Purpose) -> None:
    """Make a purpose known. Registering another purpose under the same name is an error."""
    known = _REGISTRY.purposes.get(each.name)
    if known is not None and type(known) is not type(each):
        raise ValueError(f"two purposes are called {each.name!r}")
    _REGISTRY.purposes[each.name] = each


def purpose(name: str) -> Purpose:
    """The purpose of that name. Raises UnknownPurpose."""
    try:
        return _REGISTRY.purposes[name]
    except KeyError:
        raise UnknownPurpose(f"no room registered the purpose {name!r}") from None
