"""Locks on files (flock): the kernel releases them however their holder ends, `kill -9` included.

Three of them lie beside a cluster:
- `postgres.starting`, exclusive: whoever starts, stops or removes the server;
- `postgres.users`, shared: everybody who uses the server; who can make it exclusive is the last one;
- `postgres.alive`, exclusive: inherited by every PostgreSQL process, hence free only once all of them are gone. It also
  tells of processes that we cannot see, in another container that has the same folder.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from colloque.database.accounts import leave_to_owner_of_folder


class FileLock:
    """A lock held from its making to `release`. Its descriptor is not inherited unless passed on explicitly."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    def become_exclusive(self) -> bool:
        """Whether nobody else holds the lock. After False it may be lost (flock releases before it tries)."""
        return _locked(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        """Unlock, also for a fork that happens to have the same descriptor."""
        if self.descriptor >= 0:
            fcntl.flock(self.descriptor, fcntl.LOCK_UN)
            self.leave_to_heirs()

    def leave_to_heirs(self) -> None:
        """Close without unlocking: a process that inherited the descriptor keeps the lock."""
        os.close(self.descriptor)
        self.descriptor = -1


def hold(path: Path, *, shared: bool = False) -> FileLock:
    """Wait as long as it takes."""
    lock = _acquire(path, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    assert lock is not None
    return lock


def try_to_hold(path: Path) -> FileLock | None:
    """An exclusive lock, or None at once where somebody holds it."""
    return _acquire(path, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _acquire(path: Path, operation: int) -> FileLock | None:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if not _locked(descriptor, operation):
                os.close(descriptor)
                return None
            if _is_still(path, descriptor):
                leave_to_owner_of_folder(descriptor, path)
                return FileLock(path, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the file was removed while we waited: a lock on it protects nothing


def _locked(descriptor: int, operation: int) -> bool:
    try:
        fcntl.flock(descriptor, operation)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
