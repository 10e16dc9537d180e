"""Processes are killed while letters come and go: nothing acknowledged is lost, nothing is published twice."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Iterator

import pytest

from tests.running_demo import RunningDemo, until

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    running = RunningDemo(tmp_path_factory.mktemp("faults") / "var")
    yield running
    running.stop()


def titles(demo: RunningDemo) -> list[str]:
    return re.findall(r"Panne \w+ \d+", demo.get(demo.browser("asker"), "/c/mg-finistere"))


def write_until_taken(demo: RunningDemo, subject: str) -> None:
    """What Postfix does: it keeps a letter until it is answered 250."""
    for _ in range(200):
        try:
            demo.write("asker", demo.circle(), subject, "Texte.")
            return
        except (OSError, smtplib.SMTPException):
            time.sleep(0.1)
    raise AssertionError("the door stayed closed")


@pytest.mark.parametrize("victim", ["worker", "postoffice", "granian"])
def test_a_killed_process_comes_back_and_every_letter_is_published_once(demo: RunningDemo, victim: str) -> None:
    for number in range(6):
        write_until_taken(demo, f"Panne {victim} {number}")
        if number == 2:
            demo.children()[victim].kill()
    until(lambda: victim in demo.children())
    wanted = {f"Panne {victim} {number}" for number in range(6)}
    until(lambda: _answers(demo) and wanted <= set(titles(demo)), seconds=45)
    time.sleep(1)
    found = [each for each in titles(demo) if each in wanted]
    assert sorted(found) == sorted(wanted)


def test_after_a_crash_of_postgresql_everything_goes_on_by_itself(demo: RunningDemo) -> None:
    demo.write("asker", demo.circle(), "Panne base 0", "Texte.")
    until(lambda: "Panne base 0" in titles(demo))
    killed = demo.postmaster()
    killed.kill()
    killed.wait(10)
    write_until_taken(demo, "Panne base 1")
    until(lambda: _answers(demo) and "Panne base 1" in titles(demo), seconds=45)


def _answers(demo: RunningDemo) -> bool:
    try:
        return "Médecine" in demo.get(demo.browser("asker"), "/c/mg-finistere")
    except OSError:
        return False
