"""Finding a thread or a post for a reader: what one may not read does not exist (404)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.http import Http404

from colloque.circles.models import Circle, Membership
from colloque.people.models import Member
from colloque.threads import authorship
from colloque.threads.models import Attachment, Attention, Post, Thread

from .compiled import Compiled

_THREAD = ("pk", "key", "kind", "title", "state", "opened_on", "last_activity_on", "answer_count", "version")
_CIRCLE = ("pk", "key", "slug", "name", "joining", "allows_clinical_cases", "allows_pictures")


@dataclass(frozen=True)
class Place:
    """A thread, with its circle, and what the reader is to it."""

    thread: Thread
    attention: str  # an Attention.Level, or empty
    role: str  # in the circle, a Membership.Role; empty for whoever reads by an Access
    has_pictures: bool
    voices: dict[int, str]  # primary key and kind of the reader's own bylines there, the latest last


def _place(member: Member, key: str) -> QuerySet[Thread, tuple[object, ...]]:
    attention = Attention.objects.filter(thread=OuterRef("pk"), member=member).values("level")
    role = Membership.objects.current().filter(circle=OuterRef("circle"), member=member).values("role")
    pictures = Attachment.objects.filter(post__thread=OuterRef("pk"), post__state=Post.State.PUBLISHED)
    voices = authorship.voices_of(member).filter(thread=OuterRef("pk"))
    said = voices.values(said=Concat(F("byline_id"), Value(":"), F("byline__kind"), output_field=TextField()))
    return Thread.objects.readable_by(member).filter(key=key).values_list(
        *_THREAD, *(f"circle__{name}" for name in _CIRCLE),
        Subquery(attention), Subquery(role), Exists(pictures), ArraySubquery(said),
    )  # fmt: skip


_PLACE = Compiled(_place, {"member": Member(pk=-7_000_001, is_active=True), "key": "~key~"})


def place_for(member: Member, key: str) -> Place:
    """One query, the right to read included. Raises Http404."""
    rows = _PLACE.rows(member=member, key=key) if member.is_active else []
    if not rows:
        raise Http404
    *fields, attention, role, has_pictures, voices = rows[0]
    circle = Circle(**dict(zip(_CIRCLE, fields[len(_THREAD) :], strict=True)))
    thread = Thread(circle=circle, **dict(zip(_THREAD, fields, strict=False)))
    thread._state.adding = circle._state.adding = False
    pairs = (said.split(":") for said in voices)
    return Place(thread, attention or "", role or "", has_pictures, {int(pk): kind for pk, kind in pairs})


def thread_for(member: Member, key: str) -> Thread:
    """The thread, with its circle. Raises Http404."""
    found = Thread.objects.readable_by(member).select_related("circle").filter(key=key).first()
    if found is None:
        raise Http404
    return found


def post_for(member: Member, key: str) -> Post:
    """The post, with its thread, circle and byline. Raises Http404."""
    thread = Thread.objects.readable_by(member).select_related("circle").filter(posts__key=key).first()
    if thread is None:
        raise Http404
    post = thread.visible_posts(member).select_related("byline", "parent").filter(key=key).first()
    if post is None:
        raise Http404
    post.thread = thread
    return post
