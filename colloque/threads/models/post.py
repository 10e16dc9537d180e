"""A post: what somebody wrote, rendered once."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from colloque.keys import public_key, seal, unseal
from colloque.threads.rendering import RENDERER_VERSION, render

from .byline import Byline
from .thread import Thread
from .transition import HasState
from .verdict import Verdict


class PostQuerySet(models.QuerySet["Post"]):
    def published(self) -> Self:
        return self.filter(state=Post.State.PUBLISHED)

    def shown(self) -> Self:
        """What stands in a thread: published text, and the trace of what was withdrawn or hidden."""
        return self.exclude(state=Post.State.HELD)


class Post(HasState):
    """One contribution. Order is `position` within the thread, never a time."""

    class State(models.TextChoices):
        HELD = "held", "retenu"
        PUBLISHED = "published", "publié"
        WITHDRAWN = "withdrawn", "retiré par son auteur"
        HIDDEN = "hidden", "masqué"

    class Via(models.TextChoices):
        MAIL = "mail", "par e-mail"
        WEB = "web", "sur le site"

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="posts")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    position = models.PositiveIntegerField()
    byline = models.ForeignKey(Byline, models.PROTECT, related_name="posts")
    state = models.CharField(max_length=9, choices=State.choices, default=State.HELD)
    source = models.TextField()  # Markdown
    html = models.TextField()  # sanitised
    renderer_version = models.PositiveSmallIntegerField()
    verdict = models.ForeignKey(Verdict, models.PROTECT, null=True, related_name="+")
    via = models.CharField(max_length=4, choices=Via.choices)
    published_on = models.DateField(null=True)
    edited_on = models.DateField(null=True)
    # What was cut from a mail (quotations, footers): its author sees it, readers never do.
    elided = models.BinaryField(null=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "position"], name="post_position"),
            models.CheckConstraint(
                condition=Q(state="held") | Q(verdict__isnull=False), name="post_published_with_verdict"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.byline}: {self.source[:40]}"

    @property
    def is_question(self) -> bool:
        return self.position == 0

    @property
    def path(self) -> str:
        """The permanent address."""
        return f"/p/{self.key}"

    def words(self) -> str:
        return self.source

    def write(self, source: str) -> None:
        """Set the text and render it."""
        self.source = source
        self.html = render(source)
        self.renderer_version = RENDERER_VERSION

    def keep_elided(self, text: str) -> None:
        self.elided = seal(text.encode(), f"post:{self.key}") if text.strip() else None

    @property
    def elided_text(self) -> str:
        """What was cut, for its author alone. Raises colloque.keys.UnreadableSeal."""
        return unseal(bytes(self.elided), f"post:{self.key}").decode() if self.elided else ""

    def as_record(self) -> dict[str, Any]:
        is_text_kept = self.state == self.State.PUBLISHED
        return {
            "key": self.key,
            "parent": self.parent.key if self.parent else None,
            "position": self.position,
            "byline": self.byline.as_record(),
            "state": self.state,
            "text": self.source if is_text_kept else "",
            "day": self.published_on.isoformat() if self.published_on else None,
            "edited_on": self.edited_on.isoformat() if self.edited_on else None,
            "via": self.via,
        }

    def as_shown_record(self) -> dict[str, Any]:
        """The post as a reader sees it, with room for its replies."""
        return {
            "key": self.key,
            "byline": self.byline.text,
            "standing": self.byline.standing,
            "day": self.published_on.isoformat() if self.published_on else None,
            "state": self.state,
            "text": self.source if self.state == self.State.PUBLISHED else "",
            "replies": [],
        }
