"""The first page, the circles, and what tells that all is well or not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from colloque.circles.models import Membership
from colloque.threads import publishing
from colloque.threads.models import Attention, Thread
from colloque.web import errors
from colloque.web.circles.views import A_PAGE
from tests.village import MASK, Village, answer, ask
from tests.web.conftest import Enter


def test_a_visitor_learns_what_this_is_and_that_patients_get_no_advice_here(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    assert "échange entre médecins" in page and "Entrer" in page
    assert "ne donne aucun avis médical" in page


def test_the_five_minutes_show_answers_to_one_s_question_and_questions_that_wait(
    village: Village, enter: Enter
) -> None:
    mine = ask(village.kervadec, village.finistere, "Ma question")
    answer(village.oyono, mine, byline_kind=MASK)
    answer(village.sarr, mine)
    ask(village.sarr, village.finistere, "La sienne")
    page = enter(village.kervadec).get("/").content.decode()
    assert "Votre question «\u202fMa question\u202f» : deux réponses".replace(" :", "\u00a0:") in page
    assert "Une consœur, dermatologue, Île-de-France" in page
    assert "La sienne" in page
    assert "Deux choses vous attendent. Après, c’est tout." in page
    assert "C’est tout pour aujourd’hui." in page


def test_the_five_minutes_leave_out_what_one_answered_muted_or_let_grow_old(village: Village, enter: Enter) -> None:
    answered = ask(village.sarr, village.finistere, "Déjà répondue")
    answer(village.kervadec, answered)
    muted = ask(village.sarr, village.finistere, "Silencieuse")
    Attention.mute(village.kervadec, muted.thread)
    old = ask(village.sarr, village.finistere, "Ancienne")
    long_ago = timezone.localdate() - timedelta(days=60)
    Thread.objects.filter(pk=old.thread_id).update(opened_on=long_ago, last_activity_on=long_ago)
    closed = ask(village.sarr, village.finistere, "Close")
    publishing.close(closed.thread, village.sarr)
    page = enter(village.kervadec).get("/").content.decode()
    for title in ("Déjà répondue", "Silencieuse", "Ancienne", "Close"):
        assert title not in page
    assert "Rien ne vous attend." in page


def test_one_s_own_additions_to_one_s_question_do_not_wait_for_oneself(village: Village, enter: Enter) -> None:
    mine = ask(village.kervadec, village.finistere, "Ma question")
    answer(village.kervadec, mine, "Une précision.")
    client = enter(village.kervadec)
    assert "Rien ne vous attend." in client.get("/").content.decode()
    answer(village.sarr, mine)
    page = client.get("/").content.decode()
    assert "Ma question" in page and "Dr Amadou Sarr ·" in page


def test_the_five_minutes_stay_a_handful(village: Village, enter: Enter) -> None:
    for number in range(12):
        ask(village.sarr, village.finistere, f"Question {number}")
    assert enter(village.kervadec).get("/").content.decode().count('class="row"') == 3


def test_circles_of_one_s_own_and_open_ones_are_listed_and_closed_ones_are_not(village: Village, enter: Enter) -> None:
    page = enter(village.vasseur).get("/circles").content.decode()
    assert "Pairs de Lille" in page and "Médecine générale, Finistère" in page
    assert "Pairs de Lille" not in enter(village.sarr).get("/circles").content.decode()
    assert enter(village.sarr).get("/c/pairs-lille").status_code == 404


def test_an_open_circle_is_joined_and_left_by_a_button(village: Village, enter: Enter) -> None:
    village.question()
    client = enter(village.vasseur)
    assert "Toux après" not in client.get("/c/mg-finistere").content.decode()
    client.post("/c/mg-finistere/membership")
    assert village.finistere.has_member(village.vasseur)
    page = client.get("/c/mg-finistere").content.decode()
    assert "Toux après" in page and "mailto:mg-finistere@colloque.example.org" in page
    client.post("/c/mg-finistere/membership/removal")
    assert not village.finistere.has_member(village.vasseur)


def test_a_circle_by_invitation_is_not_joined(village: Village, enter: Enter) -> None:
    assert enter(village.sarr).post("/c/pairs-lille/membership").status_code == 404
    Membership.objects.get(circle=village.pairs, member=village.lenoir).leave()
    assert enter(village.lenoir).post("/c/pairs-lille/membership").status_code == 404
    assert enter(village.vasseur).post("/c/pairs-lille/membership").status_code == 403


def test_questions_of_a_circle_come_by_mail_or_not(village: Village, enter: Enter) -> None:
    client = enter(village.sarr)
    client.post("/c/mg-finistere/following/removal")
    row = Membership.objects.get(circle=village.finistere, member=village.sarr)
    assert not row.follows
    assert "Les recevoir" in client.get("/c/mg-finistere").content.decode()
    client.post("/c/mg-finistere/following")
    row.refresh_from_db()
    assert row.follows


def test_a_circle_s_threads_come_page_by_page_with_nothing_left_out_or_shown_twice(
    village: Village, enter: Enter
) -> None:
    titles = {f"Question numéro {number:02}" for number in range(A_PAGE * 2 + 3)}
    for title in sorted(titles):
        ask(village.kervadec, village.finistere, title)
    client, path, seen = enter(village.sarr), "/c/mg-finistere", []
    while path:
        page = client.get(path).content.decode()
        seen += [title for title in titles if title in page]
        older = page.partition('href="?after=')[2].split('"')[0]
        path = f"/c/mg-finistere?after={older}" if older else ""
    assert sorted(seen) == sorted(titles)
    assert client.get("/c/mg-finistere?after=nope").status_code == 404


def test_health_is_told_without_a_session(client: Client, db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert [query["sql"] for query in queries] == ["SELECT 1"]
    assert not response.cookies


def test_pages_that_fail_say_what_to_do_next(village: Village, client: Client, rf: RequestFactory) -> None:
    assert "rien ici que vous puissiez lire" in client.get("/nulle-part").content.decode()
    request = rf.get("/")
    assert "panne de notre côté" in errors.broken(request).content.decode()
    request.user = village.sarr  # type: ignore[assignment]
    for answer_to, status in (
        (errors.bad_request(request, ValueError()), 400),
        (errors.too_many(request), 429),
        (errors.forbidden(request, PermissionDenied()), 403),
    ):
        assert answer_to.status_code == status
        assert "<h1>" in answer_to.content.decode()


@pytest.mark.parametrize("path", ["/", "/account/login", "/nulle-part"])
def test_no_page_loads_anything_from_elsewhere_or_carries_a_script_or_a_style(
    client: Client, db: None, path: str
) -> None:
    page = client.get(path).content.decode()
    for forbidden in ("<script", "style=", "onclick", 'src="http', 'href="http', "@import"):
        assert forbidden not in page
