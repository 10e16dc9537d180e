"""How much a page may ask of the database: bounds that do not grow with what it shows."""

from __future__ import annotations

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from colloque.circles.models import Membership
from colloque.people.models import Member
from colloque.threads import publishing
from colloque.threads.models import Authorship, Byline, Post, Thread
from tests.village import MASK, Village, answer, ask
from tests.web.conftest import Enter

TEXT = (
    "La toux de coqueluche de l’adulte dure volontiers dix à douze semaines. Je change de regard à huit semaines ; la "
    "frontière est arbitraire, il en faut une. Numéro {n}."
)


def fill(village: Village, question: Post, posts: int) -> None:
    """Many answers, written as publishing does but in bulk: alternately to the question and to each other."""
    thread = question.thread
    rows = []
    for member in (village.sarr, village.oyono, village.imbert):
        byline = Byline.objects.create(kind="name", text=member.name, standing="verified", attributes={"gender": "f"})
        Authorship.objects.create(byline=byline, member=member, thread=thread)
        rows.append(byline)
    start = thread.next_position
    made = []
    for number in range(start, start + posts):
        post = Post(
            thread=thread, position=number, byline=rows[number % 3], state="published", verdict=question.verdict,
            via="web", parent=made[-1] if made and number % 4 else question, published_on=question.published_on,
        )  # fmt: skip
        post.write(TEXT.format(n=number))
        post.save()
        made.append(post)
    Thread.objects.filter(pk=thread.pk).update(next_position=start + posts, answer_count=posts)
    thread.refresh_from_db()


def queries_of(enter: Enter, member: Member, path: str) -> int:
    client = enter(member)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_a_thread_takes_as_many_queries_for_a_hundred_posts_as_for_three_and_at_most_eight(
    village: Village, enter: Enter
) -> None:
    question = village.question()
    fill(village, question, 3)
    publishing.withdraw(answer(village.oyono, question), village.oyono)
    few = queries_of(enter, village.sarr, question.thread.path)
    fill(village, Post.objects.get(pk=question.pk), 97)
    many = queries_of(enter, village.sarr, question.thread.path)
    assert few == many <= 8


def test_a_page_of_a_hundred_posts_is_light(village: Village, enter: Enter) -> None:
    question = village.question()
    fill(village, question, 100)
    page = enter(village.sarr).get(question.thread.path).content
    assert page.count(b"<article") == 101
    assert len(gzip.compress(page)) <= 60_000


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 14), ("/circles", 6), ("/c/mg-finistere", 6), ("/questions/new", 8), ("/me", 8), ("/me/addresses", 5),
    ],
)  # fmt: skip
def test_no_page_asks_more_when_there_is_more_to_show(village: Village, enter: Enter, path: str, most: int) -> None:
    mine = ask(village.sarr, village.finistere, "La mienne")
    answer(village.oyono, mine, byline_kind=MASK)
    ask(village.kervadec, village.finistere, "Une question")
    few = queries_of(enter, village.sarr, path)
    Membership.join(village.pairs, village.sarr)
    for number in range(5):
        answer(village.kervadec, ask(village.sarr, village.finistere, f"Encore {number}"))
        ask(village.oyono, village.finistere, f"Ailleurs {number}")
    many = queries_of(enter, village.sarr, path)
    assert many <= few <= most


@pytest.mark.parametrize(("part", "most"), [("", 6), ("/answer", 8), ("/correction", 7), ("/removal", 7)])
def test_a_post_s_own_pages_are_bounded_too(village: Village, enter: Enter, part: str, most: int) -> None:
    post = answer(village.sarr, village.question())
    client = enter(village.sarr)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{post.path}{part}")
    assert len(queries) <= most
