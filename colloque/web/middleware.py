"""Which language a page is in: the member's, else the visitor's choice, else the browser's, else the instance's."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]
_KNOWN = {code for code, _name in settings.LANGUAGES}


class LanguageMiddleware:
    """The visitor's choice (cookie) or the browser's wish, before anybody is known."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in _KNOWN else _wished(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


class MemberLanguageMiddleware:
    """The member's own language, once they are known."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
        return self.get_response(request)


def _wished(header: str) -> str:
    for part in header.split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in _KNOWN:
            return code
    return str(settings.LANGUAGE_CODE)
