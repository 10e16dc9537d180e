"""When a page cannot be given: what happened, and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page whether a thing is absent or not for this reader."""
    return render(request, "web/errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = str(exception) or _("Cette page n’est pas pour vous, ou plus.")
    return render(request, "web/errors/403.html", {"sentence": sentence}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "web/errors/400.html", status=400)


def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "web/errors/429.html", status=429)


def broken(request: HttpRequest) -> HttpResponse:
    """Nothing here may touch the database or the session: they may be what broke."""
    return HttpResponse(render_to_string("web/errors/500.html"), status=500)
