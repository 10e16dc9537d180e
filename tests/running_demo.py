"""A whole demo in processes of its own, for tests that must see everything run together."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent


class RunningDemo:
    """One demo over a data folder; `stop` ends it as Ctrl-C does."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        command = [sys.executable, "-m", "colloque", "demo", "--data", str(data), "--port", "0", "--lmtp-port", "0"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("COLLOQUE_", "DJANGO_"))}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--json", *arguments], cwd=ROOT, env=kept, stdout=subprocess.PIPE, stderr=log
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log.read_text()[-3000:]
        self.ready: dict[str, Any] = json.loads(line)

    def browser(self, role: str = "") -> urllib.request.OpenerDirector:
        made = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        if role:
            made.open(self.ready["logins"][role]).read()
        return made

    def get(self, browser: urllib.request.OpenerDirector, path: str) -> str:
        with browser.open(self.ready["web"] + path, timeout=20) as page:
            return str(page.read().decode())

    def post(self, browser: urllib.request.OpenerDirector, page: str, path: str, **fields: str) -> str:
        """Fill in the form of a page that posts to `path`, as a browser without scripts does."""
        html = self.get(browser, page)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        assert token is not None
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        request = urllib.request.Request(self.ready["web"] + path, data, {"Referer": self.ready["web"] + page})
        with browser.open(request, timeout=20) as answer:
            return str(answer.read().decode())

    def circle(self, slug: str = "mg-finistere") -> str:
        return f"{slug}@{self.ready['mail_domain']}"

    def write(self, role: str, to: str, subject: str, text: str) -> None:
        """A letter from a person of the tour, through the LMTP door; returns once it is answered 250."""
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = self.ready["addresses"][role], to, subject
        made["Message-ID"] = make_msgid(domain="poste.example.net")
        made.set_content(text)
        host, port = self.ready["lmtp"].rsplit(":", 1)
        with smtplib.LMTP(host, int(port), local_hostname="localhost") as door:
            door.send_message(made)

    def children(self) -> dict[str, psutil.Process]:
        """The processes by their role: worker, postoffice, granian."""
        found = {}
        for each in psutil.Process(self.process.pid).children():
            if each.status() == psutil.STATUS_ZOMBIE:
                continue
            line = " ".join(each.cmdline())
            for role in ("worker", "postoffice", "granian"):
                if f" {role}" in line:
                    found[role] = each
        return found

    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.data / "postgres" / "postmaster.pid").read_text().split()[0]))

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)


def until(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait for something to hold; its value, or a failure."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return value
