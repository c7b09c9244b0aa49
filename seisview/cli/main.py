"""The command line: `seisview COMMAND ...`, or `seisview SURVEY` to open the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from seisview import __version__
from seisview.cli import (
    benchmark,
    carrying,
    clustering,
    comparing,
    exporting,
    horizons,
    labelling,
    learning,
    matching,
    pretraining,
    projects,
    survey,
    window,
)
from seisview.cli.command import complete
from seisview.cli.errors import exit_code_of

_SUFFIXES = (".sgy", ".segy", ".seg", ".npy", ".zarr")


class _OpensByDefault(TyperGroup):
    """What is not a command but looks like a path is opened."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; a path stands for `open PATH`."""
        if args and args[0] not in self.commands and _looks_like_path(args[0]):
            args = ["open", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="seisview",
    cls=_OpensByDefault,
    help="Interactive interpretation of 3-D seismic with few labels. Without a command: opens the window.",
    epilog="--debug with any command shows the traceback of a failure. Exit codes: 0 done, 1 failed, "
    "2 wrong usage, 130 interrupted.",
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    window,
    survey,
    pretraining,
    learning,
    carrying,
    projects,
    labelling,
    clustering,
    matching,
    exporting,
    comparing,
    horizons,
    benchmark,
):
    module.register(app)
complete(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"seisview {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        window.open_window()


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str
        As on the command line, without the program's name.

    Returns
    -------
    int
        Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
    """
    # passive: threads that wait must not burn the core the window draws with; OpenMP reads it once
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    debug = "--debug" in arguments
    plain = [argument for argument in arguments if argument != "--debug"]
    command = typer.main.get_command(app)
    return exit_code_of(lambda: command.main(plain, prog_name="seisview", standalone_mode=False), debug)


def main() -> int:
    """Run the command of this process and return its exit code."""
    return run(sys.argv[1:])


def _looks_like_path(text: str) -> bool:
    path = Path(text)
    has_separator = os.sep in text or "/" in text
    return path.exists() or has_separator or path.suffix.lower() in _SUFFIXES
