"""Where fast copies are kept, and for how long."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from seisview.data.cached_files import (
    LEFTOVER_S,
    CachedFile,
    cache_subfolder,
    delete_alone,
    make_room,
    stored_files,
)

DEFAULT_MAX_BYTES = 50 << 30
"""How much all fast copies together may take unless the user says otherwise."""

_SUFFIX = ".bricks"


def bricks_folder() -> Path:
    """Folder of the fast copies in the user's cache folder; made when it is missing."""
    return cache_subfolder("bricks")


def bricks_path(fingerprint: str, folder: Path | None = None) -> Path:
    """Return where the fast copy of a survey is kept."""
    return (folder or bricks_folder()) / f"{fingerprint}{_SUFFIX}"


def stored_bricks(folder: Path | None = None) -> list[CachedFile]:
    """Fast copies in the folder, the one used least recently first."""
    return stored_files(folder or bricks_folder(), f"[!.]*{_SUFFIX}")


def clean_bricks(
    max_bytes: int = DEFAULT_MAX_BYTES, folder: Path | None = None, keep: frozenset[Path] = frozenset()
) -> list[Path]:
    """Delete the fast copies used least recently until the others fit; they can all be made again.

    Parameters
    ----------
    max_bytes : int
    folder : Path, optional
    keep : frozenset of Path
        Never deleted: those that are open.

    Returns
    -------
    list of Path
        What was deleted. What is being built or cannot be deleted is left.
    """
    folder = folder or bricks_folder()
    _clean_leftovers(folder)
    sizes = {item.path: item.n_bytes for item in stored_bricks(folder)}
    return make_room(sizes, max_bytes, keep, partial(delete_alone, delete=Path.unlink))


def _clean_leftovers(folder: Path) -> None:
    """Remove what a process left that was killed while it began a file, and locks of deleted files."""
    locks = (path for path in folder.glob("*.lock") if not path.with_suffix(_SUFFIX).exists())
    for path in [*folder.glob(f".*{_SUFFIX}"), *locks]:
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > LEFTOVER_S:
                path.unlink()
