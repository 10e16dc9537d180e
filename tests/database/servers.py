"""Asking a real embedded server, using it from other processes, and being another account, for its tests."""

from __future__ import annotations

import os
import pickle
import pwd
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from colloque.database.embedded import Location

REPOSITORY = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
AS_ROOT = pytest.mark.skipif(not IS_ROOT, reason="needs root, to become other accounts")
PATIENCE = 20.0
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path])}

# Another process that uses the server until its standard input ends.
USER = """
import sys
from pathlib import Path
from colloque.database.embedded import use
with use(Path(sys.argv[1]), durable=False):
    print("in", flush=True)
    sys.stdin.read()
"""


def ask(place: Location, query: str) -> object:
    with psycopg.connect(place.dsn()) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def another_user(data: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def in_a_fork(account: str | None, work: Callable[[], object]) -> object:
    """Run `work` as another account; comes back with what it returns, or raises what it raises."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if account is not None:
                entry = pwd.getpwnam(account)
                os.setgroups([])
                os.setgid(entry.pw_gid)
                os.setuid(entry.pw_uid)
            outcome: object = work()
        except BaseException as error:  # noqa: BLE001  (told to the parent, which raises it)
            outcome = RuntimeError(f"{type(error).__name__}: {error}")
        os.write(write, pickle.dumps(outcome))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        outcome = pickle.load(pipe)
    os.waitpid(pid, 0)
    if isinstance(outcome, RuntimeError):
        raise outcome
    return outcome
