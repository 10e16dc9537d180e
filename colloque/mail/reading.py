"""Reading a received letter: what it is, who wrote it, what it asks, and the decision, recorded with its reason.

The order matters: what is automatic is never answered, what has no proved author is never published, and only a
member's own registered address is ever told anything.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import translation

from colloque.circles.models import Circle
from colloque.correspondence import stopping
from colloque.correspondence.models import ReplyAddress
from colloque.correspondence.models.reply_address import REPLY, token_in
from colloque.correspondence.purposes import Outcome, Reply, UnknownPurpose, purpose
from colloque.people.models import Allowance, Mailbox, Member
from colloque.threads import letters as thread_letters
from colloque.threads import publishing
from colloque.threads.models import Post
from colloque.threads.refusals import EmptyText, NotInCircle, Refusal, ThreadClosed

from . import notices
from .message import Message
from .models import Letter
from .models.letter import is_ours
from .opening import Opened, enclosures, open_letter

logger = logging.getLogger(__name__)

LETTERS_A_DAY = 100
_HOST_BOXES = frozenset({"postmaster", "abuse", "colloque", "hote", "host", "security", "webmaster", "hostmaster"})
_REPLY_PREFIX = re.compile(r"^\s*((re|ré|rép|tr|fw|fwd|aw)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_OUR_POST = re.compile(r"p\.([0-9a-z]{12})@(.+)")


@transaction.atomic
def read(letter_id: int) -> None:
    """Decide on one letter that has not been read yet. Safe to call again.

    What a slip of ours cannot read is held for the host rather than tried for hours and then forgotten.
    """
    letter = Letter.objects.select_for_update().get(pk=letter_id)
    if letter.outcome != Letter.Outcome.RECEIVED:
        return
    try:
        with transaction.atomic():
            settle(letter, open_letter(letter))
    except (OperationalError, InterfaceError, IntegrityError, OSError):
        raise  # the database or the disk is away, or somebody was faster: the task tries again
    except Exception as error:
        logger.exception("letter %s cannot be read", letter.key)
        letter.settle(Letter.Outcome.HELD, "unreadable", detail=type(error).__name__)


def settle(letter: Letter, opened: Opened, as_member: Member | None = None, *, is_vouched: bool | None = None) -> None:
    """Decide, act and record; what a savepoint undoes is what a refusal undoes.

    `as_member`: the host, or the owner of the reply address, vouches that this member wrote it; `is_vouched` alone:
    the owner, who is no member yet.
    """
    is_vouched = as_member is not None if is_vouched is None else is_vouched
    author = as_member or member_of(opened.sender)
    with translation.override(author.language if author else settings.LANGUAGE_CODE):
        try:
            with transaction.atomic():
                outcome = _decide(opened, as_member, is_vouched=is_vouched)
        except Refusal as refusal:
            outcome = Outcome("refused", refusal.reason, detail=refusal.sentence)
    letter.settle(outcome.state, outcome.reason, detail=outcome.detail, thread=outcome.thread, post=outcome.post)
    _tell(opened, outcome, author)
    logger.info("letter %s: %s %s", letter.key, outcome.state, outcome.reason)


def _decide(opened: Opened, as_member: Member | None, *, is_vouched: bool) -> Outcome:
    letter, message = opened.letter, opened.message
    capability = token_in(letter.recipient)
    if not message.is_readable:
        return Outcome("held", "unreadable")
    if opened.triage.kind == "bounce":
        _note_bounce(opened, capability)
        return Outcome("recorded", "bounce", detail=opened.triage.reason)
    if capability is not None and capability[0] != REPLY:
        return Outcome("recorded", "return-path")
    if opened.triage.kind == "automatic":
        return Outcome("recorded", "automatic", detail=opened.triage.reason)
    if not is_vouched:
        if not message.has_exactly_one_sender:
            return Outcome("held", "several-senders")
        if is_ours(opened.sender):
            return Outcome("recorded", "own-address")
        if not Allowance.take("letter", opened.sender, most=LETTERS_A_DAY, within=timedelta(days=1)):
            return Outcome("held", "too-many")
    if capability is not None:
        return _read_reply(opened, capability[1], as_member, is_vouched=is_vouched)
    return _read_address(opened, as_member)


def _read_reply(opened: Opened, secret: str, as_member: Member | None, *, is_vouched: bool) -> Outcome:
    """A letter to a reply address: its token says to whom we wrote and about what."""
    row = ReplyAddress.find(secret)
    if row is None:
        # A member who mistyped is told; a stranger is not.
        return Outcome("refused" if member_of(opened.sender) else "held", "unknown-token")
    owner = row.mailbox.member
    if not is_vouched:
        if row.is_revoked:
            return Outcome("held", "revoked-token")
        if not _may_answer_for(opened.sender, row.mailbox):
            notices.ask_owner(row.mailbox, opened.letter)
            return Outcome("held", "other-sender")
    if owner is not None and not owner.is_active:
        return Outcome("held", "suspended")
    if row.mailbox.bounce_score:
        row.mailbox.clear_bounces()
    if opened.command == "stop":
        stopping.stop(row.mailbox)
        return Outcome("command", "stop")
    try:
        wanted = purpose(row.purpose)
    except UnknownPurpose:
        return Outcome("held", "unknown-purpose")
    return wanted.receive(_reply(opened, row, as_member or owner))


def _reply(opened: Opened, row: ReplyAddress, member: Member | None) -> Reply:
    return Reply(
        member=member,
        mailbox=row.mailbox,
        about=row.about,
        text=opened.text,
        elided=opened.trimmed.elided,
        command=opened.command,
        subject=opened.message.subject,
        letter=opened.letter.key,
        enclosures=enclosures(opened.message),
    )


def _read_address(opened: Opened, as_member: Member | None) -> Outcome:
    """A letter to an address that a person can write down: a circle's, or the host's."""
    local = opened.letter.recipient.rpartition("@")[0].lower()
    circle = Circle.objects.filter(slug=local).first()
    if circle is None:
        return Outcome("held", "for-the-host" if local in _HOST_BOXES else "no-such-address")
    member = as_member or member_of(opened.sender)
    if member is None:
        return Outcome("held", "unknown-sender")
    if not member.is_active:
        return Outcome("held", "suspended")
    if opened.command is not None and as_member is None:
        # From alone proves nothing: what changes someone's letters needs the secret address of one of theirs.
        return Outcome("refused", "command-needs-letter")
    if not circle.has_member(member):
        raise NotInCircle
    parent = _answered(opened.message, circle)
    return _answer(opened, member, parent) if parent else _ask(opened, member, circle)


def _ask(opened: Opened, member: Member, circle: Circle) -> Outcome:
    if not opened.text.strip():
        raise EmptyText
    title = _REPLY_PREFIX.sub("", opened.message.subject).strip()
    draft = publishing.start_question(
        member, circle, title, opened.text, elided=opened.trimmed.elided, via=Post.Via.MAIL
    )
    return thread_letters.publish(draft, enclosures(opened.message))


def _answer(opened: Opened, member: Member, parent: Post) -> Outcome:
    """A reply that its author's program sent to the circle instead of the reply address."""
    if not parent.thread.is_open:
        raise ThreadClosed
    if not opened.text.strip():
        raise EmptyText
    draft = publishing.start_answer(member, parent, opened.text, elided=opened.trimmed.elided, via=Post.Via.MAIL)
    return thread_letters.publish(draft, enclosures(opened.message))


