"""« Vos cinq minutes »: the handful of things that may wait for a member today, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from colloque.people.models import Member
from colloque.threads import authorship
from colloque.threads.models import Attention, Draft, Post, Thread
from colloque.web.days import answers_in_words

MOST_OF_EACH = 3
RECENT = timedelta(days=14)
CHARACTERS_A_MINUTE = 1_200  # about 200 words


@dataclass(frozen=True)
class Thing:
    """One line: where it leads, what it is, and the small print."""

    path: str
    title: str
    detail: str
    draft: str = ""  # key of a draft, which may be discarded


def things_for(member: Member) -> list[Thing]:
    """Answers to one's own open questions, colleagues' questions to which one has not answered, kept drafts."""
    asked = authorship.threads_asked_by(member)
    return [*_answered(member, asked), *_waiting(member, asked), *_drafts(member)]


def _answered(member: Member, asked: list[int]) -> Iterable[Thing]:
    since = timezone.localdate() - RECENT
    rows = (
        Thread.objects.readable_by(member).open().filter(pk__in=asked, answer_count__gt=0, last_activity_on__gte=since)
    )
    threads = list(rows.order_by("-last_activity_on", "-pk")[:MOST_OF_EACH])
    minutes = _minutes(threads)
    voices = _voices(threads, member)
    for thread in (each for each in threads if each.pk in voices):
        title = _("Votre question « %(title)s » : %(answers)s") % {
            "title": thread.title, "answers": answers_in_words(thread.answer_count).lower(),
        }  # fmt: skip
        yield Thing(thread.path, title, f"{voices[thread.pk]} · {minutes[thread.pk]}")


def _waiting(member: Member, asked: list[int]) -> Iterable[Thing]:
    """Unanswered ones first, then the newest."""
    since = timezone.localdate() - RECENT
    written = authorship.threads_written_in_by(member)
    muted = Attention.objects.filter(member=member, level=Attention.Level.MUTED).values("thread")
    rows = Thread.objects.readable_by(member).open().filter(opened_on__gte=since).exclude(pk__in=[*asked, *written])
    rows = rows.exclude(pk__in=muted).select_related("circle")
    threads = list(rows.order_by("answer_count", "-opened_on", "-pk")[:MOST_OF_EACH])
    minutes = _minutes(threads)
    for thread in threads:
        detail = f"{thread.circle.name} · {answers_in_words(thread.answer_count).lower()} · {minutes[thread.pk]}"
        yield Thing(thread.path, _("On demande : %(title)s") % {"title": thread.title}, detail)


def _drafts(member: Member) -> Iterable[Thing]:
    for draft in Draft.objects.filter(author=member).select_related("parent", "circle").order_by("-pk")[:MOST_OF_EACH]:
        place = f"/p/{draft.parent.key}/answer" if draft.parent else "/questions/new"
        words = draft.title or Truncator(draft.source).chars(80) or _("sans texte")
        yield Thing(
            f"{place}?draft={draft.key}", _("Brouillon : %(words)s") % {"words": words}, draft.circle.name, draft.key
        )


def _minutes(threads: list[Thread]) -> dict[int, str]:
    """How long reading takes, in words, by thread."""
    posts = Post.objects.published().filter(thread__in=[each.pk for each in threads])
    lengths = dict(posts.values_list("thread").annotate(total=Sum(Length("source"))))
    minutes = {each.pk: max(1, round(lengths.get(each.pk, 0) / CHARACTERS_A_MINUTE)) for each in threads}
    return {pk: _("%(n)s min") % {"n": n} for pk, n in minutes.items()}


def _voices(threads: list[Thread], member: Member) -> dict[int, str]:
    """Which others wrote last in each thread, at most two, as their bylines say it; nothing where no other did."""
    posts = Post.objects.published().filter(thread__in=[each.pk for each in threads], position__gt=0)
    posts = posts.exclude(byline__in=authorship.voices_of(member).values("byline"))
    voices: dict[int, list[str]] = {}
    for thread_id, text in posts.order_by("-position").values_list("thread_id", "byline__text"):
        said = voices.setdefault(thread_id, [])
        if text not in said and len(said) < 2:
            said.append(text)
    return {pk: " ; ".join(said) for pk, said in voices.items()}
