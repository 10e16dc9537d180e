"""The demo's mailboxes in the browser: what a doctor sees at home, and a way to answer from there."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import parseaddr

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from colloque.circles.models import Circle

from . import composing
from .models import DemoPerson, SentMail

_SHOWN = 60


@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """The three persons' mailboxes; one at a time, newest first."""
    persons = list(DemoPerson.objects.select_related("member").order_by("pk"))
    mine = next((each for each in persons if each.member == request.user), persons[0])
    chosen = next((each for each in persons if each.role == request.GET.get("of")), mine)
    return render(
        request,
        "demo/mailbox.html",
        {
            "persons": persons,
            "chosen": chosen,
            "address": _address(chosen),
            "mails": [
                _line(each) for each in SentMail.objects.filter(recipient=_address(chosen)).order_by("-pk")[:_SHOWN]
            ],
            "others": SentMail.objects.exclude(recipient__in=[_address(each) for each in persons]).count(),
            "circles": Circle.objects.of_member(chosen.member).order_by("name"),
        },
    )


@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
@require_GET
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: its head, its text, its HTML in a frame of its own, and a box to answer in."""
    found = get_object_or_404(SentMail, key=key)
    message = composing.opened(bytes(found.raw))
    person = next(
        (each for each in DemoPerson.objects.select_related("member") if _address(each) == found.recipient), None
    )
    shown = ["From", "To", "Subject", "Date", "List-Id", "Message-ID", "In-Reply-To", "References", "List-Unsubscribe"]
    return render(
        request,
        "demo/mail.html",
        {
            "mail": found,
            "person": person,
            "subject": message["Subject"],
            "sender": parseaddr(str(message["From"])),
            "headers": [(name, str(message[name])) for name in shown if message[name]],
            "text": composing.text_of(message),
            "takes_reply": "reponse+" in str(message["From"]),
        },
    )


@csp_replace({  # type: ignore[arg-type]
    "default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["'self'"], "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-top-navigation-by-user-activation"], "script-src": None, "connect-src": None,
})  # fmt: skip
@xframe_options_sameorigin
@require_GET
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part alone, as a mail program shows it: its own style, no script, links out of the frame."""
    found = get_object_or_404(SentMail, key=key)
    message = composing.opened(bytes(found.raw))
    html = composing.html_of(message).replace("<head>", '<head><base target="_top">', 1)
    for number, (content_id, _type, _data) in enumerate(composing.pictures_of(message)):
        html = html.replace(f"cid:{content_id}", f"/demo/mailbox/{key}/pictures/{number}")
    return HttpResponse(html)


@require_GET
def picture(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A picture of a mail."""
    pictures = composing.pictures_of(composing.opened(bytes(get_object_or_404(SentMail, key=key).raw)))
    if number >= len(pictures):
        raise Http404
    _content_id, content_type, data = pictures[number]
    return HttpResponse(data, content_type=content_type)


@require_POST
def replies(request: HttpRequest, key: str) -> HttpResponseBase:
    """Answer a mail, as its reader."""
    found = get_object_or_404(SentMail, key=key)
    text = request.POST.get("text", "")
    made = composing.reply_to(composing.opened(bytes(found.raw)), found.recipient, text)
    return _post(request, made, f"/demo/mailbox/{key}")


@require_POST
def letters(request: HttpRequest) -> HttpResponseBase:
    """Write a new mail, as one of the three."""
    person = get_object_or_404(DemoPerson.objects.select_related("member"), role=request.POST.get("of"))
    made = composing.new_mail(
        _address(person), request.POST.get("to", ""), request.POST.get("subject", ""), request.POST.get("text", "")
    )
    return _post(request, made, f"/demo/mailbox?of={person.role}")


def _post(request: HttpRequest, made: EmailMessage, back: str) -> HttpResponseBase:
    """Through the real door: LMTP, as Postfix would bring it."""
    recipient = parseaddr(str(made["To"]))[1]
    try:
        with smtplib.LMTP(settings.INSTANCE.lmtp_host, settings.INSTANCE.lmtp_port) as door:
            door.sendmail(str(made["From"]), [recipient], made.as_bytes())
    except (OSError, smtplib.SMTPException) as error:
        messages.error(request, _("La lettre n’est pas partie : %(error)s") % {"error": error})
    else:
        messages.success(request, _("Lettre remise au bureau de poste. Dans un instant, elle est dans le fil."))
    return redirect(back)


@require_GET
def login_as(request: HttpRequest, key: str) -> HttpResponseBase:
    """One click and one is that person. The demo only."""
    person = get_object_or_404(DemoPerson.objects.select_related("member"), key=key)
    login(request, person.member, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("/")


def _address(person: DemoPerson) -> str:
    box = person.member.primary_mailbox
    return box.address if box else ""


def _line(each: SentMail) -> dict[str, str]:
    message = composing.opened(bytes(each.raw))
    return {
        "key": each.key,
        "subject": str(message["Subject"]),
        "sender": parseaddr(str(message["From"]))[0],
        "first": next((line for line in composing.text_of(message).splitlines() if line.strip()), ""),
    }
