"""Turns whatever ends a command into an exit code and two lines that people can act on."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable

import typer

from seisview.cli.wording import plain_usage
from seisview.errors import Cancelled, SeisviewError

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
# typer's errors of usage share a base class that has no public name.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


def exit_code_of(command: Callable[[], object], debug: bool = False) -> int:
    """Run a command and say how it ended.

    Failures become one line ``error: what happened`` and one line ``hint: what to do`` on stderr.

    Parameters
    ----------
    command : callable
        What to run. It may return an exit code; anything else means that it is done.
    debug : bool
        Show the traceback of a failure as well.

    Returns
    -------
    int
        0 done, 1 failed, 2 wrong usage, 130 interrupted.
    """
    try:
        result = command()
    except (Cancelled, KeyboardInterrupt, typer.Abort) as stop:
        kept = f"; {stop}" if isinstance(stop, Cancelled) and str(stop) else ""
        _say(f"interrupted: nothing half-written was left behind{kept}")
        return INTERRUPTED
    except SeisviewError as error:
        return _fail(error.message, error.hint, debug)
    except BrokenPipeError:
        # Whoever read stdout has gone; keep Python from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        return _usage_or_surprise(error, debug)
    return result if isinstance(result, int) else DONE


def _usage_or_surprise(error: Exception, debug: bool) -> int:
    if isinstance(error, USAGE_ERROR):
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "seisview"
        message = error.format_message()  # type: ignore[attr-defined]
        _fail(plain_usage(message, error.__cause__), f"See '{path} --help'.", debug)
        return WRONG_USAGE
    if isinstance(error, MemoryError):
        return _fail("The memory of this machine does not suffice.", "Close other programs.", debug)
    if isinstance(error, OSError):
        return _fail(_os_message(error), _os_hint(error), debug)
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    hint = "This is a fault of seisview; run again with --debug and report what it shows."
    return _fail(f"Something unexpected happened ({reason}).", hint, debug)


def _os_message(error: OSError) -> str:
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror or error}."


def _os_hint(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Free some space, or send the output elsewhere."
    return "Check that the file is there and may be read."


def _fail(message: str, hint: str, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    _say(f"error: {_one_line(message)}")
    if hint:
        _say(f"hint: {_one_line(hint)}")
    return FAILED


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
