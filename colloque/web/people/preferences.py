"""What a member grants and prefers."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from colloque.correspondence import stopping
from colloque.correspondence.release import reconsider
from colloque.people.models import Member
from colloque.threads import authorship
from colloque.web.admission import MemberRequest, members_only
from colloque.web.threads.seals import seals

from .forms import PreferencesForm
from .granting import granted

_A_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def me(request: MemberRequest) -> HttpResponse:
    # Its own copy: a form that does not validate must not change what the page says of the member.
    member = Member.objects.get(pk=request.user.pk)
    form = PreferencesForm(request.POST if request.method == "POST" else None, instance=member)
    if form.is_bound and form.is_valid():
        form.save()
        reconsider(member)
        with translation.override(member.language):
            messages.success(request, _("C’est noté."))
        return redirect("me")
    standing = authorship.standing_of(request.user)
    seal, css = seals(translation.get_language() or "")[standing, request.user.gender]
    context = {"form": form, "member": request.user, "granted": granted(request.user), "seal": seal, "seal_css": css}
    return render(request, "web/people/me.html", context, status=422 if form.errors else 200)


@require_POST
@members_only
def stop_letters(request: MemberRequest) -> HttpResponse:
    mailbox = request.user.primary_mailbox or request.user.mailboxes.verified().first()
    if mailbox is not None:
        stopping.stop(mailbox)
    messages.success(request, _("Plus aucune lettre ne vous sera envoyée, hors les codes pour entrer."))
    return redirect("me")


@require_POST
@members_only
def resume_letters(request: MemberRequest) -> HttpResponse:
    stopping.resume(request.user)
    messages.success(request, _("Les lettres reviendront, dans le temps que vous accordez."))
    return redirect("me")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the pages: a member's for good, a visitor's for this browser."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = redirect(back)
    if wanted in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            Member.objects.filter(pk=request.user.pk).update(language=wanted)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=_A_YEAR,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response
