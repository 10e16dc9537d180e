"""`colloque up`, its parts `worker` and `postoffice`, and `migrate`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from colloque.database.errors import EmbeddedDatabaseError
from colloque.keys import DEMO_MARK

from .session import migrate_if_needed, session, with_database
from .supervisor import Child, ProcessKeepsDying, Supervisor, room_command, told_to_stop, web_command


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
def migrate(as_json: bool, data: Path | None) -> None:
    """Bring the database's schema up to date."""
    try:
        with session(data, migrate=False):
            applied = migrate_if_needed()
    except EmbeddedDatabaseError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"applied": applied}))
    else:
        click.echo("\n".join(applied) or "Nothing to do.")


@click.command()
@with_database
def worker() -> None:
    """Read letters, expand dispatches, keep the hours: the background tasks."""
    from colloque.mail.working import run

    run()


@click.command()
@with_database
def postoffice() -> None:
    """Take letters in (LMTP) and hand letters out (SMTP)."""
    from colloque.mail.postoffice import run

    with told_to_stop() as stopping:
        try:
            run(stopping)
        except OSError as error:
            raise click.ClickException(f"The post office cannot open its door: {error}") from error


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
@click.option("--workers", default=2, show_default=True, help="Processes that serve pages.")
def up(data: Path | None, workers: int) -> None:
    """Run the instance: pages, worker, post office (and the embedded database)."""
    if os.geteuid() == 0:
        raise click.ClickException("Colloque does not run as root. Make an account for it and run it as that.")
    try:
        with session(data):
            from django.conf import settings

            refuse_demo_secret(str(settings.SECRET_KEY))
            collect_static()
            instance = settings.INSTANCE
            kept = children(instance.web_host, instance.web_port, workers=workers)
            run_children(kept, None if instance.database_url else instance.data)
    except (EmbeddedDatabaseError, ProcessKeepsDying) as error:
        raise click.ClickException(str(error)) from error


def refuse_demo_secret(secret: str) -> None:
    """Raises ClickException for a key that `colloque demo` made, or one too short to be secret."""
    if secret.startswith(DEMO_MARK):
        raise click.ClickException(
            "This data folder is the demo's, with its published key. Choose another with --data."
        )
    if len(secret) < 32:
        raise click.ClickException("COLLOQUE_SECRET_KEY is too short: 32 characters at least, from a random source.")


def children(host: str, port: int, *, workers: int) -> list[Child]:
    """The three processes of an instance, with this process's environment."""
    environment = dict(os.environ)
    return [
        Child("worker", room_command("worker"), environment),
        Child("post office", room_command("postoffice"), environment),
        Child("web", web_command(host, port, workers=workers), environment),
    ]


def run_children(kept: list[Child], embedded: Path | None) -> None:
    """Start them and stay until told to stop. Raises ProcessKeepsDying."""
    supervisor = Supervisor(kept, embedded)
    with told_to_stop() as stopping:
        supervisor.start()
        try:
            supervisor.watch(stopping)
        finally:
            supervisor.stop()


def collect_static() -> None:
    """Put the pages' static files, compressed and named by content, where whitenoise serves them from."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
