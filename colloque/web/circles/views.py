"""The circles, one circle with its threads, coming in and going out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from colloque.circles.models import Circle, Membership
from colloque.people.models import Member
from colloque.threads.models import Thread
from colloque.web.admission import MemberRequest, members_only

A_PAGE = 20


@require_safe
@members_only
def circles(request: MemberRequest) -> HttpResponse:
    member = request.user
    mine = set(Circle.objects.of_member(member).values_list("pk", flat=True))
    visible = list(Circle.objects.visible_to(member).order_by("name").distinct())
    context = {
        "mine": [each for each in visible if each.pk in mine],
        "others": [each for each in visible if each.pk not in mine],
    }
    return render(request, "web/circles/circles.html", context)


@require_safe
@members_only
def circle(request: MemberRequest, slug: str) -> HttpResponse:
    found = _circle(request.user, slug)
    membership = _membership(found, request.user)
    threads, older = _threads(found, request.user, request.GET.get("after", ""))
    context = {
        "circle": found,
        "membership": membership,
        "threads": threads,
        "older": older,
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "web/circles/circle.html", context)


@require_POST
@members_only
def join(request: MemberRequest, slug: str) -> HttpResponse:
    found = _circle(request.user, slug)
    if found.joining != Circle.Joining.OPEN:
        raise PermissionDenied(_("On entre dans ce cercle sur invitation de ses membres."))
    Membership.join(found, request.user)
    messages.success(
        request, _("Vous êtes du cercle. Ses questions vous viendront par mail, dans le temps que vous accordez.")
    )
    return redirect("circle", slug=slug)


@require_POST
@members_only
def leave(request: MemberRequest, slug: str) -> HttpResponse:
    found = _circle(request.user, slug)
    membership = _membership(found, request.user)
    if membership is not None:
        membership.leave()
    messages.success(request, _("Vous n’êtes plus du cercle. Ce que vous y avez écrit reste."))
    return redirect("circles")


@require_POST
@members_only
def follow(request: MemberRequest, slug: str) -> HttpResponse:
    return _set_following(request, slug, follows=True)


@require_POST
@members_only
def unfollow(request: MemberRequest, slug: str) -> HttpResponse:
    return _set_following(request, slug, follows=False)


def _set_following(request: MemberRequest, slug: str, *, follows: bool) -> HttpResponse:
    found = _circle(request.user, slug)
    found.memberships.current().filter(member=request.user).update(follows=follows)
    said = (
        _("Les questions du cercle vous viendront par mail.")
        if follows
        else _("Les questions du cercle ne vous viendront plus par mail ; elles restent à lire ici.")
    )
    messages.success(request, said)
    return redirect("circle", slug=slug)


def _circle(member: Member, slug: str) -> Circle:
    return get_object_or_404(Circle.objects.visible_to(member).distinct(), slug=slug)


def _membership(found: Circle, member: Member) -> Membership | None:
    return found.memberships.current().filter(member=member).first()


def _threads(found: Circle, member: Member, after: str) -> tuple[list[Thread], str]:
    """A page of threads, newest activity first, and the key after which the older ones begin (empty: none)."""
    rows: QuerySet[Thread] = Thread.objects.readable_by(member).filter(circle=found)
    if after:
        last = get_object_or_404(rows, key=after)
        day = last.last_activity_on
        rows = rows.filter(Q(last_activity_on__lt=day) | Q(last_activity_on=day, pk__lt=last.pk))
    page = list(rows.order_by("-last_activity_on", "-pk")[: A_PAGE + 1])
    return page[:A_PAGE], page[A_PAGE - 1].key if len(page) > A_PAGE else ""
