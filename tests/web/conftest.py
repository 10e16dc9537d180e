"""What the tests of pages share: members who have come in, and a real browser where there is one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from colloque.people.models import Member

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

Enter = Callable[[Member], Client]


@pytest.fixture
def enter(db: None) -> Enter:
    """A client in which this member has come in."""

    def come_in(member: Member) -> Client:
        client = Client(headers={"accept-language": "fr"})
        client.force_login(member)
        return client

    return come_in


def token_in(page: str) -> str:
    """The hidden field by which a form is published once."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium here (apt install chromium)"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; as root it runs without its sandbox only."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": as_root}


@pytest.fixture
def seat(enter: Enter, live_server: Any) -> Callable[[Any, Member], None]:
    """Lets a browser's context sit where a member has come in."""

    def take(context: Any, member: Member) -> None:
        cookie = enter(member).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return take
