"""What a command needs before it touches the database: the server running, Django set up, the schema current."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import click

from colloque.database.embedded import use
from colloque.database.errors import EmbeddedDatabaseError

# "colloque" in bytes: any constant does, as long as nobody else's advisory lock uses it.
_MIGRATION_LOCK = int.from_bytes(b"colloque", "big")


def choose_data(data: Path | None) -> Path:
    """Fix the data folder for this process and its children, as an absolute path."""
    chosen = (data or Path(os.environ.get("COLLOQUE_DATA") or "var")).absolute()
    os.environ["COLLOQUE_DATA"] = str(chosen)
    return chosen


@contextlib.contextmanager
def session(data: Path | None = None, *, migrate: bool = True) -> Iterator[None]:
    """Start the embedded server where no DATABASE_URL is set, set Django up, migrate; stop it if it was ours."""
    chosen = choose_data(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colloque.settings")
    with contextlib.ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            chosen.mkdir(parents=True, exist_ok=True)
            stack.enter_context(use(chosen))
        import django

        django.setup()
        if migrate:
            migrate_if_needed()
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


def migrate_if_needed() -> list[str]:
    """Bring the schema up to date, one process at a time. Returns the names of the migrations applied."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if plan:
                call_command("migrate", verbosity=0, interactive=False)
            return [f"{each.app_label}.{each.name}" for each, _backwards in plan]
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def with_database(command: Callable[..., Any]) -> Callable[..., Any]:
    """A click command that runs inside `session`, with `--data DIR`; refusals become a sentence and exit 1."""

    @click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help="Data folder (default: COLLOQUE_DATA or ./var).",
    )
    @wraps(command)
    def run(*args: Any, data: Path | None = None, **kwargs: Any) -> Any:
        try:
            with session(data):
                return command(*args, **kwargs)
        except EmbeddedDatabaseError as error:
            raise click.ClickException(str(error)) from error

    return run
