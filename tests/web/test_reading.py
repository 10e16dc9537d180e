"""Who reads what, and what a thread's page shows."""

from __future__ import annotations

import pytest
from django.test import Client

from colloque.circles.models import Membership
from colloque.threads import publishing
from colloque.threads.models import Access, Attention, Byline, Post, Thread
from tests.village import MASK, Village, answer, ask
from tests.web.conftest import Enter


def test_a_visitor_is_asked_to_come_in_before_reading_anything(village: Village, client: Client) -> None:
    question = village.question()
    for path in (question.thread.path, question.path, f"{question.path}/answer", "/circles", "/c/mg-finistere", "/me"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login?next=")


def test_who_is_not_of_the_circle_finds_nothing_at_all(village: Village, enter: Enter) -> None:
    question = village.question()
    vasseur = enter(village.vasseur)
    paths = [
        question.thread.path,
        question.path,
        *(f"{question.path}/{part}" for part in ("answer", "correction", "removal")),
    ]
    assert {vasseur.get(path).status_code for path in paths} == {404}
    posts = [f"{question.thread.path}/{part}" for part in ("following", "silence", "closure", "closure/removal")]
    assert {vasseur.post(path).status_code for path in [*posts, f"{question.path}/answer"]} == {404}


def test_an_access_opens_one_thread_and_no_other(village: Village, enter: Enter) -> None:
    first, second = village.thread(), ask(village.sarr, village.finistere, "Autre chose").thread
    Access.objects.create(member=village.vasseur, thread=first, reason=Access.Reason.SOLICITED)
    vasseur = enter(village.vasseur)
    page = vasseur.get(first.path)
    assert page.status_code == 200
    assert "/c/mg-finistere" in page.content.decode()  # open to all: they may see it
    village.finistere.joining = "invitation"
    village.finistere.save()
    assert "/c/mg-finistere" not in vasseur.get(first.path).content.decode()
    assert vasseur.get(second.path).status_code == 404


def test_leaving_the_circle_ends_the_reading(village: Village, enter: Enter) -> None:
    path = village.thread().path
    Membership.objects.get(circle=village.finistere, member=village.sarr).leave()
    assert enter(village.sarr).get(path).status_code == 404


def test_answers_are_nested_under_what_they_answer_and_say_so_below_the_deepest_level(
    village: Village, enter: Enter
) -> None:
    post = village.question()
    chain = []
    for number in range(7):
        post = answer(village.sarr if number % 2 else village.oyono, post, f"Réponse {number}.")
        chain.append(post)
    page = enter(village.kervadec).get(post.thread.path).content.decode()
    depth, deepest, seen = 0, 0, []
    for piece in page.split("<article")[1:]:
        depth += 1
        deepest = max(deepest, depth)
        seen.append(depth)
        depth -= piece.count("</article>")
    assert deepest == 4
    assert seen[1:] == [1, 2, 3, 4, 4, 4, 4]
    assert page.count("en réponse à") == 3
    assert f'href="#p-{chain[3].key}"' in page


def test_the_permanent_address_of_a_post_leads_to_its_place(village: Village, enter: Enter) -> None:
    post = answer(village.sarr, village.question())
    response = enter(village.kervadec).get(post.path)
    assert response.headers["Location"] == f"{post.thread.path}#p-{post.key}"


def test_a_byline_shows_how_sure_we_are_and_a_mask_no_name(village: Village, enter: Enter) -> None:
    question = village.question()
    answer(village.oyono, question, byline_kind=MASK)
    answer(village.imbert, question)
    page = enter(village.sarr).get(question.thread.path).content.decode()
    assert "médecin · vérifiée" in page
    assert "Une consœur, dermatologue, Île-de-France" in page
    assert "Oyono" not in page
    assert "non vérifiée" in page


def test_the_day_of_a_post_is_shown_and_its_hour_never(village: Village, enter: Enter) -> None:
    page = enter(village.sarr).get(village.thread().path).content.decode()
    assert '<time datetime="20' in page
    assert "T" not in page.split('<time datetime="')[1].split('"')[0]


def test_what_an_author_wrote_cannot_become_a_script(village: Village, enter: Enter) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) \" ' &"
    question = ask(village.kervadec, village.finistere, title=evil[:60], text=evil)
    reply = answer(village.sarr, question, evil)
    Byline.objects.filter(pk=reply.byline_id).update(text='<b onclick="x">Dr</b>', attributes={"detail": '"><script>'})
    publishing.withdraw(answer(village.oyono, question), village.oyono, '<script>"raison"</script>')
    for path in (question.thread.path, "/c/mg-finistere", "/", f"{reply.path}/answer", f"{reply.path}/removal"):
        page = enter(village.sarr).get(path).content.decode()
        assert "<script" not in page
        assert "<img" not in page
        assert 'onclick="x"' not in page
        assert "javascript:" not in page.replace("[x](javascript:alert(1))", "")


