"""Refuses, before any work is done, to write where that cannot or must not be done."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from seisview.atomic import temporary_name, write_problem
from seisview.errors import ExportError


def refuse_overwriting(out: Path, sources: Iterable[Path | None]) -> None:
    """Make sure that writing `out` cannot touch any of `sources`.

    The same path, a symbolic link, a hard link, a place inside a source folder (a zarr array, a project)
    and a folder that holds a source all count as the source.

    Parameters
    ----------
    out : Path
        Where something is about to be written.
    sources : iterable of Path or None
        Files and folders that are being read; None is skipped.

    Raises
    ------
    ExportError
        If `out` is, contains or lies in a source.
    """
    for source in sources:
        if source is not None and _touches(out, source):
            raise ExportError(
                f"{out} is the input itself: it is never overwritten.", "Choose another name for the output."
            )


def refuse_existing(out: Path, overwrite: bool) -> None:
    """Make sure that nothing is replaced unasked, and that the folder to write to takes files.

    Raises
    ------
    ExportError
        If `out` exists and `overwrite` is False, or if its folder does not exist or cannot be written in.
    """
    if not out.parent.is_dir():
        raise ExportError(f"The folder {out.parent} does not exist.", "Create it or choose another.")
    if not overwrite and (out.exists() or out.is_symlink()):
        raise ExportError(f"{out} exists already.", "Choose another name, or add --overwrite to replace it.")
    refuse_unwritable(out)


def refuse_unwritable(out: Path) -> None:
    """Make sure that files can be made in the folder of `out`, or in the nearest one above that is there.

    Only writing tells: permissions say nothing of full, read-only or made-up disks.

    Raises
    ------
    ExportError
        If none can be made; says why.
    """
    folder = next(parent for parent in out.absolute().parents if parent.is_dir())
    probe = temporary_name(folder / out.name)
    try:
        probe.open("xb").close()
        probe.unlink()
    except OSError as error:
        reason, hint = write_problem(folder, error)
        message = f"{folder} cannot be written in"
        raise ExportError(f"{message}." if reason == message else f"{message}: {reason}.", hint) from error


def _touches(out: Path, source: Path) -> bool:
    if out.exists() and source.exists() and out.samefile(source):
        return True
    target, origin = out.resolve(), source.resolve()
    inside_source = origin.is_dir() and origin in target.parents
    return target == origin or inside_source or target in origin.parents
