"""The demo as a newcomer meets it: one command, two minutes, the whole loop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.running_demo import RunningDemo, until


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    running = RunningDemo(tmp_path_factory.mktemp("demo") / "var")
    yield running
    running.stop()


def test_it_says_where_it_is_and_gives_three_logins(demo: RunningDemo) -> None:
    assert set(demo.ready["logins"]) == {"asker", "answerer", "host"}
    assert demo.ready["web"].startswith("http://127.0.0.1:")
    assert "Vos cinq minutes" in demo.get(demo.browser("asker"), "/")


def test_the_village_has_its_circles_and_threads(demo: RunningDemo) -> None:
    page = demo.get(demo.browser("asker"), "/c/mg-finistere")
    assert len(set(re.findall(r'href="(/f/[0-9a-z]{12})"', page))) >= 2


def test_the_answerer_finds_a_question_in_their_mailbox_and_answers_it_there(demo: RunningDemo) -> None:
    browser = demo.browser("answerer")
    listing = until(
        lambda: re.search(r'href="(/demo/mailbox/[0-9a-z]{12})"', demo.get(browser, "/demo/mailbox?of=answerer"))
    )
    letter = listing[1]
    assert "Répondre à ce mail" in demo.get(browser, letter)
    assert "Aucun patient" in demo.get(browser, f"{letter}/html")
    demo.post(browser, letter, f"{letter}/replies", text="Je le retirerais, par paliers.")
    until(
        lambda: (
            "vous répond" in demo.get(browser, "/demo/mailbox?of=asker")
            or "répond à votre question" in demo.get(browser, "/demo/mailbox?of=asker")
        )
    )


def test_a_new_mail_from_the_mailbox_page_becomes_a_question_that_colleagues_read(demo: RunningDemo) -> None:
    browser = demo.browser("asker")
    demo.post(
        browser,
        "/demo/mailbox?of=asker",
        "/demo/mailbox/letters",
        of="asker",
        to=demo.circle(),
        subject="Fer sans anémie : jusqu’où traiter ?",
        text="Ferritine basse, hémoglobine normale. Vous traitez ?",
    )
    until(lambda: "Fer sans anémie" in demo.get(browser, "/c/mg-finistere"))
    until(lambda: "Fer sans anémie" in demo.get(browser, "/demo/mailbox?of=answerer"))


def test_a_second_start_keeps_the_data_and_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    first = RunningDemo(tmp_path / "var")
    first.write("asker", first.circle(), "Une question gardée", "Texte.")
    until(lambda: "Une question gardée" in first.get(first.browser("asker"), "/c/mg-finistere"))
    processes = [*psutil.Process(first.process.pid).children(recursive=True), first.postmaster()]
    assert first.stop() == 0
    psutil.wait_procs(processes, timeout=10)
    assert not [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]

    second = RunningDemo(tmp_path / "var")
    try:
        assert "Une question gardée" in second.get(second.browser("asker"), "/c/mg-finistere")
        assert second.ready["logins"].keys() == first.ready["logins"].keys()
    finally:
        second.stop()

    fresh = RunningDemo(tmp_path / "var", "--fresh")
    try:
        assert "Une question gardée" not in fresh.get(fresh.browser("asker"), "/c/mg-finistere")
    finally:
        fresh.stop()
