"""Data folders for servers of a test's own, emptied afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from colloque.database.embedded import discard


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
