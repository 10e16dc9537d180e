"""The first page: for a visitor what this place is, for a member what may wait for them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from colloque.web.days import number_in_words
from colloque.web.people.granting import granted

from .five_minutes import things_for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "web/home/visitor.html")
    things = things_for(request.user)
    context = {"things": things, "waiting": _waiting(len(things)), "granted": granted(request.user)}
    response = render(request, "web/home/home.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _waiting(count: int) -> str:
    if count == 0:
        return _("Rien ne vous attend.")
    if count == 1:
        return _("Une chose vous attend. Après, c’est tout.")
    phrase = _("%(number)s choses vous attendent. Après, c’est tout.") % {"number": number_in_words(count)}
    return phrase[:1].upper() + phrase[1:]
