"""A thread's posts as one piece of HTML, put together from what was rendered when each was written.

A template loop over model rows costs ten times this. What is not a post's own sanitised HTML is escaped here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.db.models import Case, QuerySet, When
from django.db.models.fields.json import KeyTextTransform
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from colloque.keys import unseal
from colloque.moderation.models import Notice
from colloque.people.models import Member
from colloque.threads.models import Attachment, Byline, Post, Thread, Transition
from colloque.web.days import day

from .compiled import Compiled
from .seals import seals

_RULES = dict(Notice.Rule.choices)
DEEPEST = 4  # levels of answers that are drawn; what lies deeper says whom it answers instead


class Row(NamedTuple):
    """What a page needs of a post."""

    pk: int
    key: str
    parent: int | None
    position: int
    state: str
    html: str
    published_on: date | None
    edited_on: date | None
    byline: int
    text: str  # of the byline
    standing: str
    gender: str | None
    detail: str | None
    was_cut: bool  # something was cut from the mail it came by


class Picture(NamedTuple):
    """What a page needs of an attachment."""

    post: int
    key: str
    width: int
    height: int
    description: str


class Fate(NamedTuple):
    """Why a text is no longer there: its last transition."""

    subject: str
    rule: str
    reason: str
    day: date


@dataclass(frozen=True)
class Reading:
    """Who reads, as far as the page differs for them."""

    own: frozenset[int] = frozenset()  # primary keys of the reader's bylines in this thread
    may_answer: bool = False
    pictures: Mapping[int, Sequence[Picture]] = field(default_factory=dict)
    fates: Mapping[str, Fate] = field(default_factory=dict)  # by subject, "post:<key>"
    cut: Mapping[int, str] = field(default_factory=dict)  # from one's own mails, by post
    text_language: str = ""  # of the posts, where it is not the page's


def _posts(member: Member, thread: Thread) -> QuerySet[Post, tuple[object, ...]]:
    return thread.visible_posts(member).values_list(
        "pk", "key", "parent_id", "position", "state", "html", "published_on", "edited_on", "byline_id",
        "byline__text", "byline__standing", KeyTextTransform("gender", "byline__attributes"),
        KeyTextTransform("detail", "byline__attributes"), Case(When(elided__isnull=False, then=True), default=False),
    )  # fmt: skip


_POSTS = Compiled(_posts, {"member": Member(pk=-7_000_001, is_active=True), "thread": Thread(pk=-7_000_002)})


def rows_of(thread: Thread, member: Member) -> list[Row]:
    """The posts that `member` may read, in one query."""
    return list(map(Row._make, _POSTS.rows(member=member, thread=thread))) if member.is_active else []


def cut_from(rows: Sequence[Row], own: frozenset[int]) -> dict[int, str]:
    """What was cut from a reader's own mails, by post; no query where nothing was."""
    keys = {row.pk: row.key for row in rows if row.was_cut and row.byline in own}
    if not keys:
        return {}
    sealed = Post.objects.filter(pk__in=keys).values_list("pk", "elided")
    return {pk: unseal(bytes(elided), f"post:{keys[pk]}").decode() for pk, elided in sealed if elided}


def pictures_of(thread: Thread, member: Member) -> dict[int, list[Picture]]:
    """The pictures of a thread that `member` may see, by post."""
    rows = Attachment.objects.readable_by(member).filter(post__thread=thread).order_by("pk")
    pictures: dict[int, list[Picture]] = defaultdict(list)
    for row in rows.values_list("post_id", "key", "width", "height", "description"):
        pictures[row[0]].append(Picture(*row))
    return pictures


def fates_of(subjects: Sequence[str]) -> dict[str, Fate]:
    """The last transition of each subject; no query for none."""
    if not subjects:
        return {}
    rows = Transition.objects.filter(subject__in=subjects).order_by("pk")
    return {row[0]: Fate(*row) for row in rows.values_list("subject", "rule", "reason", "day")}


