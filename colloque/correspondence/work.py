"""How background tasks of every room are declared."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import close_old_connections, connection
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

# Some hours of trying: a database or a disk that is away for a while must not lose a task.
RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)


def background(queue: str, **options: Any) -> Callable[[Callable[..., None]], Any]:
    """A task that outlives a restart of PostgreSQL: its thread's connection is looked at before it is used."""

    def declare(work: Callable[..., None]) -> Any:
        @wraps(work)
        def run(*args: Any, **kwargs: Any) -> None:
            if not connection.in_atomic_block:  # a task run inside somebody's transaction keeps their connection
                close_old_connections()
            work(*args, **kwargs)

        return app.task(queue=queue, retry=RETRY, **options)(run)  # type: ignore[no-untyped-call]

    return declare


def working_app() -> App:
    """A second app over the same tasks, with the connection that a worker needs.

    The first one keeps Django's connection: what a task defers must be part of that task's transaction, or another
    worker meets the job before the row it is about.
    """
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    return app.with_connector(connector.get_worker_connector())


def every(cron: str, queue: str) -> Callable[[Callable[[int], None]], Any]:
    """A task on a schedule; one at a time waits in the queue, however long the worker was away."""

    def declare(work: Callable[[int], None]) -> Any:
        task = background(queue, queueing_lock=work.__name__)(work)
        return app.periodic(cron=cron)(task)

    return declare
