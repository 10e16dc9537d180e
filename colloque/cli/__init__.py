"""The command line: one entry point, each room's commands loaded only when they are called.

`colloque mail trim` must answer in under a second from a cold start, so nothing here imports Django.
"""

from __future__ import annotations

import importlib
import os

import click

# name → module that defines a click command or group called `command`
COMMANDS = {
    "mail": "colloque.cli.mail",
    "directory": "colloque.cli.directory",
    "thread": "colloque.cli.thread",
    "settings": "colloque.cli.settings",
    "host": "colloque.cli.host",
    "migrate": "colloque.cli.processes",
    "worker": "colloque.cli.processes",
    "postoffice": "colloque.cli.processes",
    "up": "colloque.cli.processes",
    "demo": "colloque.cli.demo",
}


class Rooms(click.Group):
    """A click group that imports a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command = getattr(module, cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", metavar="DIR", help="Data folder, for any command (default: COLLOQUE_DATA or ./var).")
def main(data: str | None) -> None:
    """Colloque: a doctor's question, answered by peers, by plain e-mail."""
    if data:
        os.environ["COLLOQUE_DATA"] = data