class ThreadPage:
    """Draws the question and the answers of one thread for one reader."""

    def __init__(self, rows: Sequence[Row], reading: Reading) -> None:
        self.reading = reading
        self.by_pk = {row.pk: row for row in rows}
        self.question = rows[0] if rows and rows[0].position == 0 else None
        self.places: dict[int, tuple[int | None, int]] = {}  # under which answer a post is drawn, and at which level
        self.children: dict[int | None, list[Row]] = defaultdict(list)
        for row in rows:
            if row is not self.question:
                self.children[self._place(row)].append(row)
        language = get_language() or ""
        self.words = _words(language)
        self.seals = {of: (escape(said), css) for of, (said, css) in seals(language).items()}
        self.days: dict[date, str] = {}
        self.language = f' lang="{escape(reading.text_language)}"' if reading.text_language else ""

    def question_html(self) -> SafeString:
        """The article of the first post, without its answers."""
        if self.question is None:
            return mark_safe("")
        return mark_safe("".join(("".join(self._article(self.question, "post asked")), "</article>")))  # noqa: S308

    def answers_html(self) -> SafeString:
        """The answers, nested at most DEEPEST levels."""
        return mark_safe("".join(self._pieces(self.children[None])))  # noqa: S308 (escaped piece by piece)

    def _place(self, row: Row) -> int | None:
        """Under its parent, or beside it where the parent stands at the deepest level. Parents come before answers."""
        above = self.places.get(row.parent) if row.parent else None
        if above is None:  # answers the question, or something that this reader does not see
            place: int | None = None
            level = 1
        elif above[1] < DEEPEST:
            place, level = row.parent, above[1] + 1
        else:
            place, level = above
        self.places[row.pk] = (place, level)
        return place

    def _pieces(self, rows: Sequence[Row]) -> Iterable[str]:
        for row in rows:
            yield from self._article(row, "post")
            if row.pk in self.children:
                yield from self._pieces(self.children[row.pk])
            yield "</article>"

    def _article(self, row: Row, css: str) -> Iterable[str]:
        key = row.key
        yield f'<article class="{css}" id="p-{key}" aria-labelledby="b-{key}">'
        if row.state != Post.State.PUBLISHED:
            yield self._gone(row)
            return
        yield self._byline(row)
        yield f'<div class="text"{self.language}>'
        yield row.html.replace("<summary>…</summary>", self.words["quoted"]) if "<summary>" in row.html else row.html
        yield "</div>"
        if pictures := self.reading.pictures.get(row.pk):
            yield self._pictures(pictures)
        if row.pk in self.reading.cut:
            yield self._elided(self.reading.cut[row.pk])
        yield self._acts(row)

    def _byline(self, row: Row) -> str:
        seal, css = self.seals.get((row.standing, row.gender or "m")) or self.seals[Byline.Standing.GUEST, "m"]
        detail = f'<span class="soft">{escape(row.detail)}</span> ' if row.detail else ""
        edited = ""
        if row.edited_on:
            edited = f'<span class="soft">{self.words["edited"]} {self._day(row.edited_on)}</span>'
        return (
            f'<p class="byline" id="b-{row.key}"><b>{escape(row.text)}</b> <span class="{css}">{seal}</span> {detail}'
            f"{self._day(row.published_on)} {self._answered(row)}{edited}</p>"
        )

    def _answered(self, row: Row) -> str:
        """Whom a post answers, where its place on the page does not show it."""
        above = self.by_pk.get(row.parent) if row.parent else None
        if above is None or row is self.question or above is self.question or self.places[row.pk][0] == above.pk:
            return ""
        who = escape(above.text) if above.state == Post.State.PUBLISHED else self.words["gone"]
        return f'<a href="#p-{above.key}">{self.words["answers"]} {who}</a> '

    def _gone(self, row: Row) -> str:
        fate = self.reading.fates.get(f"post:{row.key}")
        words = self.words["withdrawn" if row.state == Post.State.WITHDRAWN else "hidden"]
        told = f"{words} {self._day(fate.day)}." if fate else f"{words}."
        if fate and row.state == Post.State.HIDDEN and fate.rule:
            told += f" {self.words['rule']} {escape(str(_RULES.get(fate.rule, fate.rule)))}."
        if fate and fate.reason:
            told += f" {self.words['reason']} «\u202f{escape(fate.reason)}\u202f»."
        return f'<p class="gone" id="b-{row.key}">{told}</p>'

    def _pictures(self, pictures: Sequence[Picture]) -> str:
        figures = []
        for each in pictures:
            words = escape(each.description) or self.words["picture"]
            caption = f"<figcaption>{escape(each.description)}</figcaption>" if each.description else ""
            figures.append(
                f'<figure><a href="/a/{each.key}"><img src="/a/{each.key}" width="{each.width}" height="{each.height}"'
                f' alt="{words}" loading="lazy"></a>{caption}</figure>'
            )
        return f'<div class="pictures">{"".join(figures)}</div>'

    def _elided(self, text: str) -> str:
        return f'<details class="elided"><summary>{self.words["elided"]}</summary><pre>{escape(text)}</pre></details>'

    def _acts(self, row: Row) -> str:
        path, words = f"/p/{row.key}", self.words
        acts = []
        if self.reading.may_answer:
            acts.append(f'<a href="{path}/answer">{words["answer"]}</a>')
        acts.append(f'<a href="{path}">{words["link"]}</a>')
        if row.byline in self.reading.own:
            if self.reading.may_answer:  # a closed thread takes no correction either
                acts.append(f'<a href="{path}/correction">{words["correct"]}</a>')
            acts.append(f'<a href="{path}/removal">{words["withdraw"]}</a>')
        else:
            acts.append(f'<a href="{path}/notice">{words["notice"]}</a>')
        return f'<p class="acts">{"".join(acts)}</p>'

    def _day(self, when: date | None) -> str:
        if when is None:
            return ""
        if when not in self.days:
            self.days[when] = f'<time datetime="{when.isoformat()}">{escape(day(when))}</time>'
        return self.days[when]


@lru_cache(maxsize=8)
def _words(language: str) -> dict[str, str]:
    """Every word of the page but the posts' own, escaped, in the active language, which is this one."""
    return {
        "answer": escape(_("Répondre")),
        "link": escape(_("Lien")),
        "notice": escape(_("Signaler")),
        "correct": escape(_("Corriger")),
        "withdraw": escape(_("Retirer")),
        "edited": escape(_("· corrigé le")),
        "answers": escape(_("en réponse à")),
        "gone": escape(_("un message retiré")),
        "withdrawn": escape(_("Message retiré par son auteur le")),
        "hidden": escape(_("Message masqué par l’hôte le")),
        "rule": escape(_("Règle :")),
        "reason": escape(_("Raison donnée :")),
        "picture": escape(_("Image jointe, sans description")),
        "elided": escape(_("Ce qui a été coupé de votre mail (vous seul le voyez)")),
        "quoted": f"<summary>{escape(_('Passage cité'))}</summary>",
    }
