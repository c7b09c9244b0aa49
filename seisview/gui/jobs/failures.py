"""Turning whatever went wrong into something that can be shown, and durations into words."""

from __future__ import annotations

import traceback

from seisview.errors import SeisviewError


def as_seisview_error(error: BaseException, doing: str) -> SeisviewError:
    """Turn any exception into one that can be shown, its traceback kept as text in a note.

    Parameters
    ----------
    error : BaseException
        What was raised.
    doing : str
        What was being done, e.g. ``"Opening F3.sgy"``.

    Returns
    -------
    SeisviewError
        `error` itself when it already is one. It carries no live traceback, because frames keep whole
        surveys and networks in memory; :func:`details_of` returns the text.
    """
    details = "".join(traceback.format_exception(error))
    if isinstance(error, SeisviewError):
        shown = error
    elif isinstance(error, MemoryError):
        shown = SeisviewError(
            f"{doing} needs more memory than there is.", "Close other programs and try again."
        )
    else:
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        shown = SeisviewError(
            f"{doing} stopped because of an unexpected problem ({reason}).",
            "Your labels are safe. Try again; if it happens again, report it with the details below.",
        )
    shown.add_note(details)
    shown.__cause__ = shown.__context__ = None
    return shown.with_traceback(None)


def details_of(error: BaseException) -> str:
    """The technical text that goes under "details" in an error box; empty when there is none."""
    return "\n".join(getattr(error, "__notes__", ()))


def duration_text(seconds: float) -> str:
    """A duration for people: ``"8 s"``, ``"1:12 min"``, ``"2:05 h"``."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"
