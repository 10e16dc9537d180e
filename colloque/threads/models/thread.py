"""A thread: one question and what became of it, under a permanent address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from colloque.circles.models import Circle, Membership
from colloque.keys import public_key
from colloque.people.models import Member

from .transition import HasState

if TYPE_CHECKING:
    from .post import PostQuerySet

TITLE_LENGTH = 200


class ThreadQuerySet(models.QuerySet["Thread"]):
    def readable_by(self, member: Member | None) -> Self:
        """The threads that `member` may read: the one place where that is decided (law of the product).

        Members of the circle read what is published in it; an `Access` lets one member read one thread. Visitors
        without an account read nothing yet.
        """
        if member is None or not member.is_active:
            return self.none()
        circles = Membership.objects.current().filter(member=member).values("circle")
        granted = member.thread_accesses.values("thread")
        return self.filter(Q(circle__in=circles) | Q(pk__in=granted), state__in=Thread.READABLE)

    def open(self) -> Self:
        return self.filter(state=Thread.State.PUBLISHED)


class Thread(HasState):
    """What was asked, where, and its state. Its first post (position 0) is the question."""

    class Kind(models.TextChoices):
        QUESTION = "question", "question"
        CASE = "case", "cas"
        ARTICLE = "article", "article"
        CALL = "call", "question ouverte"

    class State(models.TextChoices):
        DRAFT = "draft", "brouillon"
        PUBLISHED = "published", "ouvert"
        CLOSED = "closed", "clos"
        WITHDRAWN = "withdrawn", "retiré"
        HIDDEN = "hidden", "masqué"

    # A withdrawn or hidden thread still shows that it existed, and why (law 6).
    READABLE = (State.PUBLISHED, State.CLOSED, State.WITHDRAWN, State.HIDDEN)

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="threads")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.QUESTION)
    title = models.CharField(max_length=TITLE_LENGTH)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    opened_on = models.DateField(null=True)
    last_activity_on = models.DateField(null=True)
    next_position = models.PositiveIntegerField(default=0)
    answer_count = models.PositiveIntegerField(default=0)  # published posts beside the first
    version = models.PositiveIntegerField(default=0)  # raised by every change a reader can see

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["circle", "-last_activity_on", "-id"], name="thread_of_circle")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def path(self) -> str:
        return f"/f/{self.key}"

    def words(self) -> str:
        return self.title

    def take_position(self) -> int:
        """The next position, for a new post. Locks the thread until the transaction ends, its state refreshed."""
        locked = Thread.objects.select_for_update().only("next_position", "state").get(pk=self.pk)
        self.state = locked.state
        Thread.objects.filter(pk=self.pk).update(next_position=locked.next_position + 1)
        return locked.next_position

    def touch(self, **changes: Any) -> None:
        """A reader would see something new: raise the version, with these changes."""
        Thread.objects.filter(pk=self.pk).update(version=models.F("version") + 1, **changes)
        self.refresh_from_db()

    def visible_posts(self, member: Member | None) -> PostQuerySet:
        """The posts of this thread that `member` may read, in order; the only door to posts for every face."""
        from .post import Post

        if member is None:
            return Post.objects.none()
        # One query, right included: every page that shows posts pays for it.
        readable = Thread.objects.readable_by(member).filter(pk=self.pk).values("pk")
        return Post.objects.filter(thread__in=readable).shown().order_by("position")

    def as_record(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "circle": self.circle.key,
            "kind": self.kind,
            "title": self.title,
            "state": self.state,
            "opened_on": self.opened_on.isoformat() if self.opened_on else None,
            "posts": [post.as_record() for post in self.posts.order_by("position")],
        }

    def as_nested_record(self) -> dict[str, Any]:
        """The thread for `colloque thread show`: posts nested under "replies", bylines as words."""
        rows = self.posts.exclude(state="held").select_related("byline").order_by("position")
        nodes: dict[int, dict[str, Any]] = {}
        roots: list[dict[str, Any]] = []
        for post in rows:
            nodes[post.pk] = node = post.as_shown_record()
            above = nodes.get(post.parent_id or 0)
            (above["replies"] if above else roots).append(node)
        return {
            "key": self.key,
            "title": self.title,
            "kind": self.kind,
            "state": self.state,
            "circle": self.circle.slug,
            "posts": roots,
        }
