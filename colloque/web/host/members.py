"""Members, those to verify first, and one member: what is known of them, and what a host decides."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Case, CharField, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colloque.moderation import hosting
from colloque.moderation.refusals import Forbidden
from colloque.people.models import Member, Verification
from colloque.web.admission import MemberRequest

from .access import host_only
from .lists import named, page_of, wanted
from .member_forms import NewMemberForm, ReasonForm
from .verifying import VerificationForm, candidates_for


def members_to_verify() -> QuerySet[Member]:
    """Those who may enter and of whom nothing proves yet that they are doctors."""
    proved = Verification.objects.in_force().filter(how__in=Verification.PROOFS, member=OuterRef("pk"))
    return Member.objects.filter(is_active=True).exclude(Exists(proved))


def _with_proof(rows: QuerySet[Member]) -> QuerySet[Member]:
    in_force = Verification.objects.in_force().filter(member=OuterRef("pk"))
    order = Case(
        *[When(how=how, then=Value(rank)) for rank, how in enumerate(Verification.SUREST_FIRST)],
        output_field=IntegerField(),
    )
    return rows.annotate(
        is_proved=Exists(in_force.filter(how__in=Verification.PROOFS)),
        surest=Subquery(in_force.order_by(order, "pk").values("how")[:1], output_field=CharField()),
    )


@host_only
@require_safe
def members(request: MemberRequest) -> HttpResponse:
    query = wanted(request)
    rows = named(_with_proof(Member.objects.all()), query)
    waits = Case(When(is_proved=False, is_active=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    page = page_of(request, rows.order_by(waits, "family_name", "given_name", "pk"))
    labels = dict(Verification.How.choices)
    for each in page:
        each.standing = labels.get(each.surest, _("non vérifié"))
    return render(request, "web/host/members.html", {"page": page, "query": query})


@host_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_member(request: MemberRequest) -> HttpResponse:
    """Add one doctor by hand."""
    form = NewMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = hosting.add_by_hand(form.newcomer, form.cleaned_data["circle"], by=request.user)
        except Forbidden as refusal:
            form.add_error("address", refusal.sentence)
        else:
            messages.success(request, _("%(member)s est membre, et le sait par mail.") % {"member": member.name})
            return redirect("host-member", key=member.key)
    return render(request, "web/host/member_new.html", {"form": form}, status=422 if form.errors else 200)


@host_only
@require_safe
def member(request: MemberRequest, key: str) -> HttpResponse:
    return _page(request, get_object_or_404(Member, key=key))


@host_only
@require_POST
def verify(request: MemberRequest, key: str) -> HttpResponse:
    """Hold a member to be a doctor, on a ground and for a reason that are recorded."""
    row = get_object_or_404(Member, key=key)
    form = VerificationForm(row, request.POST)
    if not form.is_valid() or not form.settle(request.user):
        return _page(request, row, verification=form, status=422)
    messages.success(request, _("C’est noté : %(how)s.") % {"how": form.how_label})
    return redirect("host-member", key=row.key)


@host_only
@require_POST
def end_verification(request: MemberRequest, key: str, how: str) -> HttpResponse:
    """It no longer holds; the ground, its reason and why it ended stay on record."""
    row = get_object_or_404(Member, key=key)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, row, ending=(how, form), status=422)
    day = formats.date_format(timezone.localdate(), "j F Y")
    for each in row.verifications.in_force().filter(how=how):
        each.reason += "\n" + _("Fin le %(day)s, par %(host)s : %(reason)s") % {
            "day": day,
            "host": request.user.name,
            "reason": form.cleaned_data["reason"],
        }
        each.save(update_fields=["reason"])
        each.end()
    messages.success(request, _("Cette vérification ne vaut plus."))
    return redirect("host-member", key=row.key)


@host_only
@require_POST
def suspend(request: MemberRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Member, key=key)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            hosting.suspend(row, by=request.user, reason=form.cleaned_data["reason"])
        except Forbidden as refusal:
            form.add_error(None, refusal.sentence)
    if form.errors:
        return _page(request, row, suspension=form, status=422)
    messages.success(request, _("%(member)s est suspendu et sait pourquoi.") % {"member": row.name})
    return redirect("host-member", key=row.key)


@host_only
@require_POST
def readmit(request: MemberRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Member, key=key)
    hosting.readmit(row, by=request.user)
    messages.success(request, _("%(member)s peut entrer de nouveau.") % {"member": row.name})
    return redirect("host-member", key=row.key)


@host_only
@require_POST
def make_host(request: MemberRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Member, key=key)
    try:
        hosting.make_host(row)
    except Forbidden as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(member)s est hôte.") % {"member": row.name})
    return redirect("host-member", key=row.key)


@host_only
@require_POST
def unmake_host(request: MemberRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Member, key=key)
    try:
        hosting.unmake_host(row)
    except Forbidden as refusal:
        messages.error(request, refusal.sentence)
        return redirect("host-member", key=row.key)
    messages.success(request, _("%(member)s n’est plus hôte.") % {"member": row.name})
    return redirect("host") if row.pk == request.user.pk else redirect("host-member", key=row.key)


def _page(
    request: MemberRequest,
    row: Member,
    *,
    verification: VerificationForm | None = None,
    ending: tuple[str, ReasonForm] | None = None,
    suspension: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    query, candidates = candidates_for(row, wanted(request))
    grounds = list(row.verifications.select_related("settled_by", "practitioner").order_by("pk"))
    context = {
        "member": row,
        "mailboxes": row.mailboxes.order_by("-is_primary", "pk"),
        "circles": row.memberships.current().select_related("circle").order_by("circle__name"),
        "in_force": [each for each in grounds if each.ended_on is None],
        "ended": [each for each in grounds if each.ended_on is not None],
        "query": query,
        "candidates": candidates,
        "verification": verification or VerificationForm(row),
        "ending_how": ending[0] if ending else "",
        "ending": ending[1] if ending else ReasonForm(),
        "suspension": suspension or ReasonForm(),
        "suspended": row.suspensions.in_force().select_related("decided_by").first(),
    }
    return render(request, "web/host/member.html", context, status=status)
