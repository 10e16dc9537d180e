"""Reading: a thread, the permanent address of a post, a picture."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from colloque.circles.models import Circle, Membership
from colloque.threads import authorship
from colloque.threads.models import Attachment, Post, Thread
from colloque.web.admission import MemberRequest, members_only
from colloque.web.days import answers_in_words

from .finding import place_for, post_for
from .forms import bylines_of, fresh_token
from .page import Reading, Row, ThreadPage, cut_from, fates_of, pictures_of, rows_of


@require_safe
@members_only
def thread(request: MemberRequest, key: str) -> HttpResponse:
    member = request.user
    place = place_for(member, key)
    found = place.thread
    voices, own = place.voices, frozenset(place.voices)
    rows = rows_of(found, member)
    fates = fates_of(_gone(found, rows))
    pictures = pictures_of(found, member) if place.has_pictures else {}
    page = ThreadPage(rows, Reading(own, found.is_open, pictures, fates, cut_from(rows, own), _text_language()))
    may_end = place.role == Membership.Role.HOST or (page.question is not None and page.question.byline in voices)
    context = {
        "thread": found,
        "title": _title(found),
        "circle": found.circle,
        "sees_circle": bool(place.role) or found.circle.joining == Circle.Joining.OPEN,
        "attention": place.attention,
        "title_language": _text_language(),
        "question": page.question_html(),
        "answers": page.answers_html(),
        "heading": answers_in_words(found.answer_count),
        "fate": fates.get(found.subject),
        "may_close": may_end and found.is_open,
        "may_reopen": may_end and found.state == Thread.State.CLOSED,
        "answered": page.question.key if page.question else "",
        "token": fresh_token(member),
        "bylines": bylines_of(member, authorship.kind_after(member, voices)),
        "allows_pictures": found.circle.allows_pictures,
    }
    return render(request, "web/threads/thread.html", context)


@require_safe
@members_only
def post(request: MemberRequest, key: str) -> HttpResponse:
    """The permanent address of a post leads to its place in the thread."""
    found = post_for(request.user, key)
    return redirect(f"{found.thread.path}#p-{found.key}")


@require_safe
@members_only
def attachment(request: MemberRequest, key: str) -> FileResponse:
    """A picture, for whoever may read its thread, harmless whatever it may hold."""
    row = Attachment.objects.readable_by(request.user).filter(key=key).first()
    if row is None:
        raise Http404
    return FileResponse(
        row.file.open("rb"),
        content_type=row.content_type,
        headers={
            "Content-Disposition": f'inline; filename="{row.key}.{row.extension}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _gone(found: Thread, rows: list[Row]) -> list[str]:
    """Of which subjects the page tells why they are gone, or closed."""
    subjects = [f"post:{row.key}" for row in rows if row.state != Post.State.PUBLISHED]
    return subjects if found.is_open else [found.subject, *subjects]


def _title(found: Thread) -> str:
    if found.state == Thread.State.HIDDEN:
        return _("Question masquée")
    return found.title or _("Question retirée")


def _text_language() -> str:
    """What the posts are written in, where the page is in another language (WCAG 3.1.2)."""
    written = settings.LANGUAGE_CODE[:2]
    return "" if (get_language() or written).startswith(written) else written
