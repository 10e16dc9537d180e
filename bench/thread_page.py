"""What a thread page of 100 posts costs a member, against a bare view that joins the same stored HTML.

    .venv/bin/python bench/thread_page.py [POSTS] [ROUNDS]

Same process, same middleware, same session cookie, interleaved; CPU is that of the application and of its PostgreSQL
backend together. Starts an embedded server of its own in a temporary folder, and needs none else.
"""

from __future__ import annotations

import gzip
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from machine import machine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("COLLOQUE_URL", "http://localhost")

from colloque.cli.session import session

PARAGRAPH = (
    "La toux de coqueluche de l’adulte dure volontiers dix à douze semaines. Je change de regard à huit semaines ; la "
    "frontière est arbitraire, il en faut une. À partir de là une toux s’explore pour elle-même : spirométrie avec "
    "réversibilité, et l’interrogatoire refait depuis le début.\n\n"
)
WARM_UP = 30


def main(posts: int = 100, rounds: int = 300) -> None:
    with tempfile.TemporaryDirectory() as data, session(Path(data)):
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        path, cookie = _village(posts)
        _add_bare_views()
        pages = {
            "member": _get(path, cookie),
            "bare, same cookie": _get(path.replace("/f/", "/bare/"), cookie),
            "bare, visitor": _get(path.replace("/f/", "/bare/"), ""),
        }
        _report(pages, rounds)


def _report(pages: dict[str, Callable[[], bytes]], rounds: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    for page in pages.values():
        for _ in range(WARM_UP):
            page()
    size = pages["member"]()
    application: dict[str, list[float]] = {name: [] for name in pages}
    database = dict.fromkeys(pages, 0.0)
    for name, page in _interleaved(pages, rounds):
        before = sum(backend.cpu_times()[:2])
        started = time.process_time()
        for _ in range(10):  # the backend's clock ticks every 10 ms
            page()
        application[name].append((time.process_time() - started) / 10)
        database[name] += sum(backend.cpu_times()[:2]) - before
    costs = {name: statistics.median(application[name]) * 1e3 + database[name] / rounds * 1e3 for name in pages}
    for name in pages:
        own = statistics.median(application[name]) * 1e3
        print(f"{name:18} {costs[name]:6.2f} ms CPU (application {own:.2f}, PostgreSQL {costs[name] - own:.2f})")
    print(f"page: {len(size) / 1e3:.0f} kB, {len(gzip.compress(size)) / 1e3:.1f} kB gzip")
    print(f"member ÷ bare, same cookie: {costs['member'] / costs['bare, same cookie']:.2f} (at most 2.5)")
    print(f"member ÷ bare, visitor:     {costs['member'] / costs['bare, visitor']:.2f}")
    print(machine())


def _interleaved(pages: dict[str, Callable[[], bytes]], rounds: int) -> Iterator[tuple[str, Callable[[], bytes]]]:
    for _ in range(rounds // 10):
        yield from pages.items()


def _village(posts: int) -> tuple[str, str]:
    """A thread of that many posts, nested, and the session cookie of one of its readers."""
    from django.conf import settings
    from django.test import Client

    from colloque.threads import publishing
    from tests.village import answer, build

    publishing.POSTS_A_DAY = 10 * posts
    village = build()
    question = village.question(text=PARAGRAPH * 2)
    written = [question]
    authors = (village.sarr, village.oyono, village.imbert, village.kervadec)
    for number in range(1, posts):
        parent = question if number % 3 == 1 else written[-1]
        written.append(answer(authors[number % 4], parent, PARAGRAPH * (1 + number % 3)))
    client = Client()
    client.force_login(village.sarr)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return question.thread.path, f"{cookie.key}={cookie.value}"


def _add_bare_views() -> None:
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from colloque.threads.models import Post
    from colloque.web import urls

    def bare(request: HttpRequest, key: str) -> HttpResponse:
        rows = Post.objects.filter(thread__key=key).order_by("position").values_list("html", flat=True)
        return HttpResponse("".join(rows))

    urls.urlpatterns.append(path("bare/<slug:key>", bare))


def _get(path: str, cookie: str) -> Callable[[], bytes]:
    """A request through the whole WSGI application, as the server makes it."""
    from colloque.web.wsgi import application

    def get() -> bytes:
        statuses: list[str] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "HTTP_COOKIE": cookie, "HTTP_HOST": "localhost", "HTTP_ACCEPT_LANGUAGE": "fr",
            "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr, "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": "",
        }  # fmt: skip
        answer = application(environ, lambda status, headers, exc_info=None: statuses.append(status))
        body = b"".join(answer)
        answer.close()
        assert statuses == ["200 OK"], statuses
        return body

    return get


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
