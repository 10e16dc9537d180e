"""`colloque demo`: a village of fictional doctors, living, in one command."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

from colloque.database.embedded import discard
from colloque.database.errors import EmbeddedDatabaseError

from .processes import children, collect_static
from .session import choose_data, session
from .supervisor import ProcessKeepsDying, Supervisor, told_to_stop

_MARK = "demo"  # a file in the data folder: it is the demo's
_PREPARED = "demo-prepared"  # touched when the static files were collected
_PATIENCE = 60.0


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder (default: ./var).")
@click.option(
    "--port", type=int, default=None, help="Port of the pages; 0 for a free one (default: COLLOQUE_WEB_PORT or 8000)."
)
@click.option("--lmtp-port", type=int, default=None, help="Port of the post office; 0 for a free one.")
@click.option("--smtp-port", type=int, default=0, help="Port of the demo's own mail server (default: a free one).")
@click.option("--fresh", is_flag=True, help="Forget the village as it is and begin again.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when all is ready.")
def demo(
    data: Path | None, port: int | None, lmtp_port: int | None, smtp_port: int, fresh: bool, as_json: bool
) -> None:
    """Fill a fictional village of doctors and serve it: pages, post office, worker."""
    folder = choose_data(data)
    try:
        if fresh:
            _begin_again(folder)
        _mark(folder)
        _set_environment(port, lmtp_port, smtp_port)
        _serve(folder, as_json)
    except (EmbeddedDatabaseError, ProcessKeepsDying, OSError) as error:
        raise click.ClickException(str(error)) from error


def _mark(folder: Path) -> None:
    """Make the folder the demo's. Raises ClickException where an instance of doctors already lives in it."""
    if not (folder / _MARK).exists():
        if (folder / "keys").exists():
            raise click.ClickException(
                f"{folder} holds an instance that is not a demo. Choose another folder with --data."
            )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MARK).touch()


def _begin_again(folder: Path) -> None:
    """Remove what the demo made, and only in a folder that is the demo's."""
    if not folder.exists():
        return
    if not (folder / _MARK).exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not a demo's folder: nothing was removed.")
    discard(folder)
    for name in ("media", "static", "keys"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / _PREPARED).unlink(missing_ok=True)


def _set_environment(port: int | None, lmtp_port: int | None, smtp_port: int) -> None:
    """What the demo's processes are told; they read it from the environment like any instance."""
    web = _chosen(port, "COLLOQUE_WEB_PORT", 8000)
    os.environ.update(
        COLLOQUE_DEMO="1",
        COLLOQUE_SANDBOX="1",
        COLLOQUE_WEB_PORT=str(web),
        COLLOQUE_LMTP_PORT=str(_chosen(lmtp_port, "COLLOQUE_LMTP_PORT", 8024)),
        COLLOQUE_SMTP_HOST="127.0.0.1",
        COLLOQUE_SMTP_PORT=str(smtp_port or free_port()),
        COLLOQUE_SMTP_SECURITY="none",
        COLLOQUE_URL=f"http://127.0.0.1:{web}",
    )
    os.environ.setdefault("COLLOQUE_CONTACT", "hote@example.org")
    for variable in ("COLLOQUE_SMTP_USER", "COLLOQUE_SMTP_PASSWORD"):
        os.environ.pop(variable, None)  # no real mail server is ever spoken to


def _chosen(given: int | None, variable: str, usual: int) -> int:
    wanted = given if given is not None else int(os.environ.get(variable) or usual)
    return wanted or free_port()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(folder: Path, as_json: bool) -> None:
    web, lmtp, smtp = (int(os.environ[f"COLLOQUE_{name}_PORT"]) for name in ("WEB", "LMTP", "SMTP"))
    _check_ports(web, lmtp)
    kept = children("127.0.0.1", web, workers=1)
    supervisor = Supervisor(kept, None if os.environ.get("DATABASE_URL") else folder)
    with told_to_stop() as stopping:
        try:
            if _is_prepared(folder):
                # Everything they need is there: they load while this process does, on the other core.
                supervisor.start()
            with session(folder):
                _live(supervisor, stopping, smtp, folder, as_json)
        finally:
            supervisor.stop()


def _live(supervisor: Supervisor, stopping: threading.Event, smtp: int, folder: Path, as_json: bool) -> None:
    from django.conf import settings
    from django.db import connections

    from colloque.demo import filling
    from colloque.demo.sink import open_sink

    if not filling.is_filled():
        filling.fill()
    if not supervisor.is_started:
        collect_static()
        (folder / _PREPARED).touch()
    ready = _ready_line(settings.INSTANCE)
    connections.close_all()
    sink = open_sink("127.0.0.1", smtp)
    try:
        if not supervisor.is_started:
            supervisor.start()
        if _wait_for(settings.INSTANCE, stopping, supervisor):
            _announce(ready, as_json)
        supervisor.watch(stopping)
    finally:
        sink.stop()


def _is_prepared(folder: Path) -> bool:
    """Whether an earlier start collected the static files as they are now."""
    stamp = folder / _PREPARED
    if not stamp.exists():
        return False
    sources = Path(__file__).parent.parent.glob("*/static/**/*")
    return all(each.stat().st_mtime < stamp.stat().st_mtime for each in sources)


def _check_ports(*ports: int) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise click.ClickException(
                    f"Port {port} is taken. Is a demo already running? Others: --port 0 --lmtp-port 0"
                ) from error


def _ready_line(instance: Any) -> dict[str, Any]:
    from colloque.demo.models import DemoPerson

    people = DemoPerson.objects.select_related("member").order_by("pk")
    return {
        "web": instance.url,
        "lmtp": f"127.0.0.1:{instance.lmtp_port}",
        "mailbox": f"{instance.url}/demo/mailbox",
        "mail_domain": instance.mail_domain,
        "logins": {each.role: f"{instance.url}/demo/login/{each.key}" for each in people},
        "names": {each.role: each.member.name for each in people},
        "addresses": {each.role: each.member.primary_mailbox.address for each in people if each.member.primary_mailbox},
    }


def _wait_for(instance: Any, stopping: threading.Event, supervisor: Supervisor) -> bool:
    """Until pages, post office and worker all answer; False when told to stop or out of patience."""
    deadline = time.monotonic() + _PATIENCE
    while not stopping.wait(0.05):
        if _answers(f"{instance.url}/healthz") and _listens(instance.lmtp_port) and _works():
            return True
        if time.monotonic() > deadline or not all(each.is_alive for each in supervisor.children):
            return False
    return False


def _answers(url: str) -> bool:
    with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2) as page:  # noqa: S310 (our own address)
        return bool(page.status == 200)
    return False


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _works() -> bool:
    from procrastinate.contrib.django.models import ProcrastinateWorker

    return bool(ProcrastinateWorker.objects.exists())


def _announce(ready: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(ready, ensure_ascii=False))
        return
    click.echo(f"\n  Colloque: {ready['web']}\n")
    for role, url in ready["logins"].items():
        click.echo(f"  {_ROLES[role]:<30} {ready['names'][role]:<28} {url}")
    click.echo(f"\n  Every mail that Colloque sends:  {ready['mailbox']}")
    click.echo(f"  The post office (LMTP):          {ready['lmtp']}")
    click.echo("\n  Ctrl-C stops everything.\n")


_ROLES = {"asker": "asks questions", "answerer": "is asked and answers", "host": "hosts the instance"}
