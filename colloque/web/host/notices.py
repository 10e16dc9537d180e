"""Notices: written by any reader of a post, read and settled by hosts."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colloque.moderation import settling
from colloque.moderation.models import Notice
from colloque.moderation.refusals import Forbidden
from colloque.threads.models import Post
from colloque.web.admission import MemberRequest, members_only

from .access import host_only
from .lists import page_of
from .member_forms import ReasonForm


class NoticeForm(forms.Form):
    """Which rule a post breaks, and in which way."""

    rule = forms.ChoiceField(
        label=gettext_lazy("Ce qui ne va pas"),
        choices=Notice.Rule.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Dites ce qui ne va pas.")},
    )
    words = forms.CharField(
        label=gettext_lazy("En quelques mots, si c’est utile"),
        help_text=gettext_lazy("Seuls les hôtes lisent ceci. Ne répétez pas ce qui identifierait un patient."),
        required=False,
        max_length=settling.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: MemberRequest, key: str) -> HttpResponse:
    """« signaler » : a reader tells the hosts of a post."""
    post = _readable_post(request, key)
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settling.report(post, request.user, form.cleaned_data["rule"], form.cleaned_data["words"])
        except Forbidden as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Les hôtes sont prévenus. Leur décision vous sera écrite."))
            return redirect(post.path)
    context = {"post": post, "form": form, "contact": settings.INSTANCE.contact}
    return render(request, "web/host/notice_new.html", context, status=422 if form.errors else 200)


def _readable_post(request: MemberRequest, key: str) -> Post:
    post = get_object_or_404(Post.objects.select_related("thread__circle"), key=key)
    shown = post.thread.visible_posts(request.user).select_related("byline", "thread")
    found = shown.filter(pk=post.pk, state=Post.State.PUBLISHED).first()
    if found is None:
        raise Http404
    return found


@host_only
@require_safe
def notices(request: MemberRequest) -> HttpResponse:
    """Those that wait first, the oldest of them on top; then the settled ones, the newest on top."""
    waits = Case(When(state=Notice.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    oldest = Case(When(state=Notice.State.OPEN, then="pk"), default=Value(0), output_field=IntegerField())
    rows = Notice.objects.select_related("post__thread__circle", "post__byline", "settled_by")
    return render(request, "web/host/notices.html", {"page": page_of(request, rows.order_by(waits, oldest, "-pk"))})


@host_only
@require_safe
def host_notice(request: MemberRequest, key: str) -> HttpResponse:
    return _page(request, _notice(key), ReasonForm())


@host_only
@require_POST
def hide(request: MemberRequest, key: str) -> HttpResponse:
    """The post is hidden, with the rule and the reason in its place."""
    return _settle(request, _notice(key), settling.hide, _("Le message est masqué ; son auteur le sait."))


@host_only
@require_POST
def leave(request: MemberRequest, key: str) -> HttpResponse:
    """The post stays."""
    return _settle(request, _notice(key), settling.leave, _("C’est réglé ; qui l’a signalé le sait."))


def _settle(request: MemberRequest, row: Notice, verb: settling.Verb, sentence: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            verb(row, request.user, form.cleaned_data["reason"])
        except Forbidden as refusal:
            form.add_error(None, refusal.sentence)
    if form.errors:
        return _page(request, _notice(row.key), form, status=422)
    messages.success(request, sentence)
    return redirect("host-notices")


def _notice(key: str) -> Notice:
    rows = Notice.objects.select_related("post__thread__circle", "post__byline", "settled_by")
    return get_object_or_404(rows, key=key)


def _page(request: MemberRequest, row: Notice, form: ReasonForm, status: int = 200) -> HttpResponse:
    """The notice and, while the host may read it, its post between those that stand around it."""
    host = request.user
    shown = row.thread.visible_posts(host).select_related("byline")
    around = [each for each in (row.post.parent_id, row.post_id) if each]
    posts = list(shown.filter(pk__in=around)) + list(shown.filter(parent=row.post)[:20])
    context = {
        "notice": row,
        "posts": posts,
        "form": form,
        "may_settle": row.is_open and settling.may_settle(row, host),
    }
    return render(request, "web/host/notice.html", context, status=status)
