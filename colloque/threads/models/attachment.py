"""Pictures: re-encoded before anyone sees them, served only to whoever may read their thread."""

from __future__ import annotations

from functools import partial
from typing import Self

from django.db import models, transaction

from colloque.keys import public_key
from colloque.people.models import Member

from .draft import Draft
from .post import Post
from .thread import Thread


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def readable_by(self, member: Member | None) -> Self:
        """Pictures of published posts in threads that `member` may read."""
        threads = Thread.objects.readable_by(member)
        return self.filter(post__thread__in=threads, post__state=Post.State.PUBLISHED)


def _path(attachment: Attachment, _filename: str) -> str:
    # The name that the author's machine gave may identify a patient: it is never used.
    return f"pictures/{attachment.key[:2]}/{attachment.key}.{attachment.extension}"


class Attachment(models.Model):
    """One picture of a post, or of a draft until that is published."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="attachments")
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="attachments")
    file = models.FileField(upload_to=_path)
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    description = models.CharField(max_length=300, blank=True)

    objects = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.description or self.key

    @property
    def extension(self) -> str:
        return "png" if self.content_type == "image/png" else "jpg"

    def erase(self) -> None:
        """Remove the picture. Its file goes once that is sure: a rollback must not leave a row without its bytes."""
        transaction.on_commit(partial(self.file.storage.delete, str(self.file.name)))
        self.delete()

    @property
    def path(self) -> str:
        return f"/a/{self.key}"
