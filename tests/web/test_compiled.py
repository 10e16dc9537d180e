"""What the thread page reads is what the models' own doors let through, for everybody."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.http import Http404

from colloque.circles.models import Membership
from colloque.people.models import Member
from colloque.threads import publishing
from colloque.threads.models import Access, Post, Thread
from colloque.web.threads.compiled import Compiled
from colloque.web.threads.finding import place_for
from colloque.web.threads.page import cut_from, rows_of
from tests.village import MASK, Village, answer, doctor


def everybody(village: Village) -> list[Member]:
    gone = doctor("Odile", "Partie", "f", "SM54", "29")
    Membership.join(village.finistere, gone).leave()
    suspended = doctor("Yves", "Suspendu", "m", "SM54", "29", is_active=False)
    Membership.join(village.finistere, suspended)
    return [
        village.kervadec,
        village.sarr,
        village.oyono,
        village.lenoir,
        village.imbert,
        village.vasseur,
        gone,
        suspended,
    ]


def test_the_compiled_queries_open_the_same_doors_as_the_models(village: Village) -> None:
    question = village.question()
    reply = answer(village.oyono, question, byline_kind=MASK)
    publishing.withdraw(answer(village.sarr, reply), village.sarr)
    held = answer(village.imbert, question)
    Post.objects.filter(pk=held.pk).update(state="held")
    Access.objects.create(member=village.vasseur, thread=question.thread, reason=Access.Reason.SOLICITED)
    thread = question.thread
    for member in everybody(village):
        expected = list(thread.visible_posts(member).values_list("key", flat=True))
        assert [row.key for row in rows_of(thread, member)] == expected
        if Thread.objects.readable_by(member).filter(pk=thread.pk).exists():
            assert place_for(member, thread.key).thread == thread
        else:
            assert expected == []
            with pytest.raises(Http404):
                place_for(member, thread.key)


def test_one_s_own_bylines_and_what_was_cut_are_one_s_own_alone(village: Village) -> None:
    question = village.question()
    answer(village.sarr, question, elided="coupé")
    rows = rows_of(question.thread, village.sarr)
    voices = {
        each: place_for(each, question.thread.key).voices for each in (village.sarr, village.kervadec, village.oyono)
    }
    assert voices[village.sarr] == {rows[1].byline: "name"}
    assert voices[village.oyono] == {}
    assert cut_from(rows, frozenset(voices[village.sarr])) == {rows[1].pk: "coupé"}
    assert cut_from(rows, frozenset(voices[village.kervadec])) == {}


def test_a_query_that_does_not_depend_on_its_values_is_refused(village: Village) -> None:
    with pytest.raises(LookupError, match="thread"):
        Compiled(lambda thread: Thread.objects.all(), {"thread": "~x~"}).rows(thread="y")


@pytest.mark.django_db(transaction=True)  # a real request closes connections with an open transaction
def test_the_application_answers_through_its_wsgi_door() -> None:
    from colloque.web.wsgi import application

    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/healthz", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http", "SERVER_PROTOCOL": "HTTP/1.1",
    }  # fmt: skip
    statuses: list[str] = []
    body = b"".join(application(environ, lambda status, headers: statuses.append(status)))
    assert (statuses, body) == (["200 OK"], b"ok")
