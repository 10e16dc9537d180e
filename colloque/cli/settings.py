"""`colloque settings`: what is set, and where it comes from."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from typing import Any

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--retention", is_flag=True, help="How long each thing is kept, instead.")
def settings(as_json: bool, retention: bool) -> None:
    """Print the settings with their source; secrets are hidden."""
    from colloque.settings import RETENTION

    rows = retention_rows(RETENTION) if retention else setting_rows()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for name, row in rows.items():
        click.echo(f"{name}={row['value']}" if not retention else f"{name}: {row['days']} days")
        click.echo(f"    {row['meaning']}" + (f" ({row['source']})" if not retention else ""))


def setting_rows() -> dict[str, dict[str, Any]]:
    """Variable → value (hidden for secrets), source (environment or default), meaning."""
    from colloque.settings import INSTANCE, variable_of

    rows = {}
    for each in fields(INSTANCE):
        variable = variable_of(each)
        value = getattr(INSTANCE, each.name)
        shown = value if isinstance(value, (int, bool)) else str(value)
        if each.metadata["secret"] and value:
            shown = "(hidden)"
        source = "environment" if os.environ.get(variable, "").strip() else "default"
        rows[variable] = {"value": shown, "source": source, "meaning": each.metadata["meaning"]}
    return rows


def retention_rows(retention: dict[str, tuple[int, str]]) -> dict[str, dict[str, Any]]:
    return {name: {"days": days, "meaning": meaning} for name, (days, meaning) in retention.items()}
