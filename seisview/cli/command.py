"""What all commands have in common: options that scripts pass to each, and errors that name the command."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand

from seisview.cli.errors import USAGE_ERROR
from seisview.cli.idle_options import refuse_idle_options

EPILOG = (
    "Every command also takes --seed, --device and --overwrite, which change nothing where they do not "
    "apply, and --debug, which shows the traceback of a failure."
)


class Command(TyperCommand):
    """A command whose own complaints about its options say whose they are, as those of typer do."""

    def invoke(self, ctx: Any) -> Any:
        """Carry out the command."""
        try:
            refuse_idle_options(ctx)
            return super().invoke(ctx)
        except USAGE_ERROR as error:
            if getattr(error, "ctx", None) is None:
                error.ctx = ctx  # type: ignore[attr-defined]  # typer's base class has no public name
            raise


def complete(app: typer.Typer) -> None:
    """Give every command registered so far what all have in common."""
    for command in app.registered_commands:
        command.cls = Command
        command.epilog = EPILOG
