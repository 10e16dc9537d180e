"""What is about to be published: the one thing that both doors, mail and web, bring to the guard."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from colloque.circles.models import Circle
from colloque.keys import public_key
from colloque.people.models import Member

from .byline import Byline
from .post import Post
from .thread import TITLE_LENGTH, Thread


class Draft(models.Model):
    """A text with its place and its author, not yet published. Erased when it is, or after the retention."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    author = models.ForeignKey(Member, models.CASCADE, related_name="drafts")
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="+")  # None: a new question
    parent = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    source = models.TextField()
    elided = models.TextField(blank=True)
    byline_kind = models.CharField(max_length=7, choices=Byline.Kind.choices, default=Byline.Kind.NAME)
    via = models.CharField(max_length=4, choices=Post.Via.choices)
    started_on = models.DateField(default=timezone.localdate)

    def __str__(self) -> str:
        return self.title or self.source[:40]

    def discard(self) -> None:
        """Erase it, its pictures included."""
        for picture in self.attachments.all():
            picture.erase()
        self.delete()
