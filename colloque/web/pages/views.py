"""Pages for everybody, and the logo."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from .picture import UnreadableLogo, logo_file
from .texts import rendered

TITLES = {
    "about": _("À propos"),
    "legal": _("Mentions légales"),
    "terms": _("Conditions d’usage"),
    "privacy": _("Données personnelles"),
}


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One of the texts: the host's own where the settings name a file, else the one that ships."""
    context = {"title": TITLES[name], "text": rendered(name, get_language() or "fr")}
    return render(request, "web/pages/page.html", context)


@require_safe
@cache_control(public=True, max_age=3600)
def logo(request: HttpRequest) -> HttpResponse:
    """The instance's logo. An SVG is a document that may carry scripts: it is served so that none runs."""
    try:
        picture = logo_file()
    except UnreadableLogo as error:
        raise Http404 from error
    response = HttpResponse(picture.data, content_type=picture.content_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    return response
