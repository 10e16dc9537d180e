"""How long a register of 2,100,000 rows takes to import, in how much memory, and how quickly it is then searched.

    .venv/bin/python bench/directory.py [ROWS]

Writes (or finds again) a synthetic extract in the system's temporary folder, imports it twice with the real command
into a new embedded database, each time in a process of its own, and prints seconds, memory and the machine.
Aims: 90 s, 120 MB.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

STAMP = datetime(2026, 10, 8, 8, 12)
QUERIES = ("martin", "MARTIN je", "jean-françois dup", "delamotte", "d", "m", "marie mar", "9961", "99612960627", "zzz")


def extract(rows: int) -> list[Path]:
    """The files of a synthetic extract, made once."""
    from colloque.people.directory.sample import write_sample

    folder = Path(tempfile.gettempdir()) / f"colloque-register-{rows}"
    if not (folder / "complete").exists():
        began = time.monotonic()
        write_sample(folder, rows, stamp=STAMP)
        (folder / "complete").touch()
        print(f"sample of {rows:,} rows written in {time.monotonic() - began:.1f} s")
    return sorted(folder.glob("*.txt"))


def in_own_process(what: str, *arguments: str) -> dict[str, Any]:
    """Run this file again as `what` and read the object that it prints; adds the wall clock's seconds."""
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, __file__, what, *arguments], check=True, stdout=subprocess.PIPE, text=True, timeout=600
    )
    return json.loads(ran.stdout) | {"wall": time.monotonic() - began}


def run_import(*files: str) -> None:
    """The command itself, then this process's own peak (the server is another process)."""
    import contextlib
    import io

    from colloque.cli import main

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        main(["directory", "import", "--json", *files], standalone_mode=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(json.loads(printed.getvalue()) | {"megabytes": peak}))


def run_search() -> None:
    from colloque.cli.session import session

    with session():
        from colloque.people.directory.search import find_practitioners

        find_practitioners("warm up")
        print(json.dumps({query: _median_ms(find_practitioners, query) for query in QUERIES}))


def _median_ms(find: Any, query: str) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        find(query)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def told(report: dict[str, Any]) -> str:
    return (
        f"{report['rows']:,} + {report['skill_rows']:,} rows in {report['seconds']:.1f} s "
        f"({report['rows'] / report['seconds']:,.0f} rows/s; {report['wall']:.1f} s with the database's start), "
        f"{report['megabytes']:.0f} MB; {report['practitioners']:,} practitioners, {report['added']:,} added, "
        f"{report['unchanged']:,} unchanged"
    )


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] in {"import", "search"}:
        run_import(*sys.argv[2:]) if sys.argv[1] == "import" else run_search()
        return
    rows = int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else 2_100_000
    files = [str(path) for path in extract(rows)]
    size = sum(Path(path).stat().st_size for path in files) / 1e6
    data = Path(tempfile.mkdtemp(prefix="colloque-bench-"))
    os.environ.update(COLLOQUE_DATA=str(data), COLLOQUE_SANDBOX="1")
    os.environ.pop("DATABASE_URL", None)
    try:
        for name in ("first import", "same again"):
            report = in_own_process("import", *files)
            print(f"{name} ({size:.0f} MB): {told(report)}")
        times = in_own_process("search")
        print("search: " + ", ".join(f"“{query}” {times[query]:.1f} ms" for query in QUERIES))
    finally:
        _discard(data)
    print(f"machine: {platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")


def _discard(data: Path) -> None:
    from colloque.database.embedded import discard

    discard(data)
    shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
