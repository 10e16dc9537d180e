"""Where the embedded PostgreSQL of a data folder lives: its cluster, its socket, its locks.

`Location.of` only looks: it makes nothing, starts nothing and imports no driver, so that settings may call it.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from colloque.database.accounts import ROOT, Account

# Where root keeps what the unprivileged account must reach when the data folder lies behind closed folders.
ELSEWHERE = Path("/var/lib/colloque")
# Not $TMPDIR: it may differ between the processes of one instance, which must agree on the place.
SHORT_PLACE = Path("/tmp")  # noqa: S108  (the folder in it is 0700, and checked to be ours before use)
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
# sun_path holds 108 bytes on Linux and 104 on macOS and the BSDs, the closing NUL included.
SOCKET_PATH_LIMIT = 107 if sys.platform == "linux" else 103


@dataclass(frozen=True)
class Location:
    """The places of one data folder's PostgreSQL, all absolute."""

    data: Path
    home: Path  # holds cluster and locks: the data folder itself, or a folder in ELSEWHERE
    cluster: Path  # PGDATA
    socket_folder: Path
    account: Account

    user = "colloque"
    database = "colloque"
    port = PORT

    @classmethod
    def of(cls, data: Path) -> Location:
        """The same answer for the same folder, before the first start and after; `data` need not exist."""
        data = Path(os.path.realpath(data))
        home = _home(data)
        cluster = Path(os.path.realpath(home / "postgres"))
        return cls(data, home, cluster, _socket_folder(home), Account.for_server(cluster, data))

    @property
    def host(self) -> str:
        """What libpq takes as `host`."""
        return str(self.socket_folder)

    @property
    def log(self) -> Path:
        return self.data / "postgres.log"

    @property
    def link(self) -> Path:
        """Stands in the data folder for a cluster that lives elsewhere, so that the one leads to the other."""
        return self.data / "postgres"

    @property
    def is_elsewhere(self) -> bool:
        return self.home != self.data

    def dsn(self, database: str | None = None) -> str:
        """A libpq connection string. `requirepeer` refuses a socket that another account has put in the place."""
        parts = {"host": self.host, "port": str(self.port), "user": self.user, "dbname": database or self.database}
        if self.account.name:
            parts["requirepeer"] = self.account.name
        return " ".join(f"{key}={_quoted(value)}" for key, value in parts.items())


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _key(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:16]


def _home(data: Path) -> Path:
    """The data folder, unless the cluster lives (or shall live) elsewhere.

    What exists goes before what would be chosen: a changed right on some parent must never make a database vanish.
    """
    link = data / "postgres"
    if os.path.islink(link):  # noqa: PTH114  (answers False where we may not look; Path's raises)
        target = link.readlink()
        return target.parent if target.parent.parent == ELSEWHERE else data
    if os.geteuid() != ROOT or os.path.isdir(link):  # noqa: PTH112
        return data
    return data if Account.for_server(link, data).may_reach(data) else ELSEWHERE / _key(data)


def _socket_folder(home: Path) -> Path:
    folder = home / "postgres-socket"
    too_long = len(os.fsencode(folder / SOCKET_NAME)) > SOCKET_PATH_LIMIT
    if too_long or "," in str(folder):  # libpq reads a comma as the end of a host name, and knows no quotes
        return SHORT_PLACE / f"colloque-{_key(home)}"
    return folder
