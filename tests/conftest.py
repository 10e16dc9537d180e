"""Fixtures of all tests: the village, a place for media, and the tasks run where they stand."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests import village as village_module

Work = Callable[[], int]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """Where the browser is required (CI), a browser test that is skipped has failed."""
    report = yield
    is_required = os.environ.get("COLLOQUE_BROWSER_TESTS") == "required"
    if is_required and report.skipped and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and COLLOQUE_BROWSER_TESTS=required"
    return report


@pytest.fixture(autouse=True)
def _media(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After all tests, end the sessions that worker threads keep, so that the test database can go."""
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def transactional_db(transactional_db: None) -> Iterator[None]:
    """Django empties its own tables between such tests; procrastinate's, which it does not manage, are ours."""
    _forget_jobs()
    yield
    _forget_jobs()


def _forget_jobs() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE")


@pytest.fixture
def village(db: None) -> Iterator[village_module.Village]:
    cache.clear()
    yield village_module.build()


@pytest.fixture
def work(db: None) -> Work:
    """Run every deferred job that is due, in this transaction, until none is left; returns how many ran.

    The real worker sees committed rows only; `tests/loop` runs it.
    """
    from django.db import connection
    from procrastinate.contrib.django import app

    # What a test that commits left behind is none of this one's business.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    def run() -> int:
        ran = 0
        while jobs := _take_jobs(connection):
            for task_name, arguments in jobs:
                app.tasks[task_name].func(**arguments)
                ran += 1
        return ran

    return run


def _take_jobs(connection: Any) -> list[tuple[str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH due AS"
            " (UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo' RETURNING id, task_name, args)"
            " SELECT task_name, args FROM due ORDER BY id"
        )
        return [(name, json.loads(args) if isinstance(args, str) else args) for name, args in cursor.fetchall()]
