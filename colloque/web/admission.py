"""Who may open a page: the one decorator of every page that is for members."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from colloque.people.models import Member

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request of somebody who has come in."""

    user: Member


def members_only(
    view: Callable[Concatenate[MemberRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Visitors are asked to come in; what they had written when their login ended is shown to them again."""

    def admitted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return render(request, "web/errors/expired.html", {"written": written_in(request)}, status=403)
            return redirect_to_login(request.get_full_path())
        response = view(cast(MemberRequest, request), *args, **kwargs)
        if not response.has_header("Cache-Control"):
            # Not `no-store`: the browser's « back » must find what was typed.
            patch_cache_control(response, private=True, no_cache=True)
        return response

    update_wrapper(admitted, view)
    return admitted


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser itself says that a form stood on a page of ours."""
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()


def written_in(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of each field of a form that was sent, so that nothing typed is lost."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
        if isinstance(value, str)
    ]
