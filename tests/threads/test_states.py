"""States change by one verb, along known paths, and each change leaves a row that proves it."""

from __future__ import annotations

import hashlib
import threading
from itertools import pairwise

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colloque.threads import publishing
from colloque.threads.models import Post, Thread, Transition
from colloque.threads.models.transition import ForbiddenTransition
from colloque.threads.refusals import NotYours, ThreadClosed
from tests.village import Village, answer, build

ALLOWED = {
    "post": {
        "held": {"published", "withdrawn"},
        "published": {"withdrawn", "hidden"},
        "hidden": {"published", "withdrawn"},
        "withdrawn": set(),
    },
    "thread": {
        "draft": {"published", "withdrawn"},
        "published": {"closed", "withdrawn", "hidden"},
        "closed": {"published", "withdrawn", "hidden"},
        "hidden": {"published", "withdrawn"},
        "withdrawn": set(),
    },
}
MOVES = [
    (kind, before, after)
    for kind, table in ALLOWED.items()
    for before in table
    for after in ["draft", "held", "published", "closed", "withdrawn", "hidden", "nonsense", ""]
]


@pytest.mark.parametrize(("kind", "before", "after"), MOVES)
def test_every_state_is_left_for_those_that_may_follow_and_for_no_other(
    village: Village, kind: str, before: str, after: str
) -> None:
    post = village.question()
    row: Post | Thread = post if kind == "post" else post.thread
    type(row)._default_manager.filter(pk=row.pk).update(state=before)
    count = Transition.objects.count()
    if after in ALLOWED[kind][before]:
        made = row.move(after, rule="tested", role=Transition.Role.HOST, reason="parce que")
        row.refresh_from_db()
        assert (row.state, made.from_state, made.to_state) == (after, before, after)
        assert row.last_transition == made
        assert Transition.objects.count() == count + 1
    else:
        with pytest.raises(ForbiddenTransition):
            row.move(after, rule="tested", role=Transition.Role.HOST)
        row.refresh_from_db()
        assert (row.state, Transition.objects.count()) == (before, count)


def test_a_stale_copy_of_a_row_moves_from_the_state_that_is_true(village: Village) -> None:
    post = village.question()
    stale = Post.objects.get(pk=post.pk)
    post.move("hidden", rule="tested", role=Transition.Role.HOST)
    with pytest.raises(ForbiddenTransition):
        stale.move("hidden", rule="tested", role=Transition.Role.HOST)


def test_of_two_moves_at_once_the_second_meets_the_first(transactional_db: None) -> None:
    post = build().question()
    start, said = threading.Barrier(4), []

    def hide() -> None:
        mine = Post.objects.get(pk=post.pk)
        start.wait(5)
        try:
            mine.move("hidden", rule="tested", role=Transition.Role.HOST)
            said.append("moved")
        except ForbiddenTransition:
            said.append("forbidden")
        connection.close()

    threads = [threading.Thread(target=hide) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert sorted(said) == ["forbidden"] * 3 + ["moved"]
    assert Transition.objects.filter(rule="tested").count() == 1


def test_who_still_has_the_words_can_prove_that_they_are_the_ones_acted_upon(village: Village) -> None:
    question = village.question(title="Un titre", text="Ces mots-ci.")
    publishing.withdraw(question, village.kervadec)
    for subject, words in ((question.subject, "Ces mots-ci."), (question.thread.subject, "Un titre")):
        row = Transition.objects.filter(subject=subject).latest("pk")
        assert row.text_hash == hashlib.sha256(bytes(row.salt or b"") + words.encode()).hexdigest()
        assert row.text_hash != hashlib.sha256(words.encode()).hexdigest()


def test_a_transition_may_lose_its_salt_and_nothing_else(village: Village) -> None:
    village.question()
    row = Transition.objects.earliest("pk")
    Transition.objects.filter(pk=row.pk).update(salt=None)
    assert Transition.objects.get(pk=row.pk).text_hash == row.text_hash
    changes = {
        "id": "id + 1000", "subject": "'x'", "from_state": "'x'", "to_state": "'x'", "rule": "'x'", "reason": "'x'",
        "role": "'host'", "day": "'2000-01-01'", "text_hash": "'x'", "salt": "'\\x00'::bytea",
    }  # fmt: skip
    for column, value in changes.items():
        for beside in ("", ", salt = NULL" if column != "salt" else ""):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE threads_transition SET {column} = {value}{beside} WHERE id = {row.pk}")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["held", "published", "closed", "withdrawn", "hidden", "draft"]), max_size=8))
def test_whatever_is_tried_the_transitions_make_a_chain(village: Village, tries: list[str]) -> None:
    post = village.question()
    for to in tries:
        try:
            post.move(to, rule="tested", role=Transition.Role.HOST)
        except ForbiddenTransition:
            continue
    chain = list(Transition.objects.filter(subject=post.subject).order_by("pk"))
    assert chain[0].from_state == "held"
    assert all(a.to_state == b.from_state for a, b in pairwise(chain))
    assert chain[-1].to_state == Post.objects.get(pk=post.pk).state


def test_an_answer_that_was_on_its_way_when_the_thread_closed_is_refused(village: Village) -> None:
    question = village.question()
    draft = publishing.start_answer(village.sarr, question, "Trop tard.", via="web")
    assert draft.thread is not None and draft.thread.is_open  # as this process read it
    publishing.close(Thread.objects.get(pk=question.thread_id), village.kervadec)
    with pytest.raises(ThreadClosed):
        publishing.publish(draft)


def test_a_thread_whose_question_was_taken_back_is_not_opened_again(village: Village) -> None:
    question = village.question()
    answer(village.sarr, question)
    publishing.withdraw(Post.objects.get(pk=question.pk), village.kervadec)
    thread = Thread.objects.get(pk=question.thread_id)
    assert thread.state == "closed"
    with pytest.raises(NotYours):
        publishing.reopen(thread, village.kervadec)


def test_the_words_of_a_hidden_post_are_in_no_record(village: Village) -> None:
    question = village.question()
    post = answer(village.sarr, question, "Des mots à cacher.")
    post.move("hidden", rule="tested", role=Transition.Role.HOST)
    thread = Thread.objects.get(pk=question.thread_id)
    assert "à cacher" not in str(thread.as_nested_record()) + str(thread.as_record())
