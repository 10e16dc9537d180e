"""What happens to held letters: released under a member's signature, or refused with a reason."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from colloque.correspondence import purposes
from colloque.correspondence.models import Envelope, ReplyAddress
from colloque.correspondence.models.reply_address import REPLY, token_in
from colloque.correspondence.purposes import Composition, Outcome, Purpose, Reply
from colloque.people.models import Mailbox, Member

from . import notices, reasons
from .commands import fold_words, without_signature
from .models import Letter
from .opening import Opened, open_letter
from .reading import member_of, settle

_YES = frozenset({"oui", "yes", "ok", "oui c est moi", "c est moi", "yes it s me", "oui c est bien moi"})
_NO = frozenset({"non", "no", "non ce n est pas moi", "ce n est pas moi"})


@dataclass(frozen=True)
class LetterView:
    """What the host's desk shows of a letter: never what was published."""

    subject: str
    from_address: str
    from_name: str
    recipient: str
    day: datetime.date | None
    text: str
    elided: str
    reason_sentence: str
    suggested: Member | None


class NotHeld(ValueError):
    """Only a held or refused letter whose bytes are still there can be released."""


def view(letter: Letter) -> LetterView:
    """A held or refused letter as the host sees it. Raises NotHeld once its bytes are erased."""
    if letter.is_erased:
        raise NotHeld("This letter's words are erased.")
    opened = open_letter(letter)
    sender = opened.message.sender
    return LetterView(
        subject=opened.message.subject,
        from_address=sender.address if sender else ", ".join(each.address for each in opened.message.senders),
        from_name=sender.name if sender else "",
        recipient=letter.recipient,
        day=letter.received_at.date() if letter.received_at else letter.settled_on,
        text=opened.trimmed.text,
        elided=opened.trimmed.elided,
        reason_sentence=letter.detail
        if letter.outcome == Letter.Outcome.REFUSED and letter.detail
        else reasons.sentence(letter.reason),
        suggested=_suggested(letter, opened),
    )


def _suggested(letter: Letter, opened: Opened) -> Member | None:
    """The owner of the reply address, else the member whose verified address From names."""
    capability = token_in(letter.recipient)
    row = ReplyAddress.find(capability[1]) if capability and capability[0] == REPLY else None
    if row is not None and row.mailbox.member is not None:
        return row.mailbox.member
    return member_of(opened.sender)


@transaction.atomic
def release(letter: Letter, as_member: Member, by: Member) -> Letter:
    """Read a held or refused letter again as this member's, on the host's word. What still refuses it is recorded.

    Raises NotHeld.
    """
    return _read_again(letter, as_member)


@transaction.atomic
def confirm(letter: Letter, owner: Member | None) -> Letter:
    """The owner of the reply address, who may be invited and no member yet, says that it is theirs. Raises NotHeld."""
    return _read_again(letter, owner)


def _read_again(letter: Letter, as_member: Member | None) -> Letter:
    current = Letter.objects.select_for_update().get(pk=letter.pk)
    if current.outcome not in {Letter.Outcome.HELD, Letter.Outcome.REFUSED} or current.is_erased:
        raise NotHeld("This letter is not held, or its words are erased.")
    settle(current, open_letter(current), as_member, is_vouched=True)
    letter.refresh_from_db()
    return letter


@transaction.atomic
def refuse(letter: Letter, reason: str, by: Member) -> None:
    """The host does not publish a held letter, and its author, where a member, is told why.

    The words go with the retention. Nothing happens to a letter that somebody else settled meanwhile.
    """
    current = Letter.objects.select_for_update().get(pk=letter.pk)
    if current.outcome == Letter.Outcome.HELD:
        current.settle(Letter.Outcome.REFUSED, "refused-by-host", detail=reason)
        author = member_of(open_letter(current).sender)
        if author is not None and author.is_active:
            notices.tell(author, current, "refused-by-host")
    letter.refresh_from_db()


def deny(letter: Letter, mailbox: Mailbox) -> None:
    """The owner does not know this letter: refused, and every reply address given so far stops working."""
    letter.settle(Letter.Outcome.REFUSED, "denied-sender")
    boxes = mailbox.member.mailboxes.all() if mailbox.member else [mailbox]
    for each in boxes:
        each.revoke_reply_addresses()


class OwnerQuestion(Purpose):
    """« Is it you? »: a letter came to your reply address from another mailbox."""

    name = notices.OWNER_QUESTION

    def compose(self, envelope: Envelope) -> Composition | None:
        letter = notices.letter_of(envelope.about)
        if letter is None or letter.is_erased or letter.outcome != Letter.Outcome.HELD:
            return None
        opened = open_letter(letter)
        return Composition(
            subject=_("Est-ce vous qui avez écrit ?"),
            lead=_(
                "Une réponse à l’une de nos lettres est venue de %(address)s, qui n’est pas votre adresse chez nous. "
                "Elle est retenue."
            )
            % {"address": opened.sender or _("une adresse illisible")},
            body=opened.beginning,
            how=_(
                "Répondez « oui » et elle sera publiée sous votre signature ; « non » et elle sera effacée, et vos "
                "adresses de réponse changeront. Sans réponse, rien n’est publié."
            ),
            why=_("Vous recevez ce mail parce que l’adresse de réponse utilisée vous avait été donnée, à vous seul."),
            link="/me/addresses",
            link_label=_("Ajouter cette adresse à mon compte"),
        )

    @transaction.atomic
    def receive(self, reply: Reply) -> Outcome:
        letter = notices.letter_of(reply.about)
        if letter is None or letter.outcome != Letter.Outcome.HELD:
            return Outcome("refused", "gone")
        answer = fold_words(without_signature(reply.text, (str(reply.member),) if reply.member else ()))
        if answer in _YES:
            confirm(letter, reply.member)
            return Outcome("command", "confirmed-sender", thread=letter.thread, post=letter.post)
        if answer in _NO:
            deny(letter, reply.mailbox)
            return Outcome("command", "denied-sender")
        return Outcome("refused", "empty", detail=_("Répondez seulement « oui » ou « non »."))


def register() -> None:
    purposes.register(OwnerQuestion())
