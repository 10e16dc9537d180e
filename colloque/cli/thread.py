"""`colloque thread …`: threads as plain data."""

from __future__ import annotations

import json
from typing import Any

import click

from .session import with_database


@click.group()
def thread() -> None:
    """Look at threads."""


@thread.command()
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_database
def show(key: str, as_json: bool) -> None:
    """Print a thread with its posts, nested."""
    from colloque.threads.models import Thread

    found = Thread.objects.select_related("circle").filter(key=key.lower()).first()
    if found is None:
        raise click.ClickException(f"No thread has the key {key}.")
    record = found.as_nested_record()
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    click.echo(f"{record['title']}  [{record['circle']} · {record['state']}]\n")
    for post in record["posts"]:
        _print(post, 0)


def _print(post: dict[str, Any], depth: int) -> None:
    margin = "    " * depth
    click.echo(f"{margin}{post['byline']} · {post['standing']} · {post['day']}  ({post['key']})")
    text = post["text"] or f"[{post['state']}]"
    click.echo("".join(f"{margin}  {line}\n" for line in text.splitlines()))
    for reply in post["replies"]:
        _print(reply, depth + 1)
