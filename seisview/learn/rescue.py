"""What took long to compute is kept somewhere when it cannot be written where it was to go."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from seisview.errors import ExportError
from seisview.preferences import data_folder

_ROOM = "rescued"
_MOST_NAMES = 1000


def save_or_rescue(save: Callable[[Path], None], out: Path) -> None:
    """Write a file; where that fails, write it to the user's data folder or to the temporary one.

    Parameters
    ----------
    save : callable
        Writes to the path it is given, whole or not at all, and raises :class:`ExportError` if it cannot.
    out : Path
        Where the file is wanted.

    Raises
    ------
    ExportError
        If it could not be written at `out`; the hint says where it is instead, if anywhere.
    """
    try:
        save(out)
    except ExportError as error:
        kept = _saved_elsewhere(save, out.name)
        if kept is None:
            raise
        raise ExportError(error.message, f"It is kept as {kept}: move it where you want it.") from error


def _saved_elsewhere(save: Callable[[Path], None], name: str) -> Path | None:
    for make in (_data_room, _temporary_room):
        try:
            path = _free(make(), name)
            save(path)
        except OSError:  # ExportError is one; the next place may do
            continue
        return path
    return None


def _data_room() -> Path:
    folder = data_folder() / _ROOM
    folder.mkdir(exist_ok=True)
    return folder


def _temporary_room() -> Path:
    return Path(tempfile.mkdtemp(prefix="seisview-"))


def _free(folder: Path, name: str) -> Path:
    return next(path for path in _names(folder, Path(name)) if not path.exists())


def _names(folder: Path, name: Path) -> Iterator[Path]:
    yield folder / name
    for number in range(2, _MOST_NAMES):
        yield folder / f"{name.stem}-{number}{name.suffix}"
