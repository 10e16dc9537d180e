"""What an author may still do with a post, and who may end a thread."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from colloque.people.models import Member
from colloque.threads import authorship, publishing
from colloque.threads.models import Post
from colloque.threads.refusals import NotYours, Refusal
from colloque.web.admission import MemberRequest, members_only

from .finding import post_for, thread_for
from .forms import CorrectionForm, RemovalForm


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def correct(request: MemberRequest, key: str) -> HttpResponse:
    post = _own_post(request.user, key)
    initial = {"title": post.thread.title, "source": post.source}
    sent = request.POST if request.method == "POST" else None
    form = CorrectionForm(sent, is_question=post.is_question, initial=initial)
    refusal = ""
    if sent is not None and form.is_valid():
        try:
            publishing.correct(post, request.user, form.cleaned_data["source"], title=form.cleaned_data.get("title"))
        except Refusal as refused:
            refusal = refused.sentence
        else:
            messages.success(request, _("C’est corrigé. Les mails déjà partis gardent l’ancien texte."))
            return redirect(f"{post.thread.path}#p-{post.key}")
    context = {"form": form, "post": post, "thread": post.thread, "refusal": refusal}
    return render(request, "web/threads/correction.html", context, status=422 if form.errors or refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def withdraw(request: MemberRequest, key: str) -> HttpResponse:
    post = _own_post(request.user, key)
    sent = request.POST if request.method == "POST" else None
    form = RemovalForm(sent)
    if sent is not None and form.is_valid():
        publishing.withdraw(post, request.user, form.cleaned_data["reason"])
        messages.success(
            request, _("Votre message est retiré, et son texte effacé. Les mails déjà partis ne peuvent pas l’être.")
        )
        return redirect(post.thread.path)
    context = {"form": form, "post": post, "thread": post.thread, "has_answers": post.thread.answer_count > 0}
    return render(request, "web/threads/removal.html", context, status=422 if form.errors else 200)


@require_POST
@members_only
def close(request: MemberRequest, key: str) -> HttpResponse:
    thread = thread_for(request.user, key)
    try:
        publishing.close(thread, request.user)
    except NotYours as refusal:
        raise PermissionDenied(
            _("Seuls l’auteur de la question et l’hôte du cercle peuvent clore un fil ouvert.")
        ) from refusal
    messages.success(request, _("Le fil est clos. Tout reste lisible ; vous pouvez le rouvrir."))
    return redirect(thread.path)


@require_POST
@members_only
def reopen(request: MemberRequest, key: str) -> HttpResponse:
    thread = thread_for(request.user, key)
    try:
        publishing.reopen(thread, request.user)
    except NotYours as refusal:
        raise PermissionDenied(
            _("Seuls l’auteur de la question et l’hôte du cercle peuvent rouvrir un fil clos.")
        ) from refusal
    messages.success(request, _("Le fil est rouvert."))
    return redirect(thread.path)


def _own_post(member: Member, key: str) -> Post:
    """A member's own published post. Raises Http404 for what they may not read, else PermissionDenied."""
    post = post_for(member, key)
    if not authorship.is_author(member, post) or post.state != Post.State.PUBLISHED:
        raise PermissionDenied(NotYours().sentence)
    return post
