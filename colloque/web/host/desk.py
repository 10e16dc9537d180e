"""The desk: what waits for the host, then the rest. Sentences, no figures to watch."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from colloque.mail.models import Letter
from colloque.moderation.models import Notice
from colloque.web.admission import MemberRequest

from .access import host_only
from .members import members_to_verify


@host_only
@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    return render(
        request,
        "web/host/desk.html",
        {
            "notices": Notice.objects.open().count(),
            "letters": Letter.objects.held().count(),
            "members": members_to_verify().count(),
        },
    )
