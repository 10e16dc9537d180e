"""How often something may be done, counted once for every process."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from colloque.people.models import Allowance

DAY = timedelta(days=1)


def test_so_many_times_and_not_once_more(db: None) -> None:
    assert [Allowance.take("post", "a", most=2, within=DAY) for _ in range(4)] == [True, True, False, False]
    assert Allowance.take("post", "b", most=2, within=DAY)
    assert Allowance.take("letter", "a", most=2, within=DAY)


def test_a_window_that_has_ended_begins_anew(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Allowance.take("post", "a", most=1, within=DAY)
    assert not Allowance.take("post", "a", most=1, within=DAY)
    later = timezone.now() + DAY + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert Allowance.take("post", "a", most=1, within=DAY)


def test_a_row_tells_nobody_who_it_is_about_and_goes_with_its_window(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Allowance.take("letter", "amadou.sarr@example.org", most=1, within=DAY)
    row = Allowance.objects.get()
    assert "sarr" not in f"{row.digest} {row}" and len(row.digest) == 64
    Allowance.forget_ended()
    assert Allowance.objects.exists()
    later = timezone.now() + DAY + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    Allowance.forget_ended()
    assert not Allowance.objects.exists()


def test_at_once_from_many_sides_it_is_still_so_many(transactional_db: None) -> None:
    taken, start = [], threading.Barrier(8)

    def take() -> None:
        start.wait(5)
        taken.append(Allowance.take("post", "a", most=3, within=DAY))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert sorted(taken) == [False] * 5 + [True] * 3
