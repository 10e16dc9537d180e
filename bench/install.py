"""A clean install from the lock file, as a host and as a developer do it; the package index's cache is whatever it is.

.venv/bin/python bench/install.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import machine

ROOT = Path(__file__).parent.parent


def install(tool: str, lock: str) -> float:
    """Seconds for a new environment with everything in a lock file, by `uv` or by `pip`."""
    with tempfile.TemporaryDirectory(prefix="colloque-install-") as folder:
        place = Path(folder) / "venv"
        python = str(place / "bin" / "python")
        started = time.monotonic()
        if tool == "uv":
            subprocess.run(["uv", "venv", "-q", "--python", sys.executable, str(place)], check=True)
            command = ["uv", "pip", "install", "-q", "--python", python]
        else:
            subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
            command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*command, "--require-hashes", "-r", str(ROOT / lock)], check=True, stderr=subprocess.DEVNULL)
        return time.monotonic() - started


def main() -> None:
    for tool in ("uv", "pip"):
        if tool == "uv" and shutil.which("uv") is None:
            continue
        for lock in ("requirements.lock", "requirements-dev.lock"):
            print(f"{tool:4} {lock:24} {install(tool, lock):6.1f} s  (asked for the first: ≤ 90)")
    print(machine())


if __name__ == "__main__":
    main()
