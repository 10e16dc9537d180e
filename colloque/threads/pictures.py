"""Attaching pictures to a draft: re-encoded, and only where the circle allows them."""

from __future__ import annotations

from django.core.files.base import ContentFile

from colloque.secrecy.images import UnreadableImage, clean

from .models import Attachment, Draft
from .refusals import PicturesNotAllowed, TooManyPictures, UnreadablePicture

MOST_PICTURES = 8


def attach(draft: Draft, data: bytes, description: str = "") -> Attachment:
    """Keep a clean copy of a picture with a draft. Raises PicturesNotAllowed, TooManyPictures, UnreadablePicture."""
    if not draft.circle.allows_pictures:
        raise PicturesNotAllowed
    if draft.attachments.count() >= MOST_PICTURES:
        raise TooManyPictures
    try:
        image = clean(data)
    except UnreadableImage as error:
        raise UnreadablePicture from error
    row = Attachment(
        draft=draft,
        content_type=image.content_type,
        width=image.width,
        height=image.height,
        description=description.strip()[:300],
    )
    row.file.save("picture", ContentFile(image.data), save=False)
    row.save()
    return row
