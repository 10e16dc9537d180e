"""Held letters: read, released under a member's signature, or refused."""

from __future__ import annotations

import pytest
from django.test import Client

from colloque.mail.models import Letter
from colloque.threads.models import Post
from tests.mail.letters import address_of, hand_in, message, reply, token_address
from tests.village import Village

TEXT = "Attendre trois mois, puis revoir. <script>alert(1)</script>"


@pytest.fixture
def host(village: Village, client: Client) -> Client:
    client.force_login(village.lenoir)
    return client


@pytest.fixture
def held(village: Village) -> Letter:
    """A reply to Sarr's letter that came from an address which is not his."""
    to = token_address(village.sarr, village.question())
    letter = hand_in(message("cabinet@example.net", to, "Re: Toux", TEXT), to)
    assert letter.outcome == Letter.Outcome.HELD
    return letter


def page(host: Client, letter: Letter) -> str:
    response = host.get(f"/host/letters/{letter.key}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_who_pretends_to_write_why_it_is_held_and_what_it_says(host: Client, held: Letter) -> None:
    shown = page(host, held)
    assert "cabinet@example.net" in shown and "Attendre trois mois" in shown
    assert "La réponse vient d’une autre adresse" in shown
    assert "<script>" not in shown


def test_the_capability_in_a_reply_address_is_not_shown(host: Client, held: Letter) -> None:
    secret = held.recipient.partition("@")[0]
    assert secret not in page(host, held) + host.get("/host/letters").content.decode()


def test_a_held_letter_is_released_under_the_owner_of_the_reply_address(
    village: Village, host: Client, held: Letter
) -> None:
    assert f'value="{village.sarr.key}"' in page(host, held)
    response = host.post(f"/host/letters/{held.key}/release", {"member": village.sarr.key})
    assert response.headers["Location"] == "/host/letters"
    held.refresh_from_db()
    assert held.outcome == Letter.Outcome.PUBLISHED
    assert Post.objects.get(key=held.post).byline.text == "Dr Amadou Sarr"
    assert host.get(f"/host/letters/{held.key}").status_code == 404


def test_another_member_is_found_by_name_and_chosen(village: Village, host: Client, held: Letter) -> None:
    shown = host.get(f"/host/letters/{held.key}", {"q": "kerva"}).content.decode()
    assert f'value="{village.kervadec.key}"' in shown
    host.post(f"/host/letters/{held.key}/release", {"member": village.kervadec.key})
    held.refresh_from_db()
    assert Post.objects.get(key=held.post).byline.text == "Dr Solène Kervadec"


def test_releasing_as_nobody_says_what_is_missing(host: Client, held: Letter) -> None:
    response = host.post(f"/host/letters/{held.key}/release", {"member": "personne"})
    assert response.status_code == 422 and "n’existe pas" in response.content.decode()


def test_a_letter_is_refused_with_a_reason_and_without_one_kept(host: Client, held: Letter) -> None:
    empty = host.post(f"/host/letters/{held.key}/refusal", {"reason": " "})
    assert empty.status_code == 422 and "Donnez une raison" in empty.content.decode()
    host.post(f"/host/letters/{held.key}/refusal", {"reason": "publicité déguisée"})
    held.refresh_from_db()
    assert (held.outcome, held.reason, held.detail) == ("refused", "refused-by-host", "publicité déguisée")


def test_what_was_published_is_never_opened_at_the_desk(village: Village, host: Client) -> None:
    letter = reply(village.sarr, village.question(), "Publié.")
    assert host.get(f"/host/letters/{letter.key}").status_code == 404
    assert letter.key not in host.get("/host/letters").content.decode()


def test_held_letters_stand_before_refused_ones(village: Village, host: Client, held: Letter) -> None:
    later = hand_in(
        message(address_of(village.sarr), "personne@colloque.example.org", "?", "?"), "personne@colloque.example.org"
    )
    Letter.objects.filter(pk=later.pk).update(outcome="refused", reason="no-such-address")
    shown = host.get("/host/letters").content.decode()
    assert shown.index("autre adresse que celles") < shown.index("Personne n’a cette adresse")


def test_an_erased_letter_stays_in_the_list_with_its_reason_and_cannot_be_opened(host: Client, held: Letter) -> None:
    held.settle(Letter.Outcome.REFUSED, "refused-by-host")
    held.erase()
    shown = host.get("/host/letters").content.decode()
    assert "texte effacé" in shown and held.key not in shown
    assert host.get(f"/host/letters/{held.key}").status_code == 404
