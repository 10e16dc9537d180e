"""Who may reach the embedded PostgreSQL, and as whom it runs."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from colloque.database import binaries, embedded, errors, location
from colloque.database.accounts import Account
from colloque.database.embedded import Location, acquire, discard, use
from colloque.database.postmaster import postmaster_of
from tests.database.servers import (
    AS_ROOT,
    REPOSITORY,
    ask,
    in_a_fork,
)


@AS_ROOT
def test_another_account_cannot_connect(open_data: Path) -> None:
    with use(open_data, durable=False) as place:
        with pytest.raises(RuntimeError, match="Permission denied"):
            in_a_fork("daemon", lambda: ask(place, "SELECT 1"))
        place.socket_folder.chmod(0o755)
        (place.socket_folder / ".s.PGSQL.5432").chmod(0o777)
        for account in ("daemon", "nobody"):  # past the folder, peer authentication refuses
            with pytest.raises(RuntimeError, match="Peer authentication failed"):
                in_a_fork(account, lambda: ask(place, "SELECT 1"))


@AS_ROOT
def test_root_runs_the_server_as_nobody_and_never_as_root(open_data: Path) -> None:
    with use(open_data, durable=False) as place:
        pid = postmaster_of(place)
        assert place.account.name == "nobody"
        assert psutil.Process(pid).username() == "nobody"
        assert psutil.Process(pid).gids().effective == place.account.gid


@AS_ROOT
def test_an_ordinary_account_uses_its_own_server(open_folder: Path) -> None:
    entry = pwd.getpwnam("daemon")
    os.chown(open_folder, entry.pw_uid, entry.pw_gid)

    def work() -> object:
        with use(open_folder / "data", durable=False) as place:
            return place.account.name, ask(place, "SELECT 1"), stat.S_IMODE(place.data.stat().st_mode)

    if not Account.of_uid(entry.pw_uid).may_reach(binaries._site_packages()):
        pytest.skip("the installed programs lie behind a closed folder")
    assert in_a_fork("daemon", work) == ("daemon", 1, 0o700)
    with use(open_folder / "data", durable=False) as place:  # root, later, takes the part of the owner…
        assert place.account.name == "daemon"
        assert ask(place, "SELECT 1") == 1
    assert in_a_fork("daemon", work) == ("daemon", 1, 0o700)  # …who can go on without root
    discard(open_folder / "data")


@AS_ROOT
def test_behind_closed_folders_the_cluster_lives_elsewhere_and_a_link_leads_to_it(data: Path) -> None:
    with use(data) as place:
        assert place.home.parent == location.ELSEWHERE
        assert place.link.readlink() == place.cluster
    mode = stat.S_IMODE(data.parent.parent.stat().st_mode)
    assert mode & 0o001 == 0, "a closed folder was opened"
    moved = data.rename(data.with_name("moved"))
    assert Location.of(moved).cluster == place.cluster
    shutil.rmtree(moved)
    with pytest.raises(errors.ClusterWithoutItsFolder, match="To begin again"):
        acquire(data)
    with use(data, durable=False) as place:  # what is not meant to last is begun again
        assert ask(place, "SELECT 1") == 1


@AS_ROOT
def test_a_cluster_in_place_is_kept_when_a_parent_closes(open_folder: Path) -> None:
    data = open_folder / "parent" / "data"
    with use(data, durable=False) as place:
        pass
    data.parent.chmod(0o700)
    assert Location.of(data) == place
    with pytest.raises(errors.FolderNotUsable, match="nobody may not pass"):
        acquire(data)
    data.parent.chmod(0o711)
    discard(data)


@AS_ROOT
def test_programs_behind_closed_folders_are_copied_once(
    open_data: Path, open_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    installed = binaries._site_packages()
    for name in (binaries.PACKAGE, binaries.LIBRARIES):
        (closed / name).symlink_to(installed / name)
    monkeypatch.setattr(binaries, "_site_packages", lambda: closed)
    monkeypatch.setattr(location, "ELSEWHERE", open_folder / "elsewhere")
    programs = binaries.programs_for(Account.for_server(open_data, open_data))
    assert programs.is_relative_to(open_folder / "elsewhere")
    made = programs.stat().st_mtime_ns, programs.stat().st_ino
    with use(open_data, durable=False) as place:
        assert ask(place, "SELECT 1") == 1
        pid = postmaster_of(place)
        assert Path(psutil.Process(pid).exe()).parent == programs
    assert (programs.stat().st_mtime_ns, programs.stat().st_ino) == made
    assert [path.name for path in (open_folder / "elsewhere").iterdir()] == [programs.parents[2].name]


def test_the_settings_need_no_driver_to_know_the_place() -> None:
    script = (
        "import sys, colloque.database.location; sys.exit(bool({'psycopg', 'psutil', 'django'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=False).returncode == 0


def test_every_error_is_one_that_a_host_can_catch() -> None:
    named = [
        value for value in vars(errors).values() if isinstance(value, type) and value.__module__ == errors.__name__
    ]
    assert all(issubclass(error, errors.EmbeddedDatabaseError) for error in named)
    assert set(embedded.__all__) == {"Location", "Use", "acquire", "discard", "is_running", "use"}
