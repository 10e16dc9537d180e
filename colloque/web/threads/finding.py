"""Finding a thread or a post for a reader: what one may not read does not exist (404)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.http import Http404

from colloque.circles.models import Membership
from colloque.people.models import Member
from colloque.threads.models import Attention, Post, Thread


@dataclass(frozen=True)
class Place:
    """A thread, with its circle, and what the reader is to it."""

    thread: Thread
    attention: str  # an Attention.Level, or empty
    is_circle_host: bool


def place_for(member: Member, key: str) -> Place:
    """One query. Raises Http404."""
    attention = Attention.objects.filter(thread=OuterRef("pk"), member=member).values("level")
    role = Membership.objects.current().filter(circle=OuterRef("circle"), member=member).values("role")
    rows = Thread.objects.readable_by(member).filter(key=key).select_related("circle")
    found = rows.annotate(attention=Subquery(attention), role=Subquery(role)).first()
    if found is None:
        raise Http404
    annotated = vars(found)
    return Place(found, annotated["attention"] or "", annotated["role"] == Membership.Role.HOST)


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
