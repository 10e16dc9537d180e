"""Coming in by a code."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from colloque.correspondence.models import Envelope
from colloque.web.people.login import LoginAdapter, UnexpectedMail
from tests.village import Village

KERVADEC = "solene.kervadec@example.org"


def ask_for_code(client: Client, address: str, then: str = "") -> str:
    """Ask for a code; returns the page that follows."""
    response = client.post("/account/login", {"email": address, "next": then}, follow=True)
    return response.content.decode()


def code_sent() -> str:
    return str(Envelope.objects.get(purpose="login-code").carried["code"])


@pytest.fixture(autouse=True)
def _no_limits_from_before(db: None) -> None:
    cache.clear()


def test_a_member_comes_in_with_the_code_from_the_mail_and_lands_where_they_wanted(
    village: Village, client: Client
) -> None:
    path = village.thread().path
    assert client.get(path).headers["Location"] == f"/account/login?next={path}"
    ask_for_code(client, KERVADEC, then=path)
    response = client.post("/account/login/code", {"code": code_sent(), "next": path})
    assert response.headers["Location"] == path
    assert client.get(path).status_code == 200


def test_the_code_leaves_at_once_to_the_address_that_asked_and_counts_in_no_budget(
    village: Village, client: Client
) -> None:
    ask_for_code(client, KERVADEC.upper())
    envelope = Envelope.objects.get()
    assert (envelope.mailbox.address, envelope.state, envelope.is_budgeted) == (KERVADEC, "ready", False)


def test_the_same_page_follows_for_a_known_and_an_unknown_address_and_nothing_is_written_to_a_stranger(
    village: Village,
) -> None:
    known = ask_for_code(Client(), KERVADEC).replace(KERVADEC, "X")
    unknown = ask_for_code(Client(), "personne@example.net").replace("personne@example.net", "X")
    without_secrets = [page.split("csrfmiddlewaretoken")[0] for page in (known, unknown)]
    assert without_secrets[0] == without_secrets[1]
    assert Envelope.objects.count() == 1


def test_a_code_for_nobody_lets_nobody_in(village: Village, client: Client) -> None:
    ask_for_code(client, "personne@example.net")
    for code in ("", "AAAA-AAAA", "0"):
        assert client.post("/account/login/code", {"code": code}).status_code in {200, 302}
    assert client.get("/me").status_code == 302


def test_a_suspended_member_gets_no_code_and_one_that_was_sent_before_no_longer_works(
    village: Village, client: Client
) -> None:
    ask_for_code(client, KERVADEC)
    code = code_sent()
    village.kervadec.is_active = False
    village.kervadec.save()
    client.post("/account/login/code", {"code": code}, follow=True)
    assert client.get("/me").status_code == 302
    Envelope.objects.all().delete()
    ask_for_code(Client(), KERVADEC)
    assert not Envelope.objects.exists()


def test_suspending_a_member_ends_the_visit_they_are_in(village: Village, client: Client) -> None:
    client.force_login(village.kervadec)
    village.kervadec.is_active = False
    village.kervadec.save()
    assert client.get("/me").status_code == 302


def test_five_wrong_codes_end_the_attempt(village: Village, client: Client) -> None:
    ask_for_code(client, KERVADEC)
    code = code_sent()
    for _ in range(5):
        client.post("/account/login/code", {"code": "ZZZZ-ZZZZ"})
    client.post("/account/login/code", {"code": code})
    assert client.get("/me").status_code == 302


def test_codes_for_one_address_are_limited_and_the_limit_is_said(village: Village) -> None:
    pages = [ask_for_code(Client(), KERVADEC) for _ in range(5)]
    assert "Trop d’essais" in pages[-1]
    assert Envelope.objects.count() < 5


def test_a_wrong_code_is_told_beside_the_field(village: Village, client: Client) -> None:
    ask_for_code(client, KERVADEC)
    page = client.post("/account/login/code", {"code": "ZZZZ-ZZZZ"}).content.decode()
    assert "Ce code n’est pas le bon" in page
    assert 'aria-describedby="code-wrong"' in page


def test_the_session_keeps_no_time_and_no_address_of_the_coming_in(village: Village, client: Client) -> None:
    ask_for_code(client, KERVADEC)
    client.post("/account/login/code", {"code": code_sent()})
    assert [key for key in client.session.keys() if "account" in key] == []  # noqa: SIM118 (a session is no dict)


def test_nobody_signs_up_manages_addresses_or_sets_a_password_through_the_library(
    village: Village, client: Client
) -> None:
    for name in ("account_signup", "account_email", "account_change_password", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("/account/signup/", "/account/email/", "/account/password/reset/", "/account/"):
        assert client.get(path).status_code == 404
    adapter = LoginAdapter()
    assert not adapter.is_open_for_signup(None)  # type: ignore[arg-type]
    with pytest.raises(UnexpectedMail):
        adapter.send_mail("account/email/unknown_account", KERVADEC, {})


def test_going_out_takes_a_button(village: Village, client: Client) -> None:
    client.force_login(village.kervadec)
    assert client.get("/account/logout").status_code == 200
    assert client.get("/me").status_code == 200
    client.post("/account/logout")
    assert client.get("/me").status_code == 302
