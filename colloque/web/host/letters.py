"""Letters that were not published: held for the host to decide, refused, or recorded without effect."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from colloque.correspondence.models.reply_address import token_in
from colloque.mail import reasons, releasing
from colloque.mail.models import Letter
from colloque.people.models import Member
from colloque.web.admission import MemberRequest

from .access import host_only
from .lists import named, page_of, wanted

_LISTED = (Letter.Outcome.HELD, Letter.Outcome.REFUSED, Letter.Outcome.RECORDED)


class ReleaseForm(forms.Form):
    """As whose a letter is published."""

    member = forms.ModelChoiceField(
        Member.objects.filter(is_active=True),
        to_field_name="key",
        error_messages={
            "required": gettext_lazy("Choisissez le membre au nom duquel publier."),
            "invalid_choice": gettext_lazy("Ce membre n’existe pas, ou est suspendu."),
        },
    )


class RefusalForm(forms.Form):
    """Why a letter is not published: its author is told."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi ne pas la publier"),
        help_text=gettext_lazy("Une phrase : si son auteur est membre, elle lui est écrite."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Donnez une raison, en une phrase.")},
    )


@host_only
@require_safe
def letters(request: MemberRequest) -> HttpResponse:
    """Held ones first, then the newest."""
    rank = Case(When(outcome=Letter.Outcome.HELD, then=Value(0)), default=Value(1), output_field=IntegerField())
    readable = Letter.objects.readable_by_host().filter(pk=OuterRef("pk"))
    rows = Letter.objects.filter(outcome__in=_LISTED).defer("raw").order_by(rank, "-pk")
    page = page_of(request, rows.annotate(is_readable=Exists(readable), has_words=Q(raw__isnull=False)))
    shown = [
        {
            "letter": each,
            "reason": reasons.sentence(each.reason),
            "recipient": addressed_to(each.recipient),
            "day": each.received_at or each.settled_on,
        }
        for each in page
    ]
    return render(request, "web/host/letters.html", {"page": page, "letters": shown})


@host_only
@require_safe
def letter(request: MemberRequest, key: str) -> HttpResponse:
    return _page(request, _readable(key), RefusalForm())


@host_only
@require_POST
def release(request: MemberRequest, key: str) -> HttpResponse:
    """Publish a letter as a member's, on the host's word."""
    row = _readable(key)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _page(request, row, RefusalForm(), form, status=422)
    member = form.cleaned_data["member"]
    try:
        row = releasing.release(row, as_member=member, by=request.user)
    except releasing.NotHeld:
        messages.warning(request, _("Cette lettre vient d’être réglée par un autre hôte, ou par son auteur."))
        return redirect("host-letters")
    if row.outcome == Letter.Outcome.PUBLISHED:
        messages.success(request, _("La lettre est publiée au nom de %(member)s.") % {"member": member.name})
        return redirect("host-letters")
    messages.warning(
        request, _("La lettre n’a pas pu être publiée. %(reason)s") % {"reason": reasons.sentence(row.reason)}
    )
    return redirect("host-letter", key=row.key) if not row.is_erased else redirect("host-letters")


@host_only
@require_POST
def refuse(request: MemberRequest, key: str) -> HttpResponse:
    """Do not publish a held letter."""
    row = _readable(key)
    form = RefusalForm(request.POST)
    if row.outcome == Letter.Outcome.HELD and not form.is_valid():
        return _page(request, row, form, status=422)
    if row.outcome != Letter.Outcome.HELD:
        messages.warning(request, _("Cette lettre est déjà refusée."))
    else:
        releasing.refuse(row, form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("La lettre est refusée."))
    return redirect("host-letters")


def addressed_to(recipient: str) -> str:
    """The address in words: a reply address is a capability, and is not shown."""
    return _("une adresse de réponse") if token_in(recipient) else recipient


def _readable(key: str) -> Letter:
    return get_object_or_404(Letter.objects.readable_by_host(), key=key)


def _page(
    request: MemberRequest, row: Letter, refusal: RefusalForm, release: ReleaseForm | None = None, status: int = 200
) -> HttpResponse:
    view = releasing.view(row)
    query = wanted(request)
    found = (
        named(Member.objects.filter(is_active=True), query).order_by("family_name", "given_name")[:20] if query else []
    )
    candidates = [each for each in [view.suggested] if each is not None and each.is_active]
    candidates += [each for each in found if each not in candidates]
    return render(
        request,
        "web/host/letter.html",
        {
            "letter": row,
            "view": view,
            "recipient": addressed_to(view.recipient),
            "is_held": row.outcome == Letter.Outcome.HELD,
            "query": query,
            "candidates": candidates,
            "refusal": refusal,
            "release": release,
        },
        status=status,
    )
