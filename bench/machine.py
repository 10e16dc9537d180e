"""The line every benchmark ends with: what it ran on."""

from __future__ import annotations

import os
import platform


def machine() -> str:
    """Python, processors, system: absolute times mean nothing without it."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return f"machine: Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.machine()}, load {load:.1f}"
