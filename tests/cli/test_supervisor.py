"""Processes are kept: restarted when they die, given up when they die again and again, stopped together."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from colloque.cli.processes import children, collect_static, run_children
from colloque.cli.supervisor import Child, ProcessKeepsDying, Supervisor, told_to_stop


def sleeper(name: str = "sleeper") -> Child:
    return Child(name, [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))


def test_a_child_that_dies_is_started_again(capsys: pytest.CaptureFixture[str]) -> None:
    child = sleeper()
    supervisor, stopping = Supervisor([child]), threading.Event()
    supervisor.start()
    assert supervisor.is_started and child.process is not None
    first = child.process.pid
    child.process.kill()
    watcher = threading.Thread(target=supervisor.watch, args=[stopping])
    watcher.start()
    deadline = time.monotonic() + 10
    while (not child.is_alive or child.process.pid == first) and time.monotonic() < deadline:
        time.sleep(0.05)
    stopping.set()
    watcher.join()
    supervisor.stop()
    assert child.process.pid != first
    assert not psutil.pid_exists(child.process.pid)


def test_a_child_that_keeps_dying_ends_the_instance_with_its_name() -> None:
    child = Child("short-lived", [sys.executable, "-c", "raise SystemExit(1)"], dict(os.environ))
    supervisor = Supervisor([child])
    supervisor.start()
    with pytest.raises(ProcessKeepsDying, match="short-lived"):
        supervisor.watch(threading.Event())
    supervisor.stop()


def test_a_child_that_does_not_listen_is_killed_with_its_whole_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colloque.cli.supervisor._PATIENCE", 0.5)
    deaf = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    deaf += "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)"
    child = Child("deaf", [sys.executable, "-c", deaf], dict(os.environ))
    supervisor = Supervisor([child])
    supervisor.start()
    assert child.process is not None
    parent = psutil.Process(child.process.pid)
    deadline = time.monotonic() + 10
    while not parent.children() and time.monotonic() < deadline:
        time.sleep(0.05)
    (grandchild,) = parent.children()
    supervisor.stop()
    psutil.wait_procs([grandchild], timeout=5)
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_sigterm_tells_and_the_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with told_to_stop() as stopping:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopping.wait(2)
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_instance_is_three_processes_and_stops_when_told() -> None:
    kept = children("127.0.0.1", 8000, workers=2)
    assert [each.name for each in kept] == ["worker", "post office", "web"]
    timer = threading.Timer(1.0, os.kill, [os.getpid(), signal.SIGTERM])
    timer.start()
    child = sleeper()
    run_children([child], None)
    assert child.process is not None and child.process.poll() is not None


def test_static_files_are_collected_under_names_that_tell_their_content(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    collect_static()
    assert (tmp_path / "staticfiles.json").exists()
    assert list(tmp_path.glob("web/colloque.*.css.gz"))
