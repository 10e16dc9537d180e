"""Folders, foreign files and a full disk: the embedded PostgreSQL works or says in a sentence what to do."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from colloque.database import binaries, cluster, errors, server
from colloque.database.embedded import Location, acquire, discard, is_running, use
from colloque.database.locks import hold
from tests.database.servers import (
    IS_ROOT,
    ask,
    in_a_fork,
)


@pytest.mark.parametrize("name", ["Mes données, d’été", 'l\'hôpital "Nord" \\ x', "deep/" + "très-profond/" * 12])
def test_any_folder_name_works(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    try:
        with use(folder, durable=False) as place:
            assert ask(place, "SELECT 1") == 1
    finally:
        discard(folder)
    assert not place.cluster.exists()
    assert not place.socket_folder.exists()


@pytest.mark.parametrize("name", ["Mes données, d’été", 'l\'hôpital "Nord" \\ x', "deep/" + "très-profond/" * 12])
def test_any_folder_name_works_where_the_cluster_lives_in_it(open_folder: Path, name: str) -> None:
    folder = open_folder / name
    try:
        with use(folder, durable=False) as place:
            assert place.cluster == folder / "postgres"
            assert stat.S_IMODE(place.socket_folder.stat().st_mode) == 0o700
            assert place.socket_folder.stat().st_uid == place.account.uid
            assert ask(place, "SELECT 1") == 1
    finally:
        discard(folder)
    assert not place.socket_folder.exists()


def test_two_names_of_one_folder_share_one_server(open_data: Path, open_folder: Path) -> None:
    (open_folder / "other-name").symlink_to(open_data)
    with use(open_data, durable=False) as place:
        assert Location.of(open_folder / "other-name") == place


def test_a_socket_folder_made_by_somebody_else_is_refused(open_folder: Path) -> None:
    data = open_folder / ("deep" * 30)
    place = Location.of(data)
    assert place.socket_folder.parent == Path("/tmp")
    place.socket_folder.symlink_to(open_folder)
    try:
        with pytest.raises(errors.SocketFolderTaken, match="Remove it"):
            acquire(data, durable=False)
        place.socket_folder.unlink()
        place.socket_folder.mkdir()
        place.socket_folder.chmod(0o777)
        with pytest.raises(errors.SocketFolderTaken):
            acquire(data, durable=False)
        place.socket_folder.chmod(0o700)
        with use(data, durable=False):
            assert ask(place, "SELECT 1") == 1
    finally:
        discard(data)


def test_a_folder_that_cannot_be_made_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(errors.FolderNotUsable, match="COLLOQUE_DATA"):
        acquire(tmp_path / "file" / "data")


def test_a_folder_name_of_two_lines_gives_a_sentence(open_folder: Path) -> None:
    with pytest.raises(errors.FolderNotUsable, match="several lines"):
        acquire(open_folder / "two\nlines")


def test_a_folder_where_one_may_not_write_gives_a_sentence(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    try:
        with pytest.raises(
            (errors.FolderNotUsable, RuntimeError), match=r"FolderNotUsable|cannot be used.*COLLOQUE_DATA"
        ):
            in_a_fork("daemon" if IS_ROOT else None, lambda: acquire(open_folder / "data") and None)
    finally:
        open_folder.chmod(0o711)


def test_a_foreign_folder_in_the_place_of_the_cluster_is_not_touched(open_data: Path) -> None:
    place = Location.of(open_data)
    place.cluster.mkdir(parents=True)
    (place.cluster / "thesis.odt").touch()
    with pytest.raises(errors.FolderNotUsable, match="not empty"):
        acquire(open_data)
    assert (place.cluster / "thesis.odt").exists()


def test_a_cluster_of_another_major_version_is_refused(data: Path) -> None:
    with use(data, durable=False) as place:
        pass
    (place.cluster / "PG_VERSION").write_text("16\n")
    with pytest.raises(errors.ClusterOfAnotherVersion, match=r"made by PostgreSQL 16.*pg_upgrade"):
        acquire(data)


def test_missing_binaries_give_a_sentence(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "PACKAGE", "no_such_package")
    with pytest.raises(errors.BinariesMissing, match="DATABASE_URL"):
        acquire(data)


def test_a_server_that_does_not_start_says_its_last_words(data: Path) -> None:
    with use(data, durable=False) as place:
        pass
    with (place.cluster / "postgresql.conf").open("a") as file:
        file.write("shared_preload_libraries = 'no_such_library'\n")
    with pytest.raises(errors.ServerDoesNotStart, match="no_such_library"):
        acquire(data)
    assert not is_running(data)


def test_a_server_that_still_recovers_is_left_to_go_on(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with use(data, durable=False):
        pass
    with monkeypatch.context() as patch:
        patch.setattr(server, "_prepare_database", lambda _: False)
        patch.setattr(server, "START_PATIENCE", 0.5)
        with pytest.raises(errors.ServerStillStarting, match="try again"):
            acquire(data, durable=False)
    assert is_running(data)
    with use(data):
        pass
    assert not is_running(data)


def test_an_endless_first_use_ends_with_a_sentence(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "INITDB_PATIENCE", 0.1)
    with pytest.raises(errors.ServerDoesNotStart, match="initdb had not ended"):
        acquire(data)
    assert not any(Location.of(data).home.glob("postgres.new-*"))


def test_processes_that_we_cannot_see_keep_us_from_a_second_server(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with use(data, durable=False) as place:
        pass
    monkeypatch.setattr(server, "START_PATIENCE", 0.3)
    unseen = hold(place.home / "postgres.alive")  # as a server in another container would
    try:
        with pytest.raises(errors.ServerDoesNotStop, match="another container"):
            acquire(data)
    finally:
        unseen.release()


def test_a_full_disk_gives_a_sentence(open_folder: Path) -> None:
    small = open_folder / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("may not mount a small disk")
    try:
        small.chmod(0o711)
        with pytest.raises(errors.DiskFull, match="Free some space"):
            acquire(small / "data")
        assert not list((small / "data").glob("postgres.new-*"))
    finally:
        subprocess.run(["umount", small], check=True)


def test_members_words_do_not_reach_the_log(data: Path) -> None:
    with use(data, durable=False) as place, psycopg.connect(place.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE letters (words text UNIQUE)")
        connection.execute("INSERT INTO letters VALUES ('le patient du 3e')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO letters VALUES ('le patient du 3e')")
        log = place.log.read_text()
        assert "letters_words_key" in log
        assert "le patient" not in log


def test_a_long_log_is_set_aside(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with use(data, durable=False):
        pass
    monkeypatch.setattr(server, "LOG_LIMIT", 10)
    with use(data, durable=False) as place:
        assert place.log.with_name("postgres.log.1").exists()


def test_a_database_in_use_is_not_discarded(data: Path) -> None:
    with use(data, durable=False) as place:
        with pytest.raises(errors.ClusterInUse):
            discard(data)
        assert ask(place, "SELECT 1") == 1
    discard(data)
    assert not place.cluster.exists()
