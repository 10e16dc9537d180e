"""Starting and stopping the embedded PostgreSQL server; the caller holds the lock that serialises this."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import sql

from colloque.database import cluster
from colloque.database.accounts import leave_to_owner_of_folder
from colloque.database.binaries import programs_for
from colloque.database.errors import DiskFull, ServerDoesNotStop, ServerStillStarting
from colloque.database.location import SOCKET_NAME, Location
from colloque.database.locks import FileLock, try_to_hold
from colloque.database.postmaster import is_postmaster, is_ready, postmaster_of

START_PATIENCE = 60.0  # recovery after a crash replays what was written since the last checkpoint
STOP_PATIENCE = 30.0
PAUSE = 0.02
LOG_LIMIT = 1_000_000  # bytes; then it becomes postgres.log.1
LOG_TAIL = 2_000

# For a small host: web, worker and post office together hold about 20 connections.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",  # no I/O worker processes
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What members write must not reach a log by way of an error: neither the statement nor the row that it failed on.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# A crash of the machine may lose everything: for tests only.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Servers that this very process started, to reap them: (our process id, theirs). A fork is not their parent.
_children: dict[tuple[int, int], subprocess.Popen[bytes]] = {}


def ensure_running(location: Location, *, durable: bool) -> None:
    """Come back when the server answers SQL and the database exists. Raises what `errors` lists."""
    deadline = time.monotonic() + START_PATIENCE
    while True:
        pid = postmaster_of(location)
        alive = None if pid else try_to_hold(_alive(location))
        if alive is not None:
            pid = _start(location, alive, durable=durable)
        if pid and _wait_until_ready(location, pid, deadline):
            return
        if alive is not None:
            raise cluster.failure(location, _log_tail(location))
        # Met on its way out, or not yet announced: look again.
        if time.monotonic() > deadline:
            raise ServerDoesNotStop(location.cluster, location.log, START_PATIENCE)
        time.sleep(PAUSE)


def stop(location: Location) -> None:
    """Fast shutdown (clients are disconnected, data written); back when the last process is gone.

    Raises ServerDoesNotStop.
    """
    pid = postmaster_of(location)
    if pid is not None:
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_PATIENCE
    while postmaster_of(location) is not None or not _is_free(_alive(location)):
        if time.monotonic() > deadline:
            raise ServerDoesNotStop(location.cluster, location.log, STOP_PATIENCE)
        time.sleep(PAUSE)
    _reap(pid)


def _reap(stopped: int | None) -> None:
    """Let go of the servers that this process started and that have ended, so that no zombie stays."""
    for (parent, pid), child in list(_children.items()):
        if parent != os.getpid():
            continue
        if pid == stopped:
            child.wait()  # its lock is released an instant before it can be reaped
        if child.poll() is not None:
            del _children[parent, pid]


def _alive(location: Location) -> Path:
    return location.home / "postgres.alive"


def _is_free(path: Path) -> bool:
    lock = try_to_hold(path)
    if lock is not None:
        lock.release()
    return lock is not None


def _start(location: Location, alive: FileLock, *, durable: bool) -> int:
    """Make the cluster if need be and launch its server, which inherits the lock; ours is released."""
    try:
        programs = programs_for(location.account)
        if not cluster.check(location):
            cluster.create(location, programs, alive, durable=durable)
        _reap(None)
        # Whoever held these is gone; PostgreSQL itself would take a process that has the old number for its owner.
        (location.cluster / "postmaster.pid").unlink(missing_ok=True)
        cluster.prepare_socket_folder(location)
        for stale in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (location.socket_folder / stale).unlink(missing_ok=True)
        cluster.write_access_rules(location)
        return _launch(location, programs, alive, durable=durable)
    finally:
        alive.leave_to_heirs()


def _launch(location: Location, programs: Path, alive: FileLock, *, durable: bool) -> int:
    settings = SETTINGS if durable else SETTINGS | NOT_DURABLE
    sockets = '"' + location.host.replace('"', '""') + '"'
    command = [str(programs / "postgres"), "-D", str(location.cluster), "-k", sockets, "-p", str(location.port)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with _open_log(location) as log:
        child = subprocess.Popen(
            command,
            cwd="/",
            env=cluster.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # the terminal's Ctrl-C is for us; we tell the server when nobody uses it
            pass_fds=[alive.descriptor],
            **location.account.as_process_owner(),
        )
    _children[os.getpid(), child.pid] = child
    return child.pid


def _wait_until_ready(location: Location, pid: int, deadline: float) -> bool:
    """False where the server ended instead. Raises ServerStillStarting."""
    while time.monotonic() < deadline:
        if is_ready(location) and _prepare_database(location):
            return True
        if not _is_alive(location, pid):
            return False
        time.sleep(PAUSE)
    raise ServerStillStarting(location.log, START_PATIENCE)


def _prepare_database(location: Location) -> bool:
    """Create the database where it is missing. False where the server does not let us in yet. Raises DiskFull."""
    try:
        with psycopg.connect(location.dsn("postgres"), autocommit=True, connect_timeout=5) as connection:
            exists = connection.execute("SELECT FROM pg_database WHERE datname = %s", [location.database]).fetchone()
            if exists is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(location.database)))
    except psycopg.errors.DiskFull:
        raise DiskFull(location.cluster) from None
    except psycopg.OperationalError:
        return False
    return True


def _is_alive(location: Location, pid: int) -> bool:
    child = _children.get((os.getpid(), pid))
    if child is not None:
        return child.poll() is None
    return is_postmaster(pid, location)


def _open_log(location: Location) -> BinaryIO:
    """Opened by us, not by the server: its account need not reach the data folder."""
    if location.log.exists() and location.log.stat().st_size > LOG_LIMIT:
        location.log.replace(location.log.with_name(f"{location.log.name}.1"))
    descriptor = os.open(location.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    leave_to_owner_of_folder(descriptor, location.log)
    return os.fdopen(descriptor, "ab", buffering=0)


def _log_tail(location: Location) -> str:
    """The last lines of the log: a server that ended at once wrote few."""
    text = location.log.read_bytes()[-LOG_TAIL:].decode(errors="replace")
    return "\n".join(text.splitlines()[-8:])
