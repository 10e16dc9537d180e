"""The embedded PostgreSQL, with a real server each time: shared, killed, interrupted, locked out."""

from __future__ import annotations

import os
import pickle
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from colloque.database import binaries, cluster, embedded, errors, location, server
from colloque.database.accounts import Account
from colloque.database.embedded import Location, acquire, discard, is_running, use
from colloque.database.locks import hold
from colloque.database.postmaster import postmaster_of

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


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder to be made. As root, pytest's own folders are closed to others: the cluster lives elsewhere."""
    folder = tmp_path / "data"
    yield folder
    discard(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may pass, as pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="colloque-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def open_data(open_folder: Path) -> Iterator[Path]:
    yield open_folder / "data"
    discard(open_folder / "data")


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


def test_the_first_use_makes_the_cluster_answers_sql_and_stops_it_after_itself(data: Path) -> None:
    before = Location.of(data)
    with use(data, durable=False) as place:
        assert place == before
        assert ask(place, "SELECT current_user || ' ' || current_database()") == "colloque colloque"
        assert ask(place, "SHOW server_encoding") == "UTF8"
        assert ask(place, "SELECT lower('ÉÀÇ')") == "éàç"
        assert ask(place, "SHOW listen_addresses") == ""
        assert is_running(data)
    assert not is_running(data)
    assert Location.of(data) == before


def test_a_second_use_finds_what_the_first_wrote(data: Path) -> None:
    with use(data) as place, psycopg.connect(place.dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'Tours' AS town")
    with use(data) as place:
        assert ask(place, "SELECT town FROM kept") == "Tours"
        assert ask(place, "SHOW fsync") == "on"


def test_a_server_not_meant_to_last_does_not_wait_for_the_disk(data: Path) -> None:
    with use(data, durable=False) as place:
        assert ask(place, "SHOW fsync") == "off"


def test_cluster_socket_and_locks_are_closed_to_others(data: Path) -> None:
    with use(data, durable=False) as place:
        for path in (place.cluster, place.socket_folder, place.log, place.home / "postgres.users"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_of_two_processes_the_first_to_leave_does_not_stop_the_server(data: Path) -> None:
    other = another_user(data)
    with use(data) as place:
        pid = postmaster_of(place)
    assert is_running(data)
    assert postmaster_of(place) == pid
    leave(other)
    assert not is_running(data)


def test_one_process_may_use_the_server_twice(data: Path) -> None:
    first, second = acquire(data, durable=False), acquire(data)
    first.release()
    first.release()
    assert ask(second.location, "SELECT 1") == 1
    second.release()
    assert not is_running(data)


def test_a_fork_neither_stops_the_server_nor_blocks_the_next_start(data: Path) -> None:
    used = acquire(data, durable=False)
    assert in_a_fork(None, lambda: used.release()) is None
    assert is_running(data)
    child = os.fork()
    if child == 0:
        time.sleep(PATIENCE)
        os._exit(0)
    try:
        used.release()
        assert not is_running(data)
        with use(data) as place:
            assert ask(place, "SELECT 1") == 1
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_user_that_is_killed_does_not_keep_the_server_alive(data: Path) -> None:
    killed = another_user(data)
    with use(data) as place:
        killed.kill()
        killed.communicate()
        assert ask(place, "SELECT 1") == 1
    assert not is_running(data)


def test_a_server_whose_only_user_was_killed_is_taken_over_by_the_next(data: Path) -> None:
    killed = another_user(data)
    killed.kill()
    killed.communicate()
    assert is_running(data)
    with use(data) as place:
        assert ask(place, "SELECT 1") == 1
    assert not is_running(data)


def test_after_a_kill_of_the_server_the_next_use_recovers_what_was_committed(data: Path) -> None:
    first = acquire(data)
    with psycopg.connect(first.location.dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 41 + 1 AS number")
    pid = postmaster_of(first.location)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with use(data) as place:
        assert postmaster_of(place) != pid
        assert ask(place, "SELECT number FROM kept") == 42
        first.release()
        assert ask(place, "SELECT number FROM kept") == 42, "the first user's leave stopped the second's server"
    assert not is_running(data)
    assert not psutil.pid_exists(pid), "a zombie stayed"


def test_a_stale_pid_file_with_the_number_of_another_live_process_is_not_mistaken(data: Path) -> None:
    with use(data, durable=False) as place:
        announced = (place.cluster / "postmaster.pid").read_text()
    # The same account as the server's: the case in which PostgreSQL itself refuses to start.
    foreign = subprocess.Popen(["sleep", "60"], **place.account.as_process_owner(), cwd="/")
    try:
        stale = "\n".join([str(foreign.pid), *announced.splitlines()[1:]]) + "\n"
        (place.cluster / "postmaster.pid").write_text(stale)
        (place.socket_folder / ".s.PGSQL.5432.lock").write_text(stale)
        assert not is_running(data)
        with use(data, durable=False):
            assert ask(place, "SELECT 1") == 1
        assert foreign.poll() is None, "a foreign process was stopped"
    finally:
        foreign.kill()
        foreign.wait()


def test_an_interrupted_first_use_leaves_nothing_half_made(data: Path) -> None:
    home = Location.of(data).home

    def press_ctrl_c() -> None:
        wait_for(lambda: any(home.glob("postgres.new-*/PG_VERSION")))
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press_ctrl_c)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        acquire(data)
    thread.join()
    assert [path.name for path in home.iterdir() if path.is_dir()] == []
    with use(data, durable=False) as place:
        assert ask(place, "SELECT 1") == 1


def test_what_a_killed_first_use_left_is_removed_by_the_next(data: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    wait_for(lambda: any(Location.of(data).home.glob("postgres.new-*/PG_VERSION")))
    process.kill()
    process.communicate()
    assert any(Location.of(data).home.glob("postgres.new-*")), "killed too late to prove anything"
    with use(data, durable=False) as place:
        assert ask(place, "SELECT 1") == 1
        assert list(place.home.glob("postgres.new-*")) == []


def test_ctrl_c_on_our_terminal_does_not_reach_the_server(data: Path) -> None:
    with use(data, durable=False) as place:
        pid = postmaster_of(place)
        assert pid is not None
        assert os.getsid(pid) == pid != os.getsid(0)


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
