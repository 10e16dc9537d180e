"""From a form that was sent to a post, once: the same form twice, or at once from two tabs, publishes one post."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from colloque.circles.models import Circle
from colloque.people.models import Member
from colloque.secrecy.images import LARGEST_BYTES
from colloque.threads import pictures, publishing
from colloque.threads.models import Draft, Post
from colloque.threads.refusals import Refusal

from .forms import WritingForm


def send(form: WritingForm, circle: Circle, parent: Post | None = None) -> Post:
    """Publish what a valid form holds. Raises Refusal; the text and its pictures then stay as a draft."""
    with transaction.atomic():
        # Sent twice at once, the second waits here for the first to commit; then the post is there to be found.
        draft = _draft_of(form, circle, parent)
        done = Post.objects.filter(key=draft.key).select_related("thread").first()
        if done is not None:
            draft.delete()
            return done
        try:
            # Outside publish's own savepoint: pictures on disk stay known to the draft, whatever becomes of it.
            _attach(form, draft)
            return publishing.publish(draft)
        except Refusal as refused:
            refusal = refused
    raise refusal


def keep(form: WritingForm, circle: Circle, parent: Post | None = None) -> Draft:
    """Keep what a form holds for later. Raises Refusal for a picture that cannot be kept."""
    draft = _draft_of(form, circle, parent)
    _attach(form, draft)
    return draft


def draft_for(member: Member, key: str, parent: Post | None = None) -> Draft | None:
    """A member's own kept draft at this place, or None."""
    if not key.isalnum():
        return None
    return Draft.objects.select_related("circle").filter(author=member, key=key, parent=parent).first()


def _draft_of(form: WritingForm, circle: Circle, parent: Post | None) -> Draft:
    said = form.cleaned_data
    draft, _created = Draft.objects.update_or_create(
        key=said["token"],
        author=form.member,
        defaults={
            "circle": circle,
            "thread": parent.thread if parent else None,
            "parent": parent,
            "title": said.get("title", ""),
            "source": said["source"],
            "byline_kind": said["byline_kind"],
            "via": Post.Via.WEB,
        },
    )
    return draft


def _attach(form: WritingForm, draft: Draft) -> None:
    if form.cleaned_data["forget_pictures"]:
        for kept in draft.attachments.all():
            kept.erase()
    files: list[UploadedFile[Any]] = form.cleaned_data["pictures"]
    for each in files:
        # One byte more than may be: what is larger is refused without being read whole.
        pictures.attach(draft, each.read(LARGEST_BYTES + 1), form.cleaned_data["description"])
