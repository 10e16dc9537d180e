"""From a composition to the bytes of a message (RFC 5322), text and HTML saying the same.

Every header that a list needs is here: Message-ID and References of our own, List-Id (RFC 2919), List-Unsubscribe with
one click (RFC 8058), Auto-Submitted (RFC 3834), a return path that tells who bounced.
"""

from __future__ import annotations

from dataclasses import dataclass
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

from . import fields
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
        head = _fields(envelope, said) + _list_fields(said.mailing_list) + _stop_fields(envelope)
        body = _body(said, _parts(envelope, said))
        return Rendered(fields.lines(head) + body.as_bytes(policy=SMTP), return_path(mailbox), mailbox.address)


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


def _fields(envelope: Envelope, said: Composition) -> list[tuple[str, str]]:
    domain = settings.INSTANCE.mail_domain
    instance = settings.INSTANCE.name
    address = (
        reply_address(envelope.mailbox, envelope.purpose, envelope.about) if said.takes_reply else f"colloque@{domain}"
    )
    head = [
        ("From", fields.address(f"{said.from_name} ({instance})" if said.from_name else instance, address)),
        ("To", fields.recipient(envelope.mailbox.address)),
        ("Subject", fields.text(fields.one_line(said.subject)[:250])),
        ("Date", format_datetime(timezone.now())),
        ("Message-ID", f"<{said.message_id or 'e.' + envelope.key}@{domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if said.in_reply_to:
        head.append(("In-Reply-To", f"<{said.in_reply_to}@{domain}>"))
    if said.references:
        head.append(("References", " ".join(f"<{each}@{domain}>" for each in said.references)))
    return head


def _body(said: Composition, parts: _Parts) -> EmailMessage:
    body = EmailMessage(policy=SMTP)
    body.set_content(_text(said, parts), cte="quoted-printable")
    context = {"parts": parts, "said": said, "marker": MARKER_ID, "language": translation.get_language()}
    body.add_alternative(render_to_string("mail/letter.html", context), subtype="html", cte="quoted-printable")
    _place_pictures(body, said)
    return body


def _place_pictures(body: EmailMessage, said: Composition) -> None:
    html = body.get_payload()[-1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    for number, picture in enumerate(said.pictures, start=1):
        maintype, _slash, subtype = picture.content_type.partition("/")
        html.add_related(
            picture.data, maintype, subtype, cid=f"<picture-{number}>", filename=picture.name, disposition="inline"
        )


def _list_fields(circle: MailingList | None) -> list[tuple[str, str]]:
    if circle is None:
        return []
    domain = settings.INSTANCE.mail_domain
    return [
        ("List-Id", fields.address(circle.name, f"{circle.slug}.{domain}")),
        ("List-Post", f"<mailto:{circle.slug}@{domain}>" if circle.accepts_posts else "NO"),
        ("List-Archive", f"<{settings.INSTANCE.url}/c/{circle.slug}>"),
        ("Precedence", "list"),
    ]


def _stop_fields(envelope: Envelope) -> list[tuple[str, str]]:
    """RFC 2369 and RFC 8058, on every letter that « stop » stops."""
    from colloque.correspondence.stopping import SECURITY

    if envelope.purpose in SECURITY:
        return []
    stop = ReplyAddress.give(envelope.mailbox, "stop")
    mailto = reply_address(envelope.mailbox, envelope.purpose, envelope.about)
    return [
        ("List-Unsubscribe", f"<{settings.INSTANCE.url}/letters/stop/{stop}>, <mailto:{mailto}?subject=stop>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


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
