"""What the host sees first."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from colloque.moderation import settling
from colloque.moderation.models import Notice
from colloque.people.models import Member, Verification
from tests.mail.letters import hand_in, message, token_address
from tests.village import Village

# Session, member, and what the page itself asks.
PAGES = {"/host": 5, "/host/letters": 5, "/host/members": 4, "/host/circles": 4, "/host/notices": 4}


@pytest.fixture
def host(village: Village, client: Client) -> Client:
    client.force_login(village.lenoir)
    return client


def test_what_waits_comes_first_in_sentences(village: Village, host: Client) -> None:
    question = village.question()
    to = token_address(village.sarr, question)
    hand_in(message("inconnu@example.net", to, "Re: Toux", "Je réponds d’ailleurs."), to)
    settling.report(question, village.oyono, Notice.Rule.OTHER)
    page = host.get("/host").content.decode()
    for sentence in ("Un message est signalé", "Une lettre est retenue", "Un membre reste à vérifier"):
        assert sentence in page
    assert "Rien n’attend." not in page


def test_a_desk_where_nothing_waits_says_so(village: Village, host: Client) -> None:
    Verification.settle(village.imbert, Verification.How.VOUCHED, reason="deux garants")
    assert "Rien n’attend." in host.get("/host").content.decode()


def test_other_members_find_nothing_and_visitors_are_asked_to_come_in(village: Village, client: Client) -> None:
    assert client.get("/host").headers["Location"] == "/account/login?next=/host"
    client.force_login(village.kervadec)
    assert client.get("/host").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_lists_take_as_many_queries_for_three_rows_as_for_forty(
    village: Village, host: Client, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    question = village.question()
    to = token_address(village.sarr, question)
    for n in range(40):
        Member.objects.create(given_name="Jean", family_name=f"Numéro{n}", gender="m")
        hand_in(message("inconnu@example.net", to, "Re: Toux", f"Réponse {n}"), to)
        Notice.objects.create(post=question, rule=Notice.Rule.OTHER)
    with django_assert_max_num_queries(PAGES[path]):
        assert host.get(path).status_code == 200
