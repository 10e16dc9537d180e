"""The desk and the instance's pages in a real browser: nothing that axe finds wrong, narrow screens, no script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from colloque.mail.models import Letter
from colloque.moderation import hosting, settling
from colloque.moderation.models import Notice
from colloque.people.models import Member, Practitioner
from colloque.threads.models import Invitation
from tests.mail.letters import hand_in, message, token_address
from tests.village import MASK, Village, answer
from tests.web.test_browser_pages import SIZES, _violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Seat = Callable[[Any, Member], None]
LIST = "email;civilité;prénom;nom\nanne@example.net;Mme;Anne;Morvan\npas-une-adresse;M.;Jean;Roy\n"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_wrong_at_the_desk(
    live_server: Any, browser: Any, village: Village, seat: Seat, size: str, scheme: str
) -> None:
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, locale="fr-FR")
    page, found = context.new_page(), {}
    paths = _pages(village)
    seat(context, village.lenoir)
    for name, path in paths.items():
        page.goto(live_server.url + path)
        found[name] = _violations(page)
    for name, look in _looks(page, live_server.url, village).items():
        look()
        found[name] = _violations(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_no_page_of_the_desk_is_wider_than_a_phone_nor_offers_a_small_target(
    live_server: Any, browser: Any, village: Village, seat: Seat
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, locale="fr-FR")
    paths = _pages(village)
    seat(context, village.lenoir)
    page = context.new_page()
    for name, path in paths.items():
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        small = page.evaluate(
            """() => [...document.querySelectorAll('.acts a, .acts button, .button, input:not([type=hidden])')]
            .map(e => [e.outerHTML, (e.closest('label') || e).getBoundingClientRect().height])
            .filter(([html, height]) => height && height < 43).map(([html]) => html)"""
        )
        assert small == [], name


def test_a_host_invites_by_a_pasted_list_without_a_script(
    live_server: Any, browser: Any, village: Village, seat: Seat, tmp_path: Path
) -> None:
    village.question()
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    seat(context, village.lenoir)
    page.goto(f"{live_server.url}/host/circles/mg-finistere")
    page.get_by_role("link", name="Inviter par liste").click()
    page.get_by_label("Ou la liste, collée ici").fill(LIST)
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    assert "Choisissez la question" in page.content()
    assert page.get_by_label("Ou la liste, collée ici").input_value() == LIST
    page.get_by_label("Toux après une coqueluche").check()
    (tmp_path / "liste.csv").write_bytes(LIST.replace("\n", "\r\n").encode("cp1252"))
    page.get_by_label("Un fichier CSV").set_input_files(tmp_path / "liste.csv")
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    assert "Ligne 3" in page.content() and not Invitation.objects.exists()
    page.get_by_role("button", name="Inviter", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Les invitations sont parties"
    assert Invitation.objects.get().given_name == "Anne"


def _looks(page: Any, url: str, village: Village) -> dict[str, Callable[[], None]]:
    """Pages that only a form's answer shows."""

    def preview() -> None:
        page.goto(f"{url}/host/circles/mg-finistere/invitations/new")
        page.get_by_label("Toux après une coqueluche").check()
        page.get_by_label("Ou la liste, collée ici").fill(LIST)
        page.get_by_role("button", name="Relire avant d’envoyer").click()

    def report() -> None:
        page.get_by_role("button", name="Inviter", exact=True).click()

    def refused() -> None:
        page.goto(f"{url}/host/members/new")
        page.get_by_role("button", name="Ajouter").click()

    return {"preview": preview, "report": report, "refused": refused}


def _pages(village: Village) -> dict[str, str]:
    """Every page of the desk and of the instance, with something to show on each."""
    question = village.question()
    to = token_address(village.sarr, question)
    held = hand_in(message("cabinet@example.net", to, "Re: Toux", "Attendre.\n\n> Que faire ?\n"), to)
    assert held.outcome == Letter.Outcome.HELD
    reported = answer(village.oyono, question, "Confrère incapable", byline_kind=MASK)
    notice = settling.report(reported, village.sarr, Notice.Rule.CONTEMPT, "Ce n’est pas un ton.")
    settled = settling.report(reported, village.kervadec, Notice.Rule.OTHER)
    settling.leave(settled, village.lenoir, "vif, sans mépris")
    for n in range(3):
        Practitioner.objects.create(
            rpps=f"9900000001{n}", family_name="IMBERT", given_name="Jeanne", civility="MME", profession="10",
            category="CCE"[n], specialities=["SM40"], departments=["44"], extracted_on=timezone.localdate(),
        )  # fmt: skip
    hosting.suspend(village.vasseur, village.lenoir, "publicité répétée")
    return {
        "desk": "/host", "letters": "/host/letters", "letter": f"/host/letters/{held.key}?q=ker",
        "members": "/host/members", "newcomer": "/host/members/new", "member": f"/host/members/{village.imbert.key}",
        "verified": f"/host/members/{village.sarr.key}", "suspended": f"/host/members/{village.vasseur.key}",
        "circles": "/host/circles", "new circle": "/host/circles/new", "circle": "/host/circles/mg-finistere",
        "invite": "/host/circles/mg-finistere/invitations/new",
        "nothing to ask": "/host/circles/pairs-lille/invitations/new", "notices": "/host/notices",
        "notice": f"/host/notices/{notice.key}", "settled": f"/host/notices/{settled.key}",
        "report": f"/p/{reported.key}/notice", "about": "/about", "legal": "/legal", "terms": "/terms",
        "privacy": "/privacy",
    }  # fmt: skip
