"""A pytest plugin, loaded before Django's settings are read: a PostgreSQL of this test run's own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from colloque.database.embedded import acquire, discard

_DATA = Path(tempfile.mkdtemp(prefix="colloque-tests-"))
os.environ.update(
    COLLOQUE_DATA=str(_DATA),
    COLLOQUE_SANDBOX="1",
    COLLOQUE_MAIL_DOMAIN="colloque.example.org",
    COLLOQUE_URL="https://colloque.example.org",
    COLLOQUE_CONTACT="hote@example.org",
    COLLOQUE_LANGUAGE="fr",
    DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright's loop runs in the test's thread
)
for _variable in ("DATABASE_URL", "COLLOQUE_SECRET_KEY"):
    os.environ.pop(_variable, None)

_use = acquire(_DATA, durable=False)


@atexit.register
def _stop() -> None:
    _use.release()
    discard(_DATA)
    shutil.rmtree(_DATA, ignore_errors=True)
