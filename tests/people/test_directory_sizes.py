"""An extract with fewer than 90 % of the rows of the last one looks incomplete, and is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from colloque.people.directory.refusals import SkillFileMissing, TooFewRows
from colloque.people.models import DirectoryImport, Practitioner
from tests.people.directory_extract import Desk, Row, desk, exercise, number, setting, skill

__all__ = ["desk", "setting"]
pytestmark = pytest.mark.django_db

HUNDRED = [exercise(number(each), f"NOM{each}") for each in range(100)]


def _skills(count: int) -> list[Row]:
    return [skill(number(each), "C12") for each in range(count)]


def test_89_of_100_rows_are_refused_and_nobody_leaves(desk: Desk) -> None:
    desk.take(*HUNDRED)
    with pytest.raises(TooFewRows, match="activity file has 89 rows, the last import had 100"):
        desk.take(*HUNDRED[:89])
    assert Practitioner.objects.filter(is_listed=True).count() == 100
    assert DirectoryImport.objects.count() == 1


def test_90_of_100_rows_are_taken(desk: Desk) -> None:
    desk.take(*HUNDRED)
    assert desk.take(*HUNDRED[:90]).unlisted == 10


def test_the_host_may_insist(desk: Desk) -> None:
    desk.take(*HUNDRED)
    report = desk.take(*HUNDRED[:10], force=True)
    assert (report.unlisted, report.unchanged) == (90, 10)
    assert desk.take(*HUNDRED[:9]).practitioners == 9  # measured by the last import, not by the greatest


def test_rows_count_not_practitioners(desk: Desk) -> None:
    desk.take(*HUNDRED)
    others = [exercise(number(each), profession="60") for each in range(90)]
    assert desk.take(*HUNDRED[:10], *others).practitioners == 10


def test_the_savoir_faire_file_may_not_shrink_either(desk: Desk) -> None:
    desk.take(*HUNDRED, skills=_skills(100))
    with pytest.raises(TooFewRows, match="savoir-faire file has 89 rows"):
        desk.take(*HUNDRED, skills=_skills(89))
    assert desk.take(*HUNDRED, skills=_skills(90)).changed == 10


def test_the_savoir_faire_file_may_not_be_forgotten(desk: Desk) -> None:
    desk.take(*HUNDRED, skills=_skills(100))
    with pytest.raises(SkillFileMissing, match="--force"):
        desk.take(*HUNDRED)
    assert desk.take(*HUNDRED, force=True).changed == 100


def test_a_trial_with_samples_says_nothing_about_the_register(desk: Desk, setting: Callable[..., None]) -> None:
    desk.take(*HUNDRED)
    setting(sandbox=False)
    assert desk.take(exercise("10000000008")).practitioners == 1
