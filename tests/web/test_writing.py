"""Asking, answering, correcting, withdrawing: nothing typed is lost, nothing is published twice."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from colloque.people.models import Member
from colloque.threads import publishing
from colloque.threads.models import Attachment, Draft, Post, Thread
from tests.conftest import Work
from tests.village import MASK, NAME, Village, answer
from tests.web.conftest import Enter, token_in


def sent(client: Client, path: str, **fields: Any) -> Any:
    """Open a form and send it, as a browser does."""
    token = fields.pop("token", None) or token_in(client.get(path).content.decode())
    return client.post(path, {"token": token, **fields})


def photo(size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    """A JPEG whose camera noted a place and a name."""
    image = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x010E] = "Mme Patiente, Brest"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("Mme-Patiente.jpg", out.getvalue(), content_type="image/jpeg")


def question_of(client: Client, **more: Any) -> Any:
    fields = {"circle": "mg-finistere", "title": "Une toux ?", "source": "Que faire ?", "byline_kind": NAME}
    return sent(client, "/questions/new", **{**fields, **more})


def test_a_question_asked_on_the_page_is_published_and_followed_by_its_thread(village: Village, enter: Enter) -> None:
    response = question_of(enter(village.kervadec))
    post = Post.objects.get()
    assert response.headers["Location"] == post.thread.path
    assert (post.thread.title, post.source, post.via, post.byline.text) == (
        "Une toux ?", "Que faire ?", "web", "Dr Solène Kervadec",
    )  # fmt: skip


def test_the_circle_of_the_address_is_chosen_beforehand(village: Village, enter: Enter) -> None:
    page = enter(village.lenoir).get("/questions/new?circle=pairs-lille").content.decode()
    assert '<option value="pairs-lille" selected>' in page


def test_the_byline_is_chosen_for_each_message_from_the_words_that_others_will_see(
    village: Village, enter: Enter
) -> None:
    oyono = enter(village.oyono)
    page = oyono.get("/questions/new").content.decode()
    assert "Dr Marguerite Oyono" in page and "Une consœur, dermatologue, Île-de-France" in page
    assert 'value="mask" checked' in page
    assert "L’hôte peut savoir qui vous êtes." in page
    question_of(oyono, byline_kind=MASK)
    assert Post.objects.get().byline.text == "Une consœur, dermatologue, Île-de-France"


def test_a_masked_asker_is_proposed_the_mask_again_in_that_thread(village: Village, enter: Enter) -> None:
    kervadec = enter(village.kervadec)
    question_of(kervadec, byline_kind=MASK)
    page = kervadec.get(Thread.objects.get().path).content.decode()
    assert 'value="mask" checked' in page


def test_the_same_form_sent_twice_publishes_once(village: Village, enter: Enter) -> None:
    kervadec = enter(village.kervadec)
    token = token_in(kervadec.get("/questions/new").content.decode())
    first, second = (question_of(kervadec, token=token) for _ in range(2))
    assert Post.objects.count() == 1
    assert not Draft.objects.exists()
    assert first.headers["Location"] == second.headers["Location"]


def test_a_form_s_token_made_up_or_another_member_s_takes_nothing_from_anybody(village: Village, enter: Enter) -> None:
    kervadec, sarr = enter(village.kervadec), enter(village.sarr)
    token = token_in(kervadec.get("/questions/new").content.decode())
    question_of(kervadec, token=token)
    question_of(sarr, token=token)
    question_of(sarr, token="k" * 12 + ":forged")
    assert Post.objects.count() == 3
    assert len({post.byline.text for post in Post.objects.all()}) == 2


def test_what_is_missing_is_told_beside_the_field_and_what_was_typed_stays(village: Village, enter: Enter) -> None:
    response = question_of(enter(village.kervadec), title="", source="Un long texte")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Un long texte" in page and "Il manque la question" in page
    assert 'aria-invalid="true"' in page and 'role="alert"' in page
    assert not Post.objects.exists()


def test_a_refusal_is_said_and_the_text_kept_as_a_draft_with_its_way_back(
    village: Village, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "POSTS_A_DAY", 0)
    kervadec = enter(village.kervadec)
    response = question_of(kervadec, source="Le texte du soir")
    page = response.content.decode()
    assert "Vous avez beaucoup écrit aujourd’hui" in page and "Le texte du soir" in page
    draft = Draft.objects.get()
    assert "Brouillon" in kervadec.get("/").content.decode()
    monkeypatch.undo()
    again = kervadec.get(f"/questions/new?draft={draft.key}").content.decode()
    assert "Le texte du soir" in again
    question_of(kervadec, token=token_in(again), source="Le texte du soir")
    assert Post.objects.get().source == "Le texte du soir"
    assert not Draft.objects.exists()


def test_a_text_may_be_kept_for_later_and_thrown_away(village: Village, enter: Enter) -> None:
    kervadec = enter(village.kervadec)
    question_of(kervadec, title="", source="À finir", keep="1")
    draft = Draft.objects.get()
    assert not Post.objects.exists()
    assert enter(village.sarr).post(f"/drafts/{draft.key}/removal").status_code == 404
    kervadec.post(f"/drafts/{draft.key}/removal")
    assert not Draft.objects.exists()


def test_another_member_s_draft_cannot_be_opened(village: Village, enter: Enter) -> None:
    draft = publishing.start_question(village.kervadec, village.finistere, "Secret", "très secret", via="web")
    assert "très secret" not in enter(village.sarr).get(f"/questions/new?draft={draft.key}").content.decode()


def test_an_answer_to_an_answer_is_nested_and_brings_back_to_its_place(village: Village, enter: Enter) -> None:
    first = answer(village.sarr, village.question())
    kervadec = enter(village.kervadec)
    page = kervadec.get(f"{first.path}/answer").content.decode()
    assert "Attendre trois mois." in page and "Dr Amadou Sarr" in page
    response = sent(kervadec, f"{first.path}/answer", source="Merci.", byline_kind=NAME)
    reply = Post.objects.get(source="Merci.")
    assert reply.parent == first
    assert response.headers["Location"] == f"{first.thread.path}#p-{reply.key}"


def test_the_form_at_the_foot_of_a_thread_answers_the_question(village: Village, enter: Enter) -> None:
    question = village.question()
    sarr = enter(village.sarr)
    token = token_in(sarr.get(question.thread.path).content.decode())
    sarr.post(f"{question.path}/answer", {"token": token, "source": "Rien.", "byline_kind": NAME})
    assert Post.objects.get(source="Rien.").parent == question


def test_an_answer_to_a_closed_thread_is_refused_and_kept(village: Village, enter: Enter) -> None:
    question = village.question()
    sarr = enter(village.sarr)
    token = token_in(sarr.get(question.thread.path).content.decode())
    publishing.close(question.thread, village.kervadec)
    response = sarr.post(f"{question.path}/answer", {"token": token, "source": "Trop tard ?", "byline_kind": NAME})
    assert response.status_code == 422
    assert "Ce fil est clos" in response.content.decode()
    assert Draft.objects.get().source == "Trop tard ?"
    assert sarr.get(f"{question.path}/answer").status_code == 409


def test_the_asker_s_letter_leaves_after_an_answer_on_the_page(village: Village, enter: Enter, work: Work) -> None:
    from colloque.correspondence.models import Envelope

    question = village.question()
    sent(enter(village.sarr), f"{question.path}/answer", source="Attendez.", byline_kind=NAME)
    work()
    assert Envelope.objects.filter(purpose="answer", mailbox__member=village.kervadec, state="ready").exists()


def test_a_correction_shows_its_day_and_only_the_author_may_make_it(village: Village, enter: Enter) -> None:
    question = village.question()
    kervadec = enter(village.kervadec)
    page = kervadec.get(f"{question.path}/correction").content.decode()
    assert "Que faire ?" in page and "Toux après une coqueluche" in page
    kervadec.post(f"{question.path}/correction", {"title": "Toux traînante", "source": "Que faire, au juste ?"})
    page = kervadec.get(question.thread.path).content.decode()
    assert "Toux traînante" in page and "Que faire, au juste ?" in page and "· corrigé le" in page
    response = enter(village.sarr).post(f"{question.path}/correction", {"title": "x", "source": "y"})
    assert response.status_code == 403
    assert "Seul l’auteur" in response.content.decode()


def test_an_empty_correction_is_not_taken(village: Village, enter: Enter) -> None:
    post = answer(village.sarr, village.question())
    response = enter(village.sarr).post(f"{post.path}/correction", {"source": "  "})
    assert response.status_code == 422
    assert "Écrivez quelques mots" in response.content.decode()


def test_a_correction_refused_by_the_house_keeps_what_was_typed(village: Village, enter: Enter) -> None:
    post = answer(village.sarr, village.question())
    long = "mot " * 6000
    response = enter(village.sarr).post(f"{post.path}/correction", {"source": long})
    assert response.status_code == 422
    assert "trop long" in response.content.decode() and long[:200] in response.content.decode()


def test_withdrawing_asks_first_and_then_erases(village: Village, enter: Enter) -> None:
    post = answer(village.sarr, village.question())
    sarr = enter(village.sarr)
    assert "sans retour" in sarr.get(f"{post.path}/removal").content.decode()
    assert Post.objects.get(pk=post.pk).state == "published"
    sarr.post(f"{post.path}/removal", {"reason": "doublon"})
    post.refresh_from_db()
    assert (post.state, post.source) == ("withdrawn", "")
    assert sarr.get(f"{post.path}/removal").status_code == 403
    assert enter(village.kervadec).post(f"{post.path}/removal").status_code == 403


def test_pictures_are_taken_where_the_circle_allows_them_without_what_the_camera_noted(
    village: Village, enter: Enter
) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    kervadec = enter(village.kervadec)
    assert 'type="file"' in kervadec.get("/questions/new").content.decode()
    question_of(kervadec, pictures=[photo(), photo()], description="Une éruption")
    thread, rows = Thread.objects.get(), list(Attachment.objects.all())
    assert len(rows) == 2
    page = kervadec.get(thread.path).content.decode()
    assert f'<img src="/a/{rows[0].key}" width="40" height="30" alt="Une éruption"' in page
    response = enter(village.sarr).get(rows[0].path)
    data = b"".join(response.streaming_content)
    assert b"Patiente" not in data
    assert not Image.open(io.BytesIO(data)).getexif()
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("inline")
    assert "Patiente" not in response.headers["Content-Disposition"]


def test_a_picture_is_seen_by_readers_of_its_thread_only_and_goes_with_its_post(village: Village, enter: Enter) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    kervadec = enter(village.kervadec)
    question_of(kervadec, pictures=[photo()])
    path = Attachment.objects.get().path
    assert enter(village.vasseur).get(path).status_code == 404
    assert Client().get(path).status_code == 302
    publishing.withdraw(Post.objects.get(), village.kervadec)
    assert kervadec.get(path).status_code == 404


def test_a_circle_without_pictures_offers_none_and_refuses_one_that_comes(village: Village, enter: Enter) -> None:
    kervadec = enter(village.kervadec)
    assert 'type="file"' not in kervadec.get("/questions/new").content.decode()
    response = question_of(kervadec, pictures=[photo()])
    assert "Ce cercle n’admet pas d’image" in response.content.decode()
    assert not Post.objects.exists() and not Attachment.objects.exists()


def test_a_file_that_is_no_picture_is_refused_and_the_text_kept(village: Village, enter: Enter) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    evil = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    response = question_of(enter(village.kervadec), pictures=[evil], source="Mon texte")
    page = response.content.decode()
    assert "n’a pas pu être lue" in page and "Mon texte" in page


def test_pictures_are_kept_with_a_text_that_was_refused(
    village: Village, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    monkeypatch.setattr(publishing, "POSTS_A_DAY", 0)
    kervadec = enter(village.kervadec)
    response = question_of(kervadec, pictures=[photo()], source="")
    page = response.content.decode()
    assert "Une image est déjà gardée avec ce texte." in page
    monkeypatch.undo()
    question_of(kervadec, token=token_in(page), source="")
    assert Post.objects.get().attachments.count() == 1


def test_a_picture_kept_by_mistake_is_taken_away_before_the_text_is_published(
    village: Village, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.finistere.allows_pictures = True
    village.finistere.save()
    monkeypatch.setattr(publishing, "POSTS_A_DAY", 0)
    kervadec = enter(village.kervadec)
    page = question_of(kervadec, pictures=[photo((40, 30))]).content.decode()
    assert "Retirer les images gardées" in page
    monkeypatch.undo()
    question_of(kervadec, token=token_in(page), forget_pictures="1", pictures=[photo((50, 20))])
    assert Attachment.objects.get().width == 50


def test_a_draft_whose_thread_has_closed_since_can_still_be_read(village: Village, enter: Enter) -> None:
    question = village.question()
    draft = publishing.start_answer(village.sarr, question, "Trop tard, mais utile.", via="web")
    publishing.close(question.thread, village.kervadec)
    page = enter(village.sarr).get(f"{question.path}/answer?draft={draft.key}").content.decode()
    assert "Trop tard, mais utile." in page and "Ce fil est clos" in page


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_publishes_once(village: Village, enter: Enter) -> None:
    clients = [enter(village.kervadec) for _ in range(2)]
    token = token_in(clients[0].get("/questions/new").content.decode())
    start = threading.Barrier(2)

    def send(client: Client) -> str:
        try:
            start.wait()
            return str(question_of(client, token=token).headers["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        places = set(pool.map(send, clients))
    assert Post.objects.count() == 1
    assert len(places) == 1


def test_whoever_is_of_no_circle_is_shown_the_circles(village: Village, enter: Enter, db: None) -> None:
    lonely = Member.objects.create(given_name="Anne", family_name="Seule", gender="f")
    assert "vous n’êtes encore d’aucun" in enter(lonely).get("/questions/new").content.decode()


def test_a_visit_that_ended_while_writing_shows_the_words_again(village: Village) -> None:
    question = village.question()
    response = Client().post(f"{question.path}/answer", {"token": "t", "source": "Une longue réponse. " * 9})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Une longue réponse." in page and "Il faut entrer de nouveau" in page
    assert Post.objects.count() == 1


def test_a_form_older_than_the_login_is_offered_again_filled_in(village: Village) -> None:
    question = village.question()
    client = Client(enforce_csrf_checks=True)
    client.force_login(village.sarr)
    written = {"token": "t", "source": "Une <b>longue</b> réponse. " * 9}
    response = client.post(f"{question.path}/answer", written, headers={"origin": "http://testserver"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Une &lt;b&gt;longue&lt;/b&gt; réponse." in page and "Envoyer de nouveau" in page
    elsewhere = client.post(f"{question.path}/answer", written, headers={"origin": "http://evil.example"})
    assert "longue" not in elsewhere.content.decode()
