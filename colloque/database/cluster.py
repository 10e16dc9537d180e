"""A PostgreSQL cluster on disk: making it, and who may connect to it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from colloque.database.accounts import UNPRIVILEGED, Account
from colloque.database.binaries import MAJOR
from colloque.database.errors import (
    AccountUnknown,
    ClusterOfAnotherVersion,
    DiskFull,
    FolderNotUsable,
    ServerDoesNotStart,
    SocketFolderTaken,
)
from colloque.database.location import Location
from colloque.database.locks import FileLock

UNFINISHED = "postgres.new-"
NO_SPACE = "No space left on device"
# initdb takes half a minute on a slow SD card.
INITDB_PATIENCE = 300.0
# Our own settings only: PGDATA, PGPORT, PGOPTIONS… of the shell must not reach the server.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH")


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"LC_ALL": "C", "TZ": "UTC"}


def check(location: Location) -> bool:
    """Whether the cluster exists. Raises ClusterOfAnotherVersion, FolderNotUsable."""
    try:
        found = (location.cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return False
    except PermissionError:
        raise FolderNotUsable(location.cluster, "it belongs to another account") from None
    if found != MAJOR:
        raise ClusterOfAnotherVersion(location.cluster, found, MAJOR)
    if location.account.is_another and not location.account.may_reach(location.cluster):
        reason = f"the account {location.account.name} may not pass one of the folders above it"
        raise FolderNotUsable(location.cluster, reason)
    return True


def create(location: Location, programs: Path, alive: FileLock, *, durable: bool) -> None:
    """Make the cluster under another name, then rename it: an interrupted `initdb` leaves nothing half made.

    `alive` must be held: nobody writes in what earlier interruptions left, which is removed first.
    Raises AccountUnknown, DiskFull, ServerDoesNotStart.
    """
    if location.account.name is None:
        raise AccountUnknown(location.account.uid)
    for leftover in location.home.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=location.home))
    try:
        _give(unfinished, location.account)
        _initdb(unfinished, location, programs, alive, durable=durable)
        unfinished.rename(location.cluster)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _initdb(folder: Path, location: Location, programs: Path, alive: FileLock, *, durable: bool) -> None:
    command = [
        str(programs / "initdb"), "-D", str(folder), "-U", Location.user, "--encoding=UTF8", "--locale=C",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject",
        "--no-instructions", *([] if durable else ["--no-sync"]),
    ]  # fmt: skip
    status, said = _run(command, location, alive)
    if status != 0:
        raise failure(location, said)


def _run(command: list[str], location: Location, alive: FileLock) -> tuple[int, str]:
    """Exit status and output. However we are interrupted, no process of it still writes when we go on."""
    child = subprocess.Popen(
        command,
        cwd="/",
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        pass_fds=[alive.descriptor],
        **location.account.as_process_owner(),
    )
    try:
        said, _ = child.communicate(timeout=INITDB_PATIENCE)
    except BaseException as interruption:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()  # the pipe ends once the last process of the group has closed it
        if isinstance(interruption, subprocess.TimeoutExpired):
            raise ServerDoesNotStart(location.log, f"initdb had not ended after {INITDB_PATIENCE:.0f} s") from None
        raise
    return child.returncode, said


def failure(location: Location, said: str) -> DiskFull | ServerDoesNotStart:
    """The error for what a PostgreSQL program said before it gave up."""
    return DiskFull(location.cluster) if NO_SPACE in said else ServerDoesNotStart(location.log, said.strip())


def write_access_rules(location: Location) -> None:
    """Let the account that runs Colloque in, and root (who could become it anyway), by the socket alone; no one else.

    The kernel vouches for the account ("peer"). `nobody` is not let in: other programs may run under it too.
    """
    account = location.account
    names = {"root"} if account.name in (None, UNPRIVILEGED) else {"root", account.name}
    identities = "".join(f'colloque "{name}" "{Location.user}"\n' for name in sorted(names))
    _write(location.cluster / "pg_ident.conf", identities, account)
    _write(location.cluster / "pg_hba.conf", f'local all "{Location.user}" peer map=colloque\n', account)


def _write(path: Path, text: str, account: Account) -> None:
    """Whole or not at all, and never through a link that the unprivileged account may have laid for root."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        if account.is_another:
            os.fchown(descriptor, account.uid, account.gid)
    new.replace(path)


def prepare_socket_folder(location: Location) -> None:
    """Make the socket's folder, closed to others. Raises SocketFolderTaken where it is not ours."""
    with contextlib.suppress(FileExistsError):
        location.socket_folder.mkdir(mode=0o700)
    _give(location.socket_folder, location.account)


def _give(folder: Path, account: Account) -> None:
    """Hand a folder of ours to the server's account, 0700; never what a link in its place leads to."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        raise SocketFolderTaken(folder) from None
    try:
        status = os.fstat(descriptor)
        if status.st_uid not in (account.uid, os.geteuid()) or status.st_mode & 0o022:
            raise SocketFolderTaken(folder)
        os.fchmod(descriptor, 0o700)
        if account.is_another:
            os.fchown(descriptor, account.uid, account.gid)
    finally:
        os.close(descriptor)