def test_a_withdrawn_answer_leaves_its_trace_and_its_reason(village: Village, enter: Enter) -> None:
    question = village.question()
    post = answer(village.sarr, question, "Une bêtise.")
    publishing.withdraw(post, village.sarr, "je me suis trompé")
    page = enter(village.kervadec).get(question.thread.path).content.decode()
    assert "Une bêtise" not in page
    assert "Message retiré par son auteur le" in page
    assert "je me suis trompé" in page
    assert f'id="p-{post.key}"' in page


def test_a_hidden_answer_shows_the_rule_and_the_reason(village: Village, enter: Enter) -> None:
    question = village.question()
    post = answer(village.sarr, question, "Monsieur X, né le 3 mars.")
    post.move(Post.State.HIDDEN, rule="patient", role="host", reason="le village est nommé")
    page = enter(village.kervadec).get(question.thread.path).content.decode()
    assert "Monsieur X" not in page
    assert "Règle\u00a0: Un patient peut être reconnu." in page
    assert "le village est nommé" in page


def test_a_withdrawn_question_loses_its_title_everywhere(village: Village, enter: Enter) -> None:
    question = ask(village.kervadec, village.finistere, title="Un titre qui dit trop")
    publishing.withdraw(question, village.kervadec)
    sarr = enter(village.sarr)
    for path in (question.thread.path, "/c/mg-finistere"):
        page = sarr.get(path).content.decode()
        assert "Un titre qui dit trop" not in page
        assert "Question retirée" in page


def test_what_was_cut_from_a_mail_is_seen_by_its_author_alone(village: Village, enter: Enter) -> None:
    question = village.question()
    answer(village.sarr, question, elided="Le 3 mars, un patient <a> écrit")
    mine = enter(village.sarr).get(question.thread.path).content.decode()
    theirs = enter(village.kervadec).get(question.thread.path).content.decode()
    assert "un patient &lt;a&gt; écrit" in mine
    assert "un patient" not in theirs.replace("Aucun patient", "").replace("à un patient", "")


def test_one_s_own_posts_may_be_corrected_and_others_reported(village: Village, enter: Enter) -> None:
    question = village.question()
    post = answer(village.sarr, question)
    page = enter(village.sarr).get(question.thread.path).content.decode()
    assert f"/p/{post.key}/correction" in page and f"/p/{post.key}/removal" in page
    assert f"/p/{question.key}/notice" in page
    assert f"/p/{question.key}/correction" not in page and f"/p/{post.key}/notice" not in page


def test_following_silence_and_their_end_are_buttons(village: Village, enter: Enter) -> None:
    thread = village.thread()
    oyono = enter(village.oyono)
    oyono.post(f"{thread.path}/following")
    assert Attention.of(village.oyono, thread) == "following"
    assert "Vous suivez ce fil" in oyono.get(thread.path).content.decode()
    oyono.post(f"{thread.path}/silence")
    assert Attention.of(village.oyono, thread) == "muted"
    assert "Lever le silence" in oyono.get(thread.path).content.decode()
    oyono.post(f"{thread.path}/silence/removal")
    assert Attention.of(village.oyono, thread) == ""
    assert oyono.get(f"{thread.path}/following").status_code == 405


@pytest.mark.parametrize("who", ["kervadec", "lenoir"])
def test_the_asker_and_the_circle_s_host_end_a_thread_and_open_it_again(
    village: Village, enter: Enter, who: str
) -> None:
    thread = village.thread()
    client = enter(getattr(village, who))
    assert "Clore le fil" in client.get(thread.path).content.decode()
    client.post(f"{thread.path}/closure")
    page = client.get(thread.path).content.decode()
    assert "Fil clos le" in page and "Rouvrir le fil" in page and "<textarea" not in page
    client.post(f"{thread.path}/closure/removal")
    assert Thread.objects.get(pk=thread.pk).is_open


def test_nobody_else_ends_a_thread(village: Village, enter: Enter) -> None:
    thread = village.thread()
    sarr = enter(village.sarr)
    assert "Clore le fil" not in sarr.get(thread.path).content.decode()
    response = sarr.post(f"{thread.path}/closure")
    assert response.status_code == 403
    assert "Seuls l’auteur de la question" in response.content.decode()
    assert Thread.objects.get(pk=thread.pk).is_open


def test_french_posts_on_an_english_page_say_their_language(village: Village, enter: Enter) -> None:
    village.sarr.language = "en"
    village.sarr.save()
    page = enter(village.sarr).get(village.thread().path).content.decode()
    assert '<html lang="en">' in page
    assert '<div class="text" lang="fr">' in page


def test_a_member_s_page_is_kept_by_no_shared_cache(village: Village, enter: Enter) -> None:
    response = enter(village.sarr).get(village.thread().path)
    assert "private" in response.headers["Cache-Control"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
