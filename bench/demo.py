"""The demo as a newcomer and a doctor meet it: time to the first page, memory, and the loop by mail.

    .venv/bin/python bench/demo.py [ROUNDS]

Starts a demo of its own in a temporary folder, on free ports, and stops it.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import psutil
from machine import machine

ROOT = Path(__file__).parent.parent


class Demo:
    """One running demo, and browsers for its persons."""

    def __init__(self, data: str) -> None:
        command = [
            sys.executable,
            "-m",
            "colloque",
            "demo",
            "--data",
            data,
            "--port",
            "0",
            "--lmtp-port",
            "0",
            "--json",
        ]
        started = time.monotonic()
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.get(self.browser(), "/")
        self.first_page = time.monotonic() - started

    def browser(self, role: str = "") -> urllib.request.OpenerDirector:
        made = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        if role:
            made.open(self.ready["logins"][role]).read()
        return made

    def get(self, browser: urllib.request.OpenerDirector, path: str) -> str:
        return str(browser.open(self.ready["web"] + path).read().decode())

    def hand_in(self, role: str, to: str, subject: str, text: str) -> None:
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = self.ready["addresses"][role], to, subject
        made["Message-ID"] = make_msgid(domain="poste.example.net")
        made.set_content(text)
        host, port = self.ready["lmtp"].rsplit(":", 1)
        with smtplib.LMTP(host, int(port)) as door:
            door.send_message(made)

    def memory(self) -> int:
        """Proportional set size of all processes of the demo, the database included, in bytes."""
        mine = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        cluster = next(Path(self.data).glob("postgres*/postmaster.pid"), None)
        if cluster is not None:
            postmaster = psutil.Process(int(cluster.read_text().split()[0]))
            mine += [postmaster, *postmaster.children(recursive=True)]
        return sum(each.memory_full_info().pss for each in set(mine))

    @property
    def data(self) -> str:
        return str(self.process.args[self.process.args.index("--data") + 1])  # type: ignore[union-attr,arg-type]

    def stop(self) -> float:
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - started


def until(condition: Callable[[], object], started: float | None = None) -> float:
    """Seconds from `started` until a condition holds; looked at every 20 ms, for at most 20 s."""
    started = started or time.monotonic()
    while not condition():
        if time.monotonic() - started > 20:
            return float("nan")
        time.sleep(0.02)
    return time.monotonic() - started


def one_loop(demo: Demo, number: int) -> tuple[float, float]:
    """Seconds from LMTP to the page, and from the reply to the asker's mailbox behind SMTP."""
    browser, subject = demo.browser("answerer"), f"Essai de boucle {number}"
    asked = time.monotonic()
    demo.hand_in("asker", f"mg-finistere@{demo.ready['mail_domain']}", subject, "Une question, pour mesurer.")
    visible = until(lambda: subject in demo.get(browser, "/c/mg-finistere"), asked)
    link = re.compile(rf'href="(/demo/mailbox/[0-9a-z]{{12}})">{subject}<')
    until(lambda: link.search(demo.get(browser, "/demo/mailbox?of=answerer")))
    found = link.search(demo.get(browser, "/demo/mailbox?of=answerer"))
    assert found is not None
    letter = demo.get(browser, found[1])
    ours = demo.ready["mail_domain"]
    address = next(a for a in re.findall(r"reponse\+[a-z2-7]{26}@[a-z.]+", letter) if a.endswith(ours))
    replied = time.monotonic()
    demo.hand_in("answerer", address, f"Re: {subject}", "Oui.")
    answered = until(lambda: f"Re: {subject}" in demo.get(browser, "/demo/mailbox?of=asker"), replied)
    return visible, answered


def report(name: str, times: list[float]) -> None:
    median, worst = sorted(times)[len(times) // 2], max(times)
    print(f"{name:30} {median:6.2f} s   worst {worst:.2f}  (asked: ≤ 2)")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory(prefix="colloque-bench-") as data:
        first = Demo(data)
        print(f"empty folder → first page      {first.first_page:6.2f} s")
        print(f"Ctrl-C → all stopped           {first.stop():6.2f} s")
        demo = Demo(data)
        try:
            print(f"stopped → first page           {demo.first_page:6.2f} s   (asked: ≤ 5)")
            loops = [one_loop(demo, number) for number in range(rounds)]
            visible = [visible for visible, _answered in loops]
            answered = [answered for _visible, answered in loops]
            report("LMTP in → visible on the page", visible)
            report("reply in → handed to SMTP", answered)
            print(f"memory of the whole demo       {demo.memory() / 1e6:6.0f} MB PSS  (asked: ≤ 500)")
        finally:
            demo.stop()
    print(machine())


if __name__ == "__main__":
    main()
