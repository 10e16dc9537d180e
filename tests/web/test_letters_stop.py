"""« stop » in one click (RFC 8058)."""

from __future__ import annotations

from django.test import Client

from colloque.correspondence.models import Envelope, ReplyAddress
from colloque.people.models import Mailbox, Member
from tests.village import Village


def path_of(mailbox: Mailbox) -> str:
    return f"/letters/stop/{ReplyAddress.give(mailbox, 'stop')}"


def test_one_post_without_cookie_or_login_stops_everything(village: Village) -> None:
    mailbox = village.kervadec.mailboxes.get()
    waiting = Envelope.objects.create(
        mailbox=mailbox, purpose="question", about="post:x", is_budgeted=True, state="queued"
    )
    client = Client(enforce_csrf_checks=True)
    response = client.post(path_of(mailbox), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not Member.objects.get(pk=village.kervadec.pk).takes_letters
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert client.post(path_of(mailbox)).status_code == 200


def test_opening_the_link_changes_nothing_and_shows_the_button(village: Village, client: Client) -> None:
    page = client.get(path_of(village.kervadec.mailboxes.get())).content.decode()
    assert "Arrêter toutes les lettres" in page
    assert Member.objects.get(pk=village.kervadec.pk).takes_letters


def test_whoever_is_no_member_is_never_written_to_again(village: Village, client: Client) -> None:
    mailbox = Mailbox.objects.create(address="invite@example.net")
    client.post(path_of(mailbox))
    mailbox.refresh_from_db()
    assert mailbox.refused_on is not None


def test_the_page_speaks_the_reader_s_language(village: Village, client: Client) -> None:
    Member.objects.filter(pk=village.kervadec.pk).update(language="en")
    assert '<html lang="en">' in client.get(path_of(village.kervadec.mailboxes.get())).content.decode()


def test_tokens_of_other_purposes_revoked_or_made_up_stop_nothing(village: Village, client: Client) -> None:
    mailbox = village.kervadec.mailboxes.get()
    path = path_of(mailbox)
    assert client.post(f"/letters/stop/{ReplyAddress.give(mailbox, 'bounce')}").status_code == 404
    assert client.post("/letters/stop/" + "a" * 26).status_code == 404
    mailbox.revoke_reply_addresses()
    assert client.post(path).status_code == 404
    assert Member.objects.get(pk=village.kervadec.pk).takes_letters
