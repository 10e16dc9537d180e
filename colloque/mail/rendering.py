"""From a composition to the bytes of a message (RFC 5322), text and HTML saying the same.

Every header that a list needs is here: Message-ID and References of our own, List-Id (RFC 2919), List-Unsubscribe with
one click (RFC 8058), Auto-Submitted (RFC 3834), a return path that tells who bounced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from colloque.correspondence.models import Envelope, ReplyAddress
from colloque.correspondence.models.reply_address import reply_address, return_path
from colloque.correspondence.purposes import Composition, MailingList, purpose
from colloque.correspondence.release import place_in_week
from colloque.people.models import Mailbox
from colloque.threads.rendering import render as render_markdown

from .trimming import MARKER_ID


@dataclass(frozen=True)
class Rendered:
    """A message ready to be handed over: its bytes with CRLF, from whom and to whom on the envelope."""

    content: bytes
    return_path: str
    recipient: str


@dataclass(frozen=True)
class _Parts:
    """What the two templates are given."""

    said: Composition
    body_html: str
    url: str
    footer: list[str]


def render(envelope: Envelope) -> Rendered | None:
    """The message of an envelope, in its reader's language; None when it has lost its object."""
    mailbox = envelope.mailbox
    with translation.override(_language_of(mailbox)):
        said = purpose(envelope.purpose).compose(envelope)
        if said is None:
            return None
        message = _message(envelope, said, _parts(envelope, said))
        _list_headers(message, said.mailing_list)
        _stop_headers(message, envelope)
        return Rendered(message.as_bytes(policy=SMTP), return_path(mailbox), mailbox.address)


def sent_text(mailbox: Mailbox, purpose_name: str, about: str) -> str:
    """The text part that a mailbox was sent, composed again: what a reply may quote. Empty where it cannot be."""
    rows = Envelope.objects.select_related("mailbox__member")
    envelope = rows.filter(mailbox=mailbox, purpose=purpose_name, about=about).first()
    if envelope is None:
        return ""
    with translation.override(_language_of(mailbox)):
        said = purpose(purpose_name).compose(envelope)
        return _text(said, _parts(envelope, said)) if said else ""


def _language_of(mailbox: Mailbox) -> str:
    return mailbox.member.language if mailbox.member else str(settings.LANGUAGE_CODE)


def _parts(envelope: Envelope, said: Composition) -> _Parts:
    return _Parts(
        said=said,
        body_html=said.body_html or (render_markdown(said.body) if said.body else ""),
        url=f"{settings.INSTANCE.url}{said.link}" if said.link else "",
        footer=_footer(envelope, said),
    )


def _text(said: Composition, parts: _Parts) -> str:
    return render_to_string("mail/letter.txt", {"parts": parts, "said": said}).strip() + "\n"


def _message(envelope: Envelope, said: Composition, parts: _Parts) -> EmailMessage:
    domain = settings.INSTANCE.mail_domain
    message = EmailMessage(policy=SMTP)
    address = (
        reply_address(envelope.mailbox, envelope.purpose, envelope.about) if said.takes_reply else f"colloque@{domain}"
    )
    message["From"] = _from(said, address)
    message["To"] = envelope.mailbox.address
    message["Subject"] = _one_line(said.subject)[:250]
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = f"<{said.message_id or 'e.' + envelope.key}@{domain}>"
    if said.in_reply_to:
        message["In-Reply-To"] = f"<{said.in_reply_to}@{domain}>"
    if said.references:
        message["References"] = " ".join(f"<{each}@{domain}>" for each in said.references)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    context = {"parts": parts, "said": said, "instance": settings.INSTANCE, "marker": MARKER_ID}
    message.set_content(_text(said, parts), cte="quoted-printable")
    message.add_alternative(
        render_to_string("mail/letter.html", context | {"language": translation.get_language()}),
        subtype="html",
        cte="quoted-printable",
    )
    _place_pictures(message, said)
    return message


def _one_line(text: str) -> str:
    """Without line breaks and control characters; no-break spaces stay, French needs them."""
    return re.sub(r"[\x00-\x20\x7f\x85\u2028\u2029]+", " ", text).strip()


def _from(said: Composition, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    instance = settings.INSTANCE.name
    name = f"{said.from_name} ({instance})" if said.from_name else instance
    # What could end the display name or start another header has no business in a name.
    clean = "".join(char for char in name if char.isprintable() and char not in '<>"')
    return Address(display_name=clean, username=local, domain=domain)


def _place_pictures(message: EmailMessage, said: Composition) -> None:
    html = message.get_payload()[-1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    for number, picture in enumerate(said.pictures, start=1):
        maintype, _slash, subtype = picture.content_type.partition("/")
        html.add_related(
            picture.data, maintype, subtype, cid=f"<picture-{number}>", filename=picture.name, disposition="inline"
        )


def _list_headers(message: EmailMessage, circle: MailingList | None) -> None:
    if circle is None:
        return
    domain = settings.INSTANCE.mail_domain
    name = "".join(char for char in circle.name if char.isprintable() and char not in '<>"')
    message["List-Id"] = f"{name} <{circle.slug}.{domain}>"
    message["List-Post"] = f"<mailto:{circle.slug}@{domain}>" if circle.accepts_posts else "NO"
    message["List-Archive"] = f"<{settings.INSTANCE.url}/c/{circle.slug}>"
    message["Precedence"] = "list"


def _stop_headers(message: EmailMessage, envelope: Envelope) -> None:
    """RFC 2369 and RFC 8058, on every letter that « stop » stops."""
    from colloque.correspondence.stopping import SECURITY

    if envelope.purpose in SECURITY:
        return
    stop = ReplyAddress.give(envelope.mailbox, "stop")
    mailto = reply_address(envelope.mailbox, envelope.purpose, envelope.about)
    message["List-Unsubscribe"] = f"<{settings.INSTANCE.url}/letters/stop/{stop}>, <mailto:{mailto}?subject=stop>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _footer(envelope: Envelope, said: Composition) -> list[str]:
    lines = []
    if said.is_clinical:
        lines.append(
            _(
                "Aucun patient ne doit pouvoir être reconnu. Ce texte n’a pas été examiné : "
                "chacun répond de ce qu’il écrit."
            )
        )
    lines.append(said.why)
    if envelope.is_budgeted and envelope.mailbox.member is not None:
        lines.append(_week(envelope))
    if said.mailing_list is not None and said.takes_reply and envelope.mailbox.member is not None:
        lines.append(_("Répondre « silence » arrête ce fil ; « stop » arrête toutes les lettres."))
    return lines


def _week(envelope: Envelope) -> str:
    """« C’est votre 2e lettre en sept jours, sur 5. »"""
    assert envelope.mailbox.member is not None
    number, budget = place_in_week(envelope), envelope.mailbox.member.weekly_budget
    if number <= 1:
        return _("C’est votre 1re lettre en sept jours, sur %(budget)s que vous accordez.") % {"budget": budget}
    return _("C’est votre %(number)se lettre en sept jours, sur %(budget)s que vous accordez.") % {
        "number": number,
        "budget": budget,
    }
