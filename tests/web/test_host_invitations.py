"""Inviting by list: as spreadsheets write it, looked at before anything leaves, and the report."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from colloque.correspondence.models import Envelope
from colloque.people.models import Mailbox
from colloque.threads import publishing
from colloque.threads.models import Invitation, Thread
from tests.village import Village

LIST = "email;civilité;prénom;nom;spécialité;département\r\nanne@example.net;Mme;Anne;Morvan;cardiologie;29\r\n"
NEW, CONFIRM = "/host/circles/mg-finistere/invitations/new", "/host/circles/mg-finistere/invitations"


@pytest.fixture
def host(village: Village, client: Client) -> Client:
    client.force_login(village.lenoir)
    return client


@pytest.fixture
def question(village: Village) -> Thread:
    return village.thread()


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("liste.csv", data, content_type="text/csv")


def carried(page: str) -> str:
    """The list that the preview carries to the confirmation, as a browser would send it."""
    import html

    return html.unescape(page.split('<textarea name="list" hidden>\n')[1].split("</textarea>")[0])


def test_without_an_open_question_the_page_says_why_it_needs_one(village: Village, host: Client) -> None:
    page = host.get(NEW).content.decode()
    assert "Il faut d’abord une question ouverte" in page and "Relire avant" not in page


def test_a_closed_question_invites_nobody(village: Village, host: Client, question: Thread) -> None:
    publishing.close(question, village.kervadec)
    response = host.post(CONFIRM, {"question": question.key, "list": LIST})
    assert response.status_code == 422 and not Invitation.objects.exists()


def test_the_preview_counts_names_bad_lines_shows_the_letter_and_sends_nothing(host: Client, question: Thread) -> None:
    response = host.post(NEW, {"question": question.key, "list": LIST + "pas-une-adresse;M.;Jean;Roy;;\n"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Un confrère figure sur la liste" in page and "Ligne 3" in page
    assert "Dr Paul Lenoir" in page and "Toux après une coqueluche" in page and "Que faire" in page
    assert not Invitation.objects.exists() and not Mailbox.objects.filter(address="anne@example.net").exists()
    assert not Envelope.objects.filter(purpose="invitation").exists()


@pytest.mark.parametrize(
    "data",
    [
        LIST.encode("cp1252"),
        LIST.encode("utf-8-sig"),
        LIST.encode("utf-16"),
        LIST.replace(";", ",").encode(),
        LIST.replace(";", "\t").encode(),
    ],
    ids=["excel-cp1252", "utf8-mark", "utf16", "commas", "tabs"],
)
def test_a_file_is_read_as_spreadsheets_write_it_and_confirmed(host: Client, question: Thread, data: bytes) -> None:
    page = host.post(NEW, {"question": question.key, "file": upload(data)}).content.decode()
    report = host.post(CONFIRM, {"question": question.key, "list": carried(page)}).content.decode()
    assert "Une invitation part" in report
    row = Invitation.objects.get()
    assert (row.given_name, row.family_name, row.gender, row.speciality) == ("Anne", "Morvan", "f", "SM04")


def test_the_same_file_twice_invites_once(host: Client, question: Thread) -> None:
    for _time in range(2):
        page = host.post(NEW, {"question": question.key, "file": upload(LIST.encode())}).content.decode()
        report = host.post(CONFIRM, {"question": question.key, "list": carried(page)}).content.decode()
    assert "est déjà invité" in report and "Aucune invitation" in report
    assert Envelope.objects.filter(purpose="invitation").count() == 1


def test_a_member_of_the_instance_enters_the_circle_without_a_letter(
    village: Village, host: Client, question: Thread
) -> None:
    listed = "email;nom\nLuc.Vasseur@example.org;Vasseur\n"
    assert "déjà connues" in host.post(NEW, {"question": question.key, "list": listed}).content.decode()
    host.post(CONFIRM, {"question": question.key, "list": listed})
    assert village.finistere.has_member(village.vasseur) and not Invitation.objects.exists()


def test_three_thousand_lines_are_refused_with_a_sentence_and_kept(host: Client, question: Thread) -> None:
    lines = "".join(f"m{n}@example.net;Nom{n}\n" for n in range(3_000))
    response = host.post(NEW, {"question": question.key, "file": upload(f"email;nom\n{lines}".encode())})
    page = response.content.decode()
    assert response.status_code == 422 and "trop long" in page and "m2999@example.net" in page


def test_html_in_a_name_stays_text(host: Client, question: Thread) -> None:
    listed = 'email;nom\nx@example.net;"</textarea><script>alert(1)</script>"\n'
    page = host.post(NEW, {"question": question.key, "list": listed}).content.decode()
    assert "<script>alert" not in page
    report = host.post(CONFIRM, {"question": question.key, "list": carried(page)}).content.decode()
    assert "<script>alert" not in report
    assert Invitation.objects.get().family_name == "</textarea><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        ("", "Il manque la liste"),
        ("nom;prénom\nMorvan;Anne\n", "Il manque une colonne"),
        ("email;nom\n", "que sa première ligne"),
        ('email;nom\n"jamais fermé\0', ""),
    ],
)
def test_a_list_that_cannot_be_taken_is_answered_and_kept(
    host: Client, question: Thread, listed: str, sentence: str
) -> None:
    response = host.post(NEW, {"question": question.key, "list": listed})
    page = response.content.decode()
    assert response.status_code in {200, 422}
    assert sentence in page and listed.split(";")[0] in page


def test_going_back_keeps_the_list(host: Client, question: Thread) -> None:
    response = host.post(CONFIRM, {"question": question.key, "list": LIST, "change": "1"})
    assert "anne@example.net" in response.content.decode() and not Invitation.objects.exists()
