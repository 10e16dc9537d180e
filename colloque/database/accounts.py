"""The system account under which the embedded PostgreSQL runs, and which folders that account may pass.

PostgreSQL refuses to run as root. Where Colloque runs as root (containers, CI), the server runs as `nobody`, which
exists everywhere, or as the ordinary account that owns the cluster or the data folder.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

UNPRIVILEGED = "nobody"
ROOT = 0


class ProcessOwner(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """`name` is None for a number without an entry in the system's list (a container started with any uid)."""

    uid: int
    gid: int
    name: str | None

    @classmethod
    def of_uid(cls, uid: int) -> Account:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            return cls(uid, os.getegid(), None)
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    @classmethod
    def for_server(cls, cluster: Path, data: Path) -> Account:
        """The account that shall run the server of `cluster`, in or for the folder `data`; neither need exist yet."""
        if os.geteuid() != ROOT:
            return cls.of_uid(os.geteuid())
        if (owner := _owner(cluster)) != ROOT:
            return cls.of_uid(owner)
        if (owner := _owner(data)) != ROOT and (account := cls.of_uid(owner)).name:
            return account
        entry = pwd.getpwnam(UNPRIVILEGED)
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    @property
    def is_another(self) -> bool:
        """We are root and must lay our rights down to run the server."""
        return self.uid != os.geteuid()

    def as_process_owner(self) -> ProcessOwner:
        """Arguments for `subprocess` that start a process under this account, without any further group."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_another else {}

    def may_reach(self, path: Path) -> bool:
        """May this account pass every folder down to `path`, itself included? Parts yet to be made count as open."""
        return all(self._may_pass(part) for part in (path, *path.parents))

    def _may_pass(self, part: Path) -> bool:
        try:
            status = part.stat()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        return bool(status.st_mode & (stat.S_IXGRP if status.st_gid == self.gid else stat.S_IXOTH))


def leave_to_owner_of_folder(descriptor: int, path: Path) -> None:
    """Where root has made a file in somebody's folder, make it theirs: they shall be able to go on without root."""
    if os.geteuid() == ROOT:
        owner = path.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _owner(path: Path) -> int:
    try:
        return path.stat().st_uid
    except OSError:
        return ROOT
