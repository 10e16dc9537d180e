"""Filling an empty demo with its village: everything is published by the road that real letters take."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from colloque.circles.models import Circle, Membership
from colloque.correspondence.models import Dispatch
from colloque.people.models import Allowance, Mailbox, Member, Verification
from colloque.threads import publishing
from colloque.threads.models import Post, Thread

from . import village as village_module
from .models import DemoPerson

# The three persons of the tour take letters at any hour, and enough of them for an afternoon of trying.
_TOUR_BUDGET = 20
_COMMON_ROOM = "salle-commune"
_WITH_PICTURES = {"avis"}


def is_filled() -> bool:
    return DemoPerson.objects.exists()


@transaction.atomic
def fill() -> None:
    """Write the village. One transaction: an interrupted first start begins again from nothing."""
    village = village_module.load()
    today = timezone.localdate()
    members = {each.id: _member(each) for each in village.doctors}
    circles = {each.slug: _circle(each, members) for each in village.circles}
    for spec in village.threads:
        _thread(spec, circles[spec.circle], members, today)
    _forget_the_way_here()
    for spec in village.threads:
        if spec.open_for:
            _put_to_the_circle(spec)


def _member(doctor: village_module.Doctor) -> Member:
    member = Member.objects.create(
        given_name=doctor.given_name,
        family_name=doctor.family_name,
        gender=doctor.gender,
        speciality=doctor.speciality,
        department=doctor.department,
        is_host=doctor.role == "host",
    )
    if doctor.budget is not None:
        member.weekly_budget = doctor.budget
    if doctor.quiet_from is not None:
        member.quiet_from = doctor.quiet_from
    if doctor.quiet_until is not None:
        member.quiet_until = doctor.quiet_until
    if doctor.quiet_days:
        member.quiet_days = list(doctor.quiet_days)
    if doctor.role:
        member.has_quiet_hours = False
        member.weekly_budget = _TOUR_BUDGET
    member.save()
    Mailbox.objects.create(member=member, address=doctor.email, is_primary=True, verified_on=timezone.localdate())
    how = Verification.How.HOST if doctor.stage == "junior" else Verification.How.REGISTER
    Verification.settle(member, how, reason="village of the demo")
    if doctor.role:
        DemoPerson.objects.create(role=doctor.role, member=member)
    return member


def _circle(spec: village_module.CircleSpec, members: dict[str, Member]) -> Circle:
    circle = Circle.objects.create(
        slug=spec.slug,
        name=spec.name,
        description=spec.description,
        kind=spec.kind,
        joining=spec.joining,
        # This village's host said otherwise than the preset, so that a visitor can try both.
        allows_clinical_cases=spec.slug != _COMMON_ROOM,
        allows_pictures=spec.slug in _WITH_PICTURES,
    )
    for each in spec.members:
        role = Membership.Role.HOST if each in spec.hosts else Membership.Role.MEMBER
        Membership.join(circle, members[each], role)
    return circle


def _thread(spec: village_module.ThreadSpec, circle: Circle, members: dict[str, Member], today: date) -> None:
    published: dict[str, Post] = {}
    for each in spec.posts:
        author = members[each.author]
        if each is spec.question:
            draft = publishing.start_question(
                author, circle, spec.title, each.body, via=each.via, byline_kind=each.byline
            )
        else:
            parent = published[each.parent] if each.parent else published[spec.question.id]
            draft = publishing.start_answer(author, parent, each.body, via=each.via, byline_kind=each.byline)
        published[each.id] = publishing.publish(draft, day=today - timedelta(days=each.days_ago))
    last = today - timedelta(days=min(each.days_ago for each in spec.posts))
    thread = Thread.objects.get(pk=published[spec.question.id].thread_id)
    if spec.closed:
        publishing.close(thread, members[spec.author], day=last)


def _forget_the_way_here() -> None:
    """The village wrote all this long ago: no letters about it now, and the limits of a day do not count it."""
    Dispatch.objects.update(expanded_on=timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    Allowance.objects.all().delete()


def _put_to_the_circle(spec: village_module.ThreadSpec) -> None:
    """The question that still waits is really put to its circle, so that the tour begins with a letter."""
    question = Post.objects.get(thread__title=spec.title, position=0)
    Dispatch.objects.filter(about=f"post:{question.key}").delete()
    Dispatch.write("question", f"post:{question.key}")
