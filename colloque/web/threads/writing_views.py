"""Asking and answering."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from colloque.circles.models import Circle
from colloque.threads import authorship
from colloque.threads.models import Draft, Post
from colloque.threads.refusals import Refusal, ThreadClosed
from colloque.web.admission import MemberRequest, members_only

from . import writing
from .finding import post_for
from .forms import QuestionForm, WritingForm

_REFUSED = 422  # the form was understood and is shown again; browsers keep the page


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def ask(request: MemberRequest) -> HttpResponse:
    member = request.user
    circles = list(Circle.objects.of_member(member).order_by("name"))
    if not circles:
        return render(request, "web/threads/ask_nowhere.html")
    draft = writing.draft_for(member, request.GET.get("draft", ""))
    usual = authorship.usual_kind(member)
    if request.method != "POST":
        form = QuestionForm(
            member=member, usual=usual, circles=circles, draft=draft, initial=_first(request, circles, draft)
        )
        return _ask_page(request, form, circles)
    form = QuestionForm(request.POST, request.FILES, member=member, usual=usual, circles=circles, draft=draft)
    if not form.is_valid():
        return _ask_page(request, form, circles, status=_REFUSED)
    try:
        if "keep" in request.POST:
            writing.keep(form, form.cleaned_data["circle"])
            return _kept(request)
        post = writing.send(form, form.cleaned_data["circle"])
    except Refusal as refusal:
        return _ask_page(request, form, circles, status=_REFUSED, refusal=refusal.sentence)
    messages.success(request, _("Votre question est publiée. Les réponses vous viendront par mail."))
    return redirect(post.thread.path)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def answer(request: MemberRequest, key: str) -> HttpResponse:
    member = request.user
    parent = post_for(member, key)
    usual = authorship.usual_kind(member, parent.thread)
    draft = writing.draft_for(member, request.GET.get("draft", ""), parent)
    if request.method != "POST":
        initial = {"source": draft.source} if draft else {}
        form = WritingForm(member=member, usual=usual, draft=draft, initial=initial)
        if not parent.thread.is_open:
            return _answer_page(request, form, parent, status=409, refusal=ThreadClosed().sentence)
        return _answer_page(request, form, parent)
    form = WritingForm(request.POST, request.FILES, member=member, usual=usual, draft=draft)
    if not form.is_valid():
        return _answer_page(request, form, parent, status=_REFUSED)
    try:
        if "keep" in request.POST:
            writing.keep(form, parent.thread.circle, parent)
            return _kept(request)
        post = writing.send(form, parent.thread.circle, parent)
    except Refusal as refusal:
        return _answer_page(request, form, parent, status=_REFUSED, refusal=refusal.sentence)
    messages.success(request, _("Votre réponse est publiée. Merci pour elle."))
    return redirect(f"{parent.thread.path}#p-{post.key}")


@require_POST
@members_only
def discard_draft(request: MemberRequest, key: str) -> HttpResponse:
    draft = get_object_or_404(Draft, author=request.user, key=key)
    draft.discard()
    messages.success(request, _("Le brouillon est effacé."))
    return redirect("home")


def _first(request: MemberRequest, circles: list[Circle], draft: Draft | None) -> dict[str, str]:
    """What the form of a new question shows before anything is typed."""
    if draft is not None:
        return {"circle": draft.circle.slug, "title": draft.title, "source": draft.source}
    wanted = request.GET.get("circle", "")
    known = {each.slug for each in circles}
    return {"circle": wanted if wanted in known else circles[0].slug if len(circles) == 1 else ""}


def _kept(request: MemberRequest) -> HttpResponse:
    days = settings.RETENTION["draft"][0]
    messages.success(request, _("Votre brouillon est gardé %(days)s jours ; il vous attend ici.") % {"days": days})
    return redirect("home")


def _ask_page(
    request: MemberRequest, form: QuestionForm, circles: list[Circle], status: int = 200, refusal: str = ""
) -> HttpResponse:
    with_pictures = [each.name for each in circles if each.allows_pictures]
    without_cases = [each.name for each in circles if not each.allows_clinical_cases]
    context = {
        "form": form,
        "refusal": refusal,
        "with_pictures": with_pictures,
        "without_cases": without_cases,
        "takes_no_case": len(without_cases) == len(circles),
    }
    return render(request, "web/threads/ask.html", context, status=status)


def _answer_page(
    request: MemberRequest, form: WritingForm, parent: Post, status: int = 200, refusal: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "parent": parent,
        "thread": parent.thread,
        "circle": parent.thread.circle,
        "refusal": refusal,
        "allows_pictures": parent.thread.circle.allows_pictures,
    }
    return render(request, "web/threads/answer.html", context, status=status)
