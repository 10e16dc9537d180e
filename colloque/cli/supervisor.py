"""Keeping the processes of an instance: started together, restarted when they die, stopped together.

Each child has its own process group, so that Ctrl-C reaches the supervisor alone and a dead web server's orphans are
ended with it (granian's workers keep the port otherwise).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from colloque.database.embedded import acquire, is_running

_PR_SET_PDEATHSIG = 1
_PATIENCE = 10.0  # seconds a child has to stop by itself
_MOST_DEATHS = 5  # within a minute: something is wrong that a restart does not mend


class ProcessKeepsDying(RuntimeError):
    """A process of the instance ends again and again; the sentence names it."""


def _die_with_parent() -> None:
    """On Linux a child is told when its supervisor is killed; elsewhere it would have to be stopped by hand."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process: how to start it and how often it died lately."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=2,  # standard output belongs to the command's own answer
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def note_death(self) -> None:
        """Count a death. Raises ProcessKeepsDying at the fifth within a minute."""
        now = time.monotonic()
        self.deaths = [each for each in self.deaths if now - each < 60] + [now]
        if len(self.deaths) >= _MOST_DEATHS:
            raise ProcessKeepsDying(f"The {self.name} process ends again and again; its last words are above.")

    def end_group(self, signal_number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal_number)


class Supervisor:
    """Starts children in order, watches them, stops them in reverse order."""

    def __init__(self, children: list[Child], embedded: Path | None = None) -> None:
        """`embedded`: the data folder whose embedded database is to be kept alive too."""
        self.children = children
        self._embedded = embedded

    @property
    def is_started(self) -> bool:
        return any(each.process is not None for each in self.children)

    def start(self) -> None:
        for each in self.children:
            each.start()

    def watch(self, stopping: threading.Event) -> None:
        """Until told to stop: whoever died is started again. Raises ProcessKeepsDying."""
        while not stopping.wait(0.5):
            self._keep_database()
            for each in self.children:
                if not each.is_alive:
                    each.end_group(signal.SIGKILL)  # what it left behind
                    each.note_death()
                    print(f"colloque: the {each.name} process ended; starting it again", file=sys.stderr)  # noqa: T201
                    each.start()

    def _keep_database(self) -> None:
        """PostgreSQL mends itself after a crash of a part; when its postmaster is gone, somebody must start it."""
        if self._embedded is not None and not is_running(self._embedded):
            print("colloque: the embedded database ended; starting it again", file=sys.stderr)  # noqa: T201
            acquire(self._embedded).release()

    def stop(self) -> None:
        for each in reversed(self.children):
            each.end_group(signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE
        for each in self.children:
            if each.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    each.process.wait(max(0.1, deadline - time.monotonic()))
                each.end_group(signal.SIGKILL)
                each.process.wait()


@contextlib.contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set; the second one ends the process as usual."""
    stopping = threading.Event()

    def tell(number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, tell)
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def web_command(host: str, port: int, *, workers: int) -> list[str]:
    """granian serving the pages; one blocking thread a worker is its fast setting."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "1", "--respawn-failed-workers", "--log-level", "warning",
        "--no-ws", "colloque.web.wsgi:application",
    ]  # fmt: skip


def room_command(name: str) -> list[str]:
    return [sys.executable, "-m", "colloque", name]
