"""« signaler », and what hosts do about it."""

from __future__ import annotations

import pytest
from django.test import Client

from colloque.moderation import hosting, settling
from colloque.moderation.models import Notice
from colloque.threads.models import Post
from tests.village import MASK, Village, answer, ask


@pytest.fixture
def notice(village: Village) -> Notice:
    post = answer(village.oyono, village.question(), "Confrère incapable", byline_kind=MASK)
    return settling.report(post, village.sarr, Notice.Rule.CONTEMPT, "<i>insultant</i>")


def test_a_reader_reports_a_post_and_is_thanked_in_its_thread(village: Village, client: Client) -> None:
    post = village.question()
    client.force_login(village.sarr)
    assert "Un patient peut être reconnu" in client.get(f"/p/{post.key}/notice").content.decode()
    response = client.post(f"/p/{post.key}/notice", {"rule": "patient", "words": "L’âge et le village"})
    assert response.headers["Location"] == post.path
    assert Notice.objects.get().words == "L’âge et le village"


def test_reporting_twice_or_without_a_rule_keeps_what_was_typed(village: Village, client: Client) -> None:
    post = village.question()
    client.force_login(village.sarr)
    missing = client.post(f"/p/{post.key}/notice", {"words": "voyez vous-mêmes"})
    assert missing.status_code == 422 and "voyez vous-mêmes" in missing.content.decode()
    client.post(f"/p/{post.key}/notice", {"rule": "other"})
    again = client.post(f"/p/{post.key}/notice", {"rule": "other", "words": "encore"})
    assert again.status_code == 422 and "déjà signalé" in again.content.decode()


def test_whoever_cannot_read_a_post_cannot_learn_that_it_exists(village: Village, client: Client) -> None:
    post = village.question()
    client.force_login(village.vasseur)
    assert client.get(f"/p/{post.key}/notice").status_code == 404
    assert client.post(f"/p/{post.key}/notice", {"rule": "other"}).status_code == 404


def test_the_host_reads_the_post_in_its_place_and_never_who_reported_nor_who_is_masked(
    village: Village, client: Client, notice: Notice
) -> None:
    client.force_login(village.lenoir)
    page = client.get(f"/host/notices/{notice.key}").content.decode()
    assert "Confrère incapable" in page and "Que faire" in page and "&lt;i&gt;insultant" in page
    assert "Oyono" not in page and "Sarr" not in page


def test_a_hidden_post_shows_rule_and_reason_to_readers_and_its_words_to_nobody(
    village: Village, client: Client, notice: Notice
) -> None:
    client.force_login(village.lenoir)
    without = client.post(f"/host/notices/{notice.key}/hiding", {"reason": ""})
    assert without.status_code == 422
    client.post(f"/host/notices/{notice.key}/hiding", {"reason": "attaque d’un confrère"})
    assert Post.objects.get(pk=notice.post_id).state == Post.State.HIDDEN
    client.force_login(village.sarr)
    for path in (notice.thread.path, notice.post.path, "/", "/c/mg-finistere"):
        page = client.get(path, follow=True).content.decode()
        assert "Confrère incapable" not in page
    assert "attaque d’un confrère" in client.get(notice.thread.path).content.decode()


def test_a_hidden_question_shows_neither_its_words_nor_its_title(village: Village, client: Client) -> None:
    question = ask(village.kervadec, village.finistere, "Mme Le Goff, Plouhinec", "Elle tousse")
    answer(village.sarr, question, "Attendre.")
    settling.hide(settling.report(question, village.oyono, Notice.Rule.PATIENT), village.lenoir, "patiente nommée")
    client.force_login(village.sarr)
    for path in (question.thread.path, "/", "/c/mg-finistere"):
        page = client.get(path, follow=True).content.decode()
        assert "Le Goff" not in page and "tousse" not in page
    client.force_login(village.lenoir)
    assert "Le Goff" not in client.get("/host/notices").content.decode()


def test_a_post_is_left_in_place_with_a_reason(village: Village, client: Client, notice: Notice) -> None:
    client.force_login(village.lenoir)
    client.post(f"/host/notices/{notice.key}/leaving", {"reason": "vif, sans mépris"})
    notice.refresh_from_db()
    assert (notice.outcome, notice.reason) == ("left", "vif, sans mépris")
    page = client.get(f"/host/notices/{notice.key}").content.decode()
    assert "vif, sans mépris" in page and "Décider" not in page
    again = client.post(f"/host/notices/{notice.key}/hiding", {"reason": "si"})
    assert again.status_code == 422


def test_a_host_is_not_asked_to_judge_their_own_post(village: Village, client: Client) -> None:
    hosting.make_host(village.kervadec)
    own = settling.report(ask(village.lenoir, village.finistere), village.sarr, Notice.Rule.OTHER)
    client.force_login(village.lenoir)
    assert "un autre hôte doit en juger" in client.get(f"/host/notices/{own.key}").content.decode()
    assert client.post(f"/host/notices/{own.key}/leaving", {"reason": "bon"}).status_code == 422
