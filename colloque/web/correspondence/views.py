"""« stop » in one click, as mail programs press it (RFC 8058)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from colloque.correspondence import stopping
from colloque.correspondence.models import ReplyAddress

PURPOSE = "stop"


@csrf_exempt  # the mail provider has no cookie of ours; the token is the right (RFC 8058 §3.2)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, secret: str) -> HttpResponse:
    """POST stops every letter to that mailbox's reader; GET shows a button and changes nothing."""
    found = ReplyAddress.find(secret)
    if found is None or found.purpose != PURPOSE or found.is_revoked:
        raise Http404
    if request.method == "POST":
        stopping.stop(found.mailbox)
    reader = found.mailbox.member
    with translation.override(reader.language if reader else translation.get_language()):
        return render(
            request,
            "web/correspondence/stop.html",
            {"is_done": request.method == "POST", "has_account": reader is not None},
        )
