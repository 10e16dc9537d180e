"""The demo's own pages, in this process: mailboxes to answer from, one-click logins; absent everywhere else."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import clear_url_caches

import colloque.demo as demo_module
from colloque.mail.lmtp import open_door
from colloque.mail.models import Letter
from colloque.threads.models import Post, Thread


@pytest.fixture
def demo(transactional_db: None, settings: Any) -> Iterator[None]:
    """The demo's app as `colloque demo` installs it, filled, with the LMTP door open."""
    keeper, door = open_door("127.0.0.1", 0)
    # INSTALLED_APPS stays: setting Django up twice registers procrastinate's tasks twice.
    templates = str(Path(demo_module.__file__).parent / "templates")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [templates]}]
    settings.ROOT_URLCONF = "colloque.demo.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.INSTANCE = dataclasses.replace(settings.INSTANCE, lmtp_port=keeper.port, demo=True)
    clear_url_caches()
    from colloque.demo import filling
    from colloque.demo.models import DemoPerson, SentMail

    with connection.schema_editor() as editor:
        for model in (SentMail, DemoPerson):
            editor.create_model(model)
    try:
        filling.fill()
        yield
    finally:
        with connection.schema_editor() as editor:
            for model in (DemoPerson, SentMail):
                editor.delete_model(model)
        keeper.stop()
        door.close()
        clear_url_caches()


def kept_mail(recipient: str, sender: str) -> Any:
    from colloque.demo.models import SentMail

    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, recipient, "Une question : laquelle ?"
    made["Date"], made["Message-ID"] = "Mon, 23 Nov 2026 20:00:00 +0100", "<p.abc@colloque.example.org>"
    made.set_content("Le texte de la question.\n")
    made.add_alternative(
        '<html><head></head><body><p>Le texte</p><img src="cid:picture-1"></body></html>', subtype="html"
    )
    html = made.get_payload()[-1]
    html.add_related(b"\x89PNG picture", "image", "png", cid="<picture-1>")  # type: ignore[union-attr]
    return SentMail.objects.create(recipient=recipient, raw=made.as_bytes())


def test_the_demos_addresses_do_not_exist_elsewhere(client: Client, db: None) -> None:
    for path in ("/demo/mailbox", "/demo/login/abcdefghjkmn"):
        assert client.get(path).status_code == 404


def test_the_village_lives_in_the_database(demo: None) -> None:
    from colloque.correspondence.models import Dispatch
    from colloque.demo.filling import is_filled
    from colloque.demo.models import DemoPerson

    assert is_filled()
    assert Thread.objects.count() == 15
    assert {each.role for each in DemoPerson.objects.all()} == {"asker", "answerer", "host"}
    assert Post.objects.filter(byline__kind="mask").exists()
    assert Thread.objects.filter(state="closed").exists()
    assert Dispatch.objects.filter(expanded_on__isnull=True).count() == 1  # the question that still waits is really put


def test_one_click_and_one_is_that_person(demo: None, client: Client) -> None:
    from colloque.demo.models import DemoPerson

    person = DemoPerson.objects.get(role="asker")
    assert client.get(f"/demo/login/{person.key}").status_code == 302
    assert client.get("/").context["user"] == person.member
    assert client.get("/demo/login/nobodynobody").status_code == 404


def test_a_mail_is_shown_and_answered_through_the_real_door(demo: None, client: Client) -> None:
    from colloque.demo.models import DemoPerson

    person = DemoPerson.objects.get(role="answerer")
    address = person.member.primary_mailbox.address
    mail = kept_mail(address, f"Dr X (Colloque) <reponse+{'a' * 26}@colloque.example.org>")
    assert "Une question" in client.get("/demo/mailbox?of=answerer").content.decode()
    page = client.get(f"/demo/mailbox/{mail.key}").content.decode()
    assert "Répondre à ce mail" in page and "In-Reply-To" not in page
    html = client.get(f"/demo/mailbox/{mail.key}/html")
    assert f"/demo/mailbox/{mail.key}/pictures/0" in html.content.decode()
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert client.get(f"/demo/mailbox/{mail.key}/pictures/0").content == b"\x89PNG picture"
    assert client.get(f"/demo/mailbox/{mail.key}/pictures/7").status_code == 404
    assert client.post(f"/demo/mailbox/{mail.key}/replies", {"text": "Ma réponse."}).status_code == 302
    letter = Letter.objects.get()
    assert b"Le texte de la question" in letter.content
    assert letter.recipient.startswith("reponse+")


def test_a_new_mail_goes_through_the_door_and_a_refused_one_says_so(demo: None, client: Client) -> None:
    fields = {"of": "asker", "subject": "Fer", "text": "Vous traitez ?"}
    client.post("/demo/mailbox/letters", {**fields, "to": "mg-finistere@colloque.example.org"})
    assert Letter.objects.count() == 1
    refused = client.post("/demo/mailbox/letters", {**fields, "to": "x@elsewhere.example.net"}, follow=True)
    assert "La lettre n’est pas partie" in refused.content.decode()


def test_errors_in_the_demo_are_told_as_elsewhere(demo: None, client: Client) -> None:
    assert "Colloque" in client.get("/nothing-here").content.decode()
