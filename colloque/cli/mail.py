"""`colloque mail …`: what a letter is, without sending it anywhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.group()
def mail() -> None:
    """Read and hand over letters."""


@mail.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line (this is the only form).")
def trim(files: tuple[str, ...], as_json: bool) -> None:
    """Print what the author of each message FILE wrote, one JSON object a line."""
    failed = False
    for file in files:
        try:
            raw = Path(file).read_bytes()
        except OSError as error:
            click.echo(f"{file}: {error.strerror or error}", err=True)
            failed = True
            continue
        click.echo(json.dumps(trimmed_record(file, raw), ensure_ascii=False))
    if failed:
        sys.exit(1)


def trimmed_record(file: str, raw: bytes) -> dict[str, str | None]:
    """The record that `mail trim` prints for one message."""
    from colloque.mail.commands import command_in, names_of
    from colloque.mail.message import parse
    from colloque.mail.triage import triage
    from colloque.mail.trimming import trim as trim_text

    message = parse(raw)
    kind = triage(message).kind
    trimmed = trim_text(message.text, message.html or None, subject=message.subject)
    command = command_in(trimmed.text, message.subject, names_of(message.sender)) if kind == "person" else None
    label: str = trimmed.kind if kind == "person" else kind
    if command:
        label = "command"
    return {"file": file, "kind": label, "text": trimmed.text, "elided": trimmed.elided, "command": command}


@mail.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "recipient", required=True, metavar="ADDRESS", help="Envelope recipient.")
@click.option(
    "--from", "return_path", default=None, metavar="ADDRESS", help="Envelope sender; default: the From field."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object (this is the only form).")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
def receive(file: Path, recipient: str, return_path: str | None, as_json: bool, data: Path | None) -> None:
    """Hand a message FILE to the LMTP door and print what became of it."""
    from colloque.cli.receive import LetterNotTaken, hand_over
    from colloque.cli.session import session
    from colloque.database.errors import EmbeddedDatabaseError

    try:
        with session(data):
            record = hand_over(file.read_bytes(), recipient, return_path)
    except (EmbeddedDatabaseError, LetterNotTaken) as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(record, ensure_ascii=False))
