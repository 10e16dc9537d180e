"""`colloque directory`: the national register imported from its free-access extract, and synthetic extracts."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from colloque.cli.session import with_database
from colloque.people.directory.refusals import ImportRefused

if TYPE_CHECKING:
    from colloque.people.directory.importing import ImportReport

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STAMP = "%Y%m%d%H%M"


@click.group()
def directory() -> None:
    """The national register of doctors (RPPS)."""


@directory.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--force", is_flag=True, help="Take an extract in that has fewer than 90 % of the last one's rows.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output, and nothing else.")
@with_database
def import_files(files: tuple[Path, ...], force: bool, as_json: bool) -> None:
    """Import the ANS free-access extract: the activity file, with the savoir-faire file, or the zip of both.

    The register is taken over whole or not at all. Those who are no longer in it stay, marked so.
    """
    from django.db import DatabaseError

    from colloque.people.directory.importing import import_extract
    from colloque.people.directory.source import open_extract

    try:
        extract = open_extract(files)
        with _progress("Reading", extract.size, wanted=not as_json) as read:
            report = import_extract(extract, force=force, read=read)
    except ImportRefused as refusal:
        raise click.ClickException(f"{refusal} Nothing was changed.") from None
    except DatabaseError as error:  # a full disk, a server stopped: the transaction is gone with it
        raise click.ClickException(f"The database did not take it ({error}). Nothing was changed.") from error
    click.echo(json.dumps(report.as_record(), ensure_ascii=False) if as_json else _told(report))


@directory.command()
@click.argument("outdir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--rows", required=True, type=click.IntRange(min=1), help="Rows of the activity file.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same persons.")
@click.option("--stamp", default=None, help="AAAAMMJJhhmm in the files' names.  [default: now]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output, and nothing else.")
def sample(outdir: Path, rows: int, seed: int, stamp: str | None, as_json: bool) -> None:
    """Write a synthetic extract into OUTDIR, in the exact format.

    Its numbers begin with 99 and are nobody's; only an instance with COLLOQUE_SANDBOX=1 takes them.
    """
    from colloque.people.directory.sample import write_sample

    try:
        moment = datetime.strptime(stamp, _STAMP).astimezone() if stamp else datetime.now().astimezone()
    except ValueError:
        raise click.BadParameter("a moment as in 202610080812 is needed", param_hint="--stamp") from None
    try:
        with _progress("Writing", rows, wanted=not as_json) as written:
            made = write_sample(outdir, rows, seed=seed, stamp=moment, written=written)
    except OSError as error:
        raise click.ClickException(f"{outdir} cannot be written ({error.strerror or error}).") from error
    if as_json:
        record = {"activity": str(made.activity), "skills": str(made.skills)}
        click.echo(json.dumps(record | {"rows": made.rows, "skill_rows": made.skill_rows}, ensure_ascii=False))
    else:
        click.echo(f"{made.activity}: {made.rows:,} rows\n{made.skills}: {made.skill_rows:,} rows")


@contextlib.contextmanager
def _progress(label: str, length: int, *, wanted: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error where that is a terminal; what it yields takes steps."""
    if not (wanted and _is_terminal()):
        yield lambda count: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def _told(report: ImportReport) -> str:
    lines = [
        f"Extract of {report.extracted_on}: {report.rows:,} rows, {report.skill_rows:,} of savoir-faire, "
        f"{report.practitioners:,} practitioners, {report.seconds:.1f} s.",
        f"{report.added:,} added, {report.changed:,} changed, {report.returned:,} back, "
        f"{report.unchanged:,} unchanged, {report.unlisted:,} no longer listed.",
    ]
    if report.passed_over:
        lines.append("Rows passed over: " + _listed(report.passed_over))
    if report.oddities:
        lines.append("Worth a look: " + _listed(report.oddities))
    if report.files_passed_over:
        lines.append("Files not needed: " + ", ".join(report.files_passed_over) + ".")
    if report.is_sample:
        lines.append("These are sample numbers: nobody's.")
    return "\n".join(lines)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) + "."
