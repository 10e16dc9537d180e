"""Preferences, addresses, language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client

from colloque.correspondence.models import Envelope, ReplyAddress
from colloque.people.models import Mailbox, Member
from tests.village import Village
from tests.web.conftest import Enter

PREFERENCES: dict[str, Any] = {
    "weekly_budget": "3", "has_quiet_hours": "on", "quiet_until": "9", "quiet_from": "19", "quiet_days": ["5", "6"],
    "language": "fr", "time_zone": "Indian/Reunion", "prefers_mask": "mask",
}  # fmt: skip


def me(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


def test_preferences_are_a_sentence_and_are_kept(village: Village, enter: Enter) -> None:
    client = enter(village.kervadec)
    assert "Au plus" in client.get("/me").content.decode()
    assert client.post("/me", PREFERENCES).headers["Location"] == "/me"
    now = me(village.kervadec)
    assert (now.weekly_budget, now.quiet_until, now.quiet_from, now.quiet_days) == (3, 9, 19, [5, 6])
    assert (now.has_quiet_hours, now.time_zone, now.prefers_mask) == (True, "Indian/Reunion", True)
    page = client.get("/").content.decode()
    assert (
        "Vous accordez trois lettres par semaine, entre 9\u00a0h et 19\u00a0h, jamais le samedi, jamais le dimanche."
        in page
    )
    assert "Il en reste trois." in page


def test_granting_more_time_lets_waiting_letters_leave_at_once(village: Village, enter: Enter) -> None:
    mailbox = village.kervadec.mailboxes.get()
    Member.objects.filter(pk=village.kervadec.pk).update(weekly_budget=0)
    waiting = Envelope.objects.create(
        mailbox=mailbox, purpose="question", about="post:x", is_budgeted=True, state="queued"
    )
    more = {key: value for key, value in PREFERENCES.items() if key != "has_quiet_hours"}
    enter(village.kervadec).post("/me", {**more, "quiet_days": []})
    waiting.refresh_from_db()
    assert waiting.state == "ready"


def test_a_preference_that_cannot_be_is_told_and_changes_nothing(village: Village, enter: Enter) -> None:
    client = enter(village.kervadec)
    response = client.post("/me", {**PREFERENCES, "weekly_budget": "900"})
    assert response.status_code == 422
    assert client.post("/me", {**PREFERENCES, "quiet_days": list("0123456")}).status_code == 422
    assert client.post("/me", {**PREFERENCES, "time_zone": "Mars/Olympus"}).status_code == 422
    assert me(village.kervadec).weekly_budget == 5


def test_a_time_zone_out_of_the_list_that_one_already_has_is_kept(village: Village, enter: Enter) -> None:
    Member.objects.filter(pk=village.kervadec.pk).update(time_zone="Asia/Tokyo")
    enter(village.kervadec).post("/me", {**PREFERENCES, "time_zone": "Asia/Tokyo"})
    assert me(village.kervadec).time_zone == "Asia/Tokyo"


def test_all_letters_stop_and_come_again_by_a_button(village: Village, enter: Enter) -> None:
    client = enter(village.kervadec)
    client.post("/me/letters/stop")
    assert not me(village.kervadec).takes_letters
    assert "Arrêtées depuis le" in client.get("/me").content.decode()
    assert "Vous ne recevez plus de lettres" in client.get("/").content.decode()
    client.post("/me/letters/stop/removal")
    assert me(village.kervadec).takes_letters


def test_an_address_is_added_proved_by_its_link_and_used(village: Village, enter: Enter) -> None:
    client = enter(village.kervadec)
    client.post("/me/addresses", {"address": "Solene@Cabinet.example.net"})
    mailbox = Mailbox.objects.get(address="solene@cabinet.example.net")
    assert mailbox.verified_on is None
    assert Envelope.objects.get().purpose == "address-proof"
    path = f"/me/addresses/proof/{ReplyAddress.give(mailbox, 'address-proof')}"
    assert "Oui, la confirmer" in client.get(path).content.decode()
    mailbox.refresh_from_db()
    assert mailbox.verified_on is None  # opening the link changed nothing
    client.post(path)
    mailbox.refresh_from_db()
    assert mailbox.verified_on is not None
    client.post(f"/me/addresses/{mailbox.key}/primary")
    assert me(village.kervadec).primary_mailbox == mailbox


def test_a_proof_serves_its_owner_alone(village: Village, enter: Enter) -> None:
    mailbox = Mailbox.objects.create(member=village.kervadec, address="solene@example.net")
    path = f"/me/addresses/proof/{ReplyAddress.give(mailbox, 'address-proof')}"
    assert enter(village.sarr).post(path).status_code == 404
    assert Client().get(path).status_code == 302
    other = ReplyAddress.give(mailbox, "answer", "post:x")
    assert enter(village.kervadec).get(f"/me/addresses/proof/{other}").status_code == 404
    mailbox.revoke_reply_addresses()
    assert enter(village.kervadec).get(path).status_code == 404


def test_an_address_proved_by_another_is_refused_without_telling_whose(village: Village, enter: Enter) -> None:
    response = enter(village.kervadec).post("/me/addresses", {"address": "amadou.sarr@example.org"})
    page = response.content.decode()
    assert "déjà confirmée par un membre" in page and "Sarr" not in page.replace("amadou.sarr", "")
    assert not village.kervadec.mailboxes.filter(address="amadou.sarr@example.org").exists()


def test_of_two_claims_the_first_proved_wins_and_the_other_is_told(village: Village, enter: Enter) -> None:
    mine = Mailbox.objects.create(member=village.kervadec, address="partagee@example.net")
    Mailbox.objects.create(member=village.sarr, address="partagee@example.net").verify()
    path = f"/me/addresses/proof/{ReplyAddress.give(mine, 'address-proof')}"
    response = enter(village.kervadec).post(path, follow=True)
    assert "déjà confirmée par un membre" in response.content.decode()
    mine.refresh_from_db()
    assert mine.verified_on is None


def test_the_last_proved_address_cannot_be_removed_and_another_can(village: Village, enter: Enter) -> None:
    client = enter(village.kervadec)
    first = village.kervadec.mailboxes.get()
    assert client.post(f"/me/addresses/{first.key}/removal").status_code == 403
    second = Mailbox.objects.create(member=village.kervadec, address="autre@example.net")
    second.verify()
    assert client.post(f"/me/addresses/{first.key}/removal").status_code == 302
    second.refresh_from_db()
    assert second.is_primary
    assert enter(village.sarr).post(f"/me/addresses/{second.key}/removal").status_code == 404


def test_there_is_an_end_to_the_addresses_one_may_try(village: Village, enter: Enter) -> None:
    client = enter(village.kervadec)
    for number in range(8):
        last = client.post("/me/addresses", {"address": f"a{number}@example.net"})
    assert last.status_code == 422
    assert village.kervadec.mailboxes.count() <= 6


def test_a_visitor_s_language_is_kept_by_the_browser_and_a_member_s_by_the_house(
    village: Village, enter: Enter
) -> None:
    visitor = Client()
    response = visitor.post("/language", {"language": "en", "next": "/account/login"})
    assert response.headers["Location"] == "/account/login"
    assert visitor.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert '<html lang="en">' in visitor.get("/").content.decode()
    client = enter(village.kervadec)
    client.post("/language", {"language": "en", "next": "/me"})
    assert me(village.kervadec).language == "en"
    assert '<html lang="en">' in client.get("/me").content.decode()


def test_changing_the_language_leads_nowhere_else(client: Client, db: None) -> None:
    for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert client.post("/language", {"language": "xx", "next": evil}).headers["Location"] == "/"


def test_an_address_of_our_own_domain_is_nobodys_to_claim(village: Village, enter: Enter) -> None:
    response = enter(village.kervadec).post("/me/addresses", {"address": "mg-finistere@colloque.example.org"})
    assert "l’une des nôtres" in response.content.decode()
    assert not Mailbox.objects.filter(address="mg-finistere@colloque.example.org").exists()
