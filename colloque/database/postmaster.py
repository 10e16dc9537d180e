"""The running server of a cluster, found by the file that PostgreSQL writes, and never mistaken for another process."""

from __future__ import annotations

from pathlib import Path

import psutil  # type: ignore[import-untyped]

from colloque.database.location import Location

# Lines of postmaster.pid (PostgreSQL, src/include/utils/pidfile.h): the first and the last.
PID_LINE, STATUS_LINE = 0, -1


def postmaster_of(location: Location) -> int | None:
    """The process id of the live server of this cluster; None if there is none, or only a stale file that says so."""
    lines = _pid_file_lines(location)
    pid = int(lines[PID_LINE]) if lines and lines[PID_LINE].strip().isdigit() else 0
    return pid if pid > 1 and is_postmaster(pid, location) else None


def is_ready(location: Location) -> bool:
    lines = _pid_file_lines(location)
    return bool(lines) and lines[STATUS_LINE].strip() == "ready"


def is_postmaster(pid: int, location: Location) -> bool:
    """Is this process alive (a zombie is dead) and the server of this cluster (numbers are reused after a restart)?"""
    try:
        process = psutil.Process(pid)
        arguments: list[str] = process.cmdline()  # a zombie has none
        if process.uids().effective != location.account.uid or not arguments or Path(arguments[0]).name != "postgres":
            return False
        if "-D" in arguments[:-1]:
            return arguments[arguments.index("-D") + 1] == str(location.cluster)
        return str(process.cwd()) == str(location.cluster)
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
    except psutil.AccessDenied:
        # Root in a container without SYS_PTRACE: a server started by hand whose folder we may not see. Better to refuse
        # a start than to run two servers on one cluster.
        return True


def _pid_file_lines(location: Location) -> list[str]:
    try:
        return (location.cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    except (FileNotFoundError, PermissionError):
        return []
