"""Finds the data files that come with the program: colour maps, icons, backbones, style."""

from __future__ import annotations

from pathlib import Path

from seisview.errors import SeisviewError

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file, in an installed package and in a source tree alike.

    Parameters
    ----------
    *parts : str
        Folder and file names below ``resources``, e.g. ``resource("colormaps", "tables.npz")``.

    Raises
    ------
    SeisviewError
        If the file is not there, which means that the installation is incomplete.
    """
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise SeisviewError(
        f"The shipped file {'/'.join(parts)} is missing.",
        "Install seisview again: the installation is incomplete.",
    )
