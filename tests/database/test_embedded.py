"""The embedded PostgreSQL, with a real server each time: shared, killed, interrupted."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from colloque.database.embedded import Location, acquire, is_running, use
from colloque.database.postmaster import postmaster_of
from tests.database.servers import (
    ENVIRONMENT,
    PATIENCE,
    USER,
    another_user,
    ask,
    in_a_fork,
    leave,
    wait_for,
)


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
