"""Colloque's own PostgreSQL, for hosts who run no database server: started by its first user, stopped by its last.

    with use(Path("var")) as location:
        psycopg.connect(location.dsn())

Several processes may use it at once; however one of them ends, the kernel takes it off the list. If all are killed the
server goes on until the next one that uses it leaves.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from colloque.database import server
from colloque.database.accounts import ROOT
from colloque.database.binaries import make_passable_folder
from colloque.database.errors import (
    ClusterInUse,
    ClusterWithoutItsFolder,
    DiskFull,
    FolderNotUsable,
    ServerDoesNotStop,
    ServerStillStarting,
)
from colloque.database.location import Location
from colloque.database.locks import FileLock, hold
from colloque.database.postmaster import postmaster_of

__all__ = ["Location", "Use", "acquire", "discard", "is_running", "use"]

FULL = {errno.ENOSPC, errno.EDQUOT}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ELOOP}


class Use:
    """One user of the server, from `acquire` to `release`."""

    def __init__(self, location: Location, lock: FileLock) -> None:
        self.location = location
        self._lock = lock
        self._process = os.getpid()

    def release(self) -> None:
        """Leave; the last one stops the server and waits for it. A second call, or one in a fork, does nothing.

        Raises ServerDoesNotStop.
        """
        if self._lock.descriptor < 0 or self._process != os.getpid():
            return
        with _starting(self.location):
            _leave(self.location, self._lock)


@contextlib.contextmanager
def use(data: Path, *, durable: bool = True) -> Iterator[Location]:
    """The running server of a data folder; see `acquire`."""
    used = acquire(data, durable=durable)
    try:
        yield used.location
    finally:
        used.release()


def acquire(data: Path, *, durable: bool = True) -> Use:
    """Become a user of the server of `data`, made at first use and started where it does not run.

    `durable=False` is for tests: a crash of the machine may lose the database. It has no effect on a server that runs.
    Raises the errors of `colloque.database.errors`.
    """
    location = Location.of(data)
    if "\n" in str(location.cluster):
        raise FolderNotUsable(location.data, "its name has several lines, which PostgreSQL's own files cannot hold")
    with _speaking_of(location):
        _make_folders(location)
        with _starting(location):
            _bind_to_folder(location, durable=durable)
            lock = hold(location.home / "postgres.users", shared=True)
            try:
                server.ensure_running(location, durable=durable)
            except (ServerStillStarting, ServerDoesNotStop):
                lock.release()  # without a stop, which would throw a recovery's work away, or wait a second time
                raise
            except BaseException:
                _leave(location, lock)
                raise
    return Use(location, lock)


def is_running(data: Path) -> bool:
    return postmaster_of(Location.of(data)) is not None


def discard(data: Path) -> None:
    """Stop the server and remove the database of `data`, wherever it lives. Raises ClusterInUse, ServerDoesNotStop."""
    location = Location.of(data)
    if not location.home.is_dir():
        return
    with _speaking_of(location), _starting(location):
        lock = hold(location.home / "postgres.users", shared=True)
        try:
            if not lock.become_exclusive():
                raise ClusterInUse(location.cluster)
            server.stop(location)
            _remove(location)
        finally:
            lock.release()


@contextlib.contextmanager
def _starting(location: Location) -> Iterator[None]:
    """One process at a time starts, stops or removes the server."""
    lock = hold(location.home / "postgres.starting")
    try:
        yield
    finally:
        lock.release()


def _leave(location: Location, lock: FileLock) -> None:
    try:
        if lock.become_exclusive():
            server.stop(location)
    finally:
        lock.release()


def _make_folders(location: Location) -> None:
    """The data folder is ours alone; as root, passable for the server's account, since `Location.of` counted on it."""
    if os.geteuid() == ROOT:
        make_passable_folder(location.data)
        make_passable_folder(location.home)
    else:
        location.data.mkdir(mode=0o700, parents=True, exist_ok=True)


def _bind_to_folder(location: Location, *, durable: bool) -> None:
    """Lay a link in the data folder to a cluster kept elsewhere. Raises ClusterWithoutItsFolder."""
    if not location.is_elsewhere or location.link.is_symlink():
        return
    if location.cluster.exists():
        if durable:
            raise ClusterWithoutItsFolder(location.cluster, location.link)
        server.stop(location)
        shutil.rmtree(location.cluster)
    location.link.symlink_to(location.cluster)


def _remove(location: Location) -> None:
    for folder in (location.cluster, location.socket_folder):
        if folder.is_dir():
            shutil.rmtree(folder)
    if location.link.is_symlink():
        location.link.unlink()
    if location.is_elsewhere:
        shutil.rmtree(location.home)


@contextlib.contextmanager
def _speaking_of(location: Location) -> Iterator[None]:
    """Turn what the system says about folders and disks into a sentence for the host."""
    try:
        yield
    except OSError as error:
        named = error.filename2 or error.filename
        folder = Path(os.fsdecode(named)) if named else location.data
        if error.errno in FULL:
            raise DiskFull(folder) from error
        if error.errno in CLOSED:
            raise FolderNotUsable(folder, error.strerror or str(error)) from error
        raise
