"""Refuses to write over what is being read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

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
    """Make sure that nothing is replaced unasked, and that the folder to write to is there.

    Raises
    ------
    ExportError
        If `out` exists and `overwrite` is False, or if its folder does not exist.
    """
    if not out.parent.is_dir():
        raise ExportError(f"The folder {out.parent} does not exist.", "Create it or choose another.")
    if not overwrite and (out.exists() or out.is_symlink()):
        raise ExportError(f"{out} exists already.", "Choose another name, or add --overwrite to replace it.")


def _touches(out: Path, source: Path) -> bool:
    if out.exists() and source.exists() and out.samefile(source):
        return True
    target, origin = out.resolve(), source.resolve()
    inside_source = origin.is_dir() and origin in target.parents
    return target == origin or inside_source or target in origin.parents
