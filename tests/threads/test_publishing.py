"""From a draft to a post, and what its author may still do."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from colloque.correspondence.models import Envelope
from colloque.threads import publishing
from colloque.threads.models import Post, Thread, Transition
from colloque.threads.refusals import EmptyText, EmptyTitle, NotInCircle, NotYours, ThreadClosed
from tests.conftest import Work
from tests.village import MASK, Village, answer, ask


def test_a_question_is_published_with_a_verdict_a_byline_and_a_transition(village: Village) -> None:
    post = village.question()
    assert post.state == Post.State.PUBLISHED
    assert post.verdict is not None and post.verdict.finding == "unexamined"
    assert post.byline.text == "Dr Solène Kervadec"
    assert [t.to_state for t in Transition.objects.order_by("pk")] == ["published", "published"]


def test_a_masked_byline_tells_profession_and_region_and_nothing_else(village: Village) -> None:
    post = ask(village.oyono, village.finistere, byline_kind=MASK)
    assert post.byline.text == "Une consœur, dermatologue, Île-de-France"
    assert "Oyono" not in str(post.as_record())


def test_a_masked_author_keeps_one_byline_within_a_thread_and_another_in_the_next(village: Village) -> None:
    first = ask(village.oyono, village.finistere, byline_kind=MASK)
    again = answer(village.oyono, first)
    elsewhere = ask(village.oyono, village.finistere, "Autre question", byline_kind=MASK)
    assert again.byline == first.byline
    assert elsewhere.byline != first.byline


def test_positions_follow_publication_and_nothing_is_sorted_by_time(village: Village) -> None:
    question = village.question()
    answers = [answer(village.sarr, question, f"Réponse {n}") for n in range(3)]
    assert [post.position for post in answers] == [1, 2, 3]


def test_who_is_not_of_the_circle_can_neither_ask_nor_answer(village: Village) -> None:
    with pytest.raises(NotInCircle):
        ask(village.vasseur, village.finistere)
    with pytest.raises(NotInCircle):
        answer(village.vasseur, village.question())


def test_an_empty_text_is_refused_and_the_draft_kept(village: Village) -> None:
    draft = publishing.start_question(village.sarr, village.finistere, "Un titre", "   ", via="web")
    with pytest.raises(EmptyText):
        publishing.publish(draft)
    draft.refresh_from_db()


def test_a_closed_thread_takes_no_answer_and_its_asker_may_open_it_again(village: Village) -> None:
    question = village.question()
    publishing.close(question.thread, village.kervadec)
    with pytest.raises(ThreadClosed):
        answer(village.sarr, question)
    publishing.reopen(Thread.objects.get(pk=question.thread_id), village.kervadec)
    answer(village.sarr, question)


def test_nobody_else_may_withdraw_or_correct_a_post(village: Village) -> None:
    question = village.question()
    with pytest.raises(NotYours):
        publishing.withdraw(question, village.sarr)
    with pytest.raises(NotYours):
        publishing.correct(question, village.lenoir, "autre chose")


def test_a_withdrawn_post_keeps_its_place_and_loses_its_words(village: Village) -> None:
    question = village.question()
    post = answer(village.sarr, question, "Secret de polichinelle")
    publishing.withdraw(post, village.sarr, "je me suis trompé")
    post.refresh_from_db()
    assert (post.state, post.source, post.html) == ("withdrawn", "", "")
    assert post.last_transition is not None and post.last_transition.reason == "je me suis trompé"
    assert Thread.objects.get(pk=question.thread_id).answer_count == 0


def test_a_transition_cannot_be_altered_even_by_sql(village: Village) -> None:
    village.question()
    for statement in ("UPDATE threads_transition SET reason = 'x'", "DELETE FROM threads_transition"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_every_reader_gets_an_envelope_and_the_author_too(village: Village, work: Work) -> None:
    village.question()
    work()
    reached = set(Envelope.objects.values_list("mailbox__member__family_name", flat=True))
    assert reached == {"Kervadec", "Sarr", "Oyono", "Lenoir", "Imbert"}
    assert not Envelope.objects.get(mailbox__member=village.kervadec).is_budgeted


@pytest.mark.parametrize("title", ["\u200b", "\u202e\u2066", " \u00ad\t"])
def test_a_title_that_nobody_sees_is_none(village: Village, title: str) -> None:
    with pytest.raises(EmptyTitle):
        ask(village.sarr, village.finistere, title)


def test_a_title_loses_what_would_turn_its_words_around(village: Village) -> None:
    assert ask(village.sarr, village.finistere, "Toux\u202e et fièvre\u00a0?").thread.title == "Toux et fièvre\u00a0?"
