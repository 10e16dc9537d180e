"""Pages in a real browser: the loop without a script, and nothing that axe finds wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from colloque.correspondence.models import Envelope
from colloque.people.models import Mailbox, Member
from colloque.threads import publishing
from colloque.threads.models import Post
from tests.village import MASK, Village, answer, ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Seat = Callable[[Any, Member], None]
SIZES = {"phone": {"width": 390, "height": 800}, "desktop": {"width": 1100, "height": 900}}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def test_coming_in_asking_answering_and_reading_without_a_script(
    live_server: Any, browser: Any, village: Village
) -> None:
    asker = browser.new_context(java_script_enabled=False, locale="fr-FR").new_page()
    _come_in(asker, live_server.url, "solene.kervadec@example.org")
    asker.get_by_role("link", name="Poser une question").click()
    asker.get_by_label("À quel cercle").select_option("mg-finistere")
    asker.get_by_label("La question, en une phrase").fill("Une toux qui dure ?")
    asker.get_by_label("Votre texte").fill("Faut-il **explorer** maintenant ?")
    asker.get_by_role("button", name="Publier").click()
    assert asker.get_by_role("status").inner_text().startswith("Votre question est publiée")
    path = asker.url

    answerer = browser.new_context(java_script_enabled=False, locale="fr-FR").new_page()
    answerer.goto(path)
    _come_in(answerer, "", "amadou.sarr@example.org")
    assert answerer.url == path  # landed where they wanted to go
    answerer.get_by_label("Votre texte").fill("Attendre.\n\n> cité\n\nC’est tout.")
    answerer.get_by_label("Un confrère, pneumologue, Bretagne").check()
    answerer.get_by_role("button", name="Publier").click()
    assert "#p-" in answerer.url

    asker.reload()
    article = asker.get_by_role("article").filter(has_text="Attendre.")
    assert "Un confrère, pneumologue, Bretagne" in article.inner_text()
    assert "Sarr" not in asker.content()
    article.get_by_role("link", name="Répondre").click()
    asker.get_by_label("Votre texte").fill("Merci.")
    asker.get_by_role("button", name="Publier").click()
    assert asker.get_by_role("article").filter(has_text="Merci.").count() >= 1


def test_a_login_that_ends_while_writing_loses_nothing(
    live_server: Any, browser: Any, village: Village, seat: Seat
) -> None:
    question = village.question()
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    seat(context, village.sarr)
    page = context.new_page()
    page.goto(live_server.url + question.thread.path)
    page.get_by_label("Votre texte").fill("Une réponse longue à écrire. " * 6)
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Publier").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Il faut entrer de nouveau"
    with context.expect_page() as opened:
        page.get_by_role("link", name="Entrez dans un autre onglet").click()
    _come_in(opened.value, "", "amadou.sarr@example.org")
    page.get_by_role("button", name="Envoyer de nouveau").click()
    # Coming in changed the forms' secret: the words are offered once more.
    page.get_by_role("button", name="Envoyer de nouveau").click()
    assert page.get_by_role("status").inner_text().startswith("Votre réponse est publiée")
    assert Post.objects.filter(source__startswith="Une réponse longue").count() == 1


def test_the_keyboard_reaches_the_text_first_and_focus_is_seen(
    live_server: Any, browser: Any, village: Village
) -> None:
    page = browser.new_context(locale="fr-FR").new_page()
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Aller au texte"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "main"


def test_no_page_is_wider_than_a_phone_nor_offers_a_small_target(
    live_server: Any, browser: Any, village: Village, seat: Seat
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, locale="fr-FR")
    seat(context, village.sarr)
    page = context.new_page()
    for name, path in _pages(village).items():
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                '.acts a, .acts button, .button, nav a, .foot a, input:not([type=hidden])')]
            .map(e => [e.outerHTML, (e.closest('label') || e).getBoundingClientRect().height])
            .filter(([html, height]) => height && height < 43).map(([html]) => html)"""
        )
        assert small == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_wrong(
    live_server: Any, browser: Any, village: Village, seat: Seat, size: str, scheme: str
) -> None:
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, locale="fr-FR")
    page, found = context.new_page(), {}
    for path in ("/", "/account/login", "/nulle-part"):
        page.goto(live_server.url + path)
        found[f"visitor {path}"] = _violations(page)
    seat(context, village.sarr)
    for name, path in _pages(village).items():
        page.goto(live_server.url + path)
        found[name] = _violations(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def _come_in(page: Any, url: str, address: str) -> None:
    if url:
        page.goto(f"{url}/account/login")
    page.get_by_label("Votre adresse e-mail").fill(address)
    page.get_by_role("button", name="Recevoir un code").click()
    envelope = Envelope.objects.filter(purpose="login-code").order_by("-pk")[0]
    page.get_by_label("Le code reçu par mail").fill(envelope.carried["code"])
    page.get_by_role("button", name="Entrer").click()


def _violations(page: Any) -> list[str]:
    results = Axe().run(page, options=RULES)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in results.response["violations"]]


def _pages(village: Village) -> dict[str, str]:
    """Every page that a member opens, with something to show on each."""
    question = _write(village)
    own = Post.objects.filter(source__startswith="Attendre").order_by("pk")[0]
    return {
        "home": "/", "circles": "/circles", "circle": "/c/mg-finistere", "thread": question.thread.path,
        "ask": "/questions/new", "answer": f"/p/{own.key}/answer", "correction": f"/p/{own.key}/correction",
        "removal": f"/p/{own.key}/removal", "me": "/me", "addresses": "/me/addresses", "logout": "/account/logout",
    }  # fmt: skip


def _write(village: Village) -> Post:
    village.finistere.allows_pictures = True
    village.finistere.save()
    question = ask(village.kervadec, village.finistere, text="Que faire ?\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`code`")
    own = answer(village.sarr, question, "Attendre.\n\n> " + "une longue citation " * 20, elided="coupé")
    post = own
    for _ in range(5):
        post = answer(village.oyono, post, "Oui, et un-mot-tres-long-" * 8, byline_kind=MASK)
    publishing.withdraw(post, village.oyono, "doublon")
    publishing.start_question(village.sarr, village.finistere, "Un brouillon", "texte", via="web")
    Mailbox.objects.create(member=village.sarr, address="a-confirmer@example.net")
    return question