def _answered(message: Message, circle: Circle) -> Post | None:
    """The post of this circle that In-Reply-To names by our own Message-ID."""
    for each in message.in_reply_to:
        found = _OUR_POST.fullmatch(each.strip("<> ").lower())
        if found and found[2] == settings.INSTANCE.mail_domain.lower():
            return Post.objects.select_related("thread__circle").filter(key=found[1], thread__circle=circle).first()
    return None


def member_of(address: str) -> Member | None:
    """Whose proved address it is, or None."""
    mailbox = Mailbox.objects.of_address(address).verified().select_related("member").first() if address else None
    return mailbox.member if mailbox else None


def _may_answer_for(sender: str, mailbox: Mailbox) -> bool:
    """From is one of the member's verified addresses (or, without a member, the very address we wrote to)."""
    if mailbox.member is None:
        return sender == mailbox.address
    return mailbox.member.mailboxes.verified().filter(address=sender).exists()


def _note_bounce(opened: Opened, capability: tuple[str, str] | None) -> None:
    """Count a bounce against the mailbox that our return path names; what the bounce says of itself decides nothing."""
    row = ReplyAddress.find(capability[1]) if capability else None
    if row is not None and row.purpose == "bounce" and not row.is_revoked:
        row.mailbox.note_bounce(is_permanent=any(each.is_permanent for each in opened.triage.bounces))


def _tell(opened: Opened, outcome: Outcome, author: Member | None) -> None:
    """Answer a refusal, and what could not be published of a letter, to the member's registered address alone.

    Who is invited, and answered from the very address that we wrote to, is told there.
    """
    if outcome.state != "refused" and not (outcome.state == "published" and outcome.detail):
        return
    if author is not None:
        if author.is_active:
            notices.tell(author, opened.letter, outcome.reason)
        return
    capability = token_in(opened.letter.recipient)
    row = ReplyAddress.find(capability[1]) if capability else None
    if row is not None and row.mailbox.member is None and row.mailbox.refused_on is None:
        notices.tell_at(row.mailbox, opened.letter, outcome.reason)
