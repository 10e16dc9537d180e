"""Following a thread, and silence about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from colloque.threads.models import Attention
from colloque.web.admission import MemberRequest, members_only

from .finding import thread_for


@require_POST
@members_only
def follow(request: MemberRequest, key: str) -> HttpResponse:
    thread = thread_for(request.user, key)
    Attention.follow(request.user, thread)
    messages.success(
        request, _("Vous suivez ce fil : ses réponses vous viendront par mail, dans le temps que vous accordez.")
    )
    return redirect(thread.path)


@require_POST
@members_only
def silence(request: MemberRequest, key: str) -> HttpResponse:
    thread = thread_for(request.user, key)
    Attention.mute(request.user, thread)
    messages.success(request, _("Silence sur ce fil : plus aucun mail ne vous en viendra."))
    return redirect(thread.path)


@require_POST
@members_only
def forget(request: MemberRequest, key: str) -> HttpResponse:
    thread = thread_for(request.user, key)
    Attention.forget(request.user, thread)
    messages.success(request, _("C’est noté."))
    return redirect(thread.path)
