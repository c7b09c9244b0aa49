"""Where dense features are kept, how much room they take, and how old ones are cleaned away."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from seisview.atomic import clear_leftovers
from seisview.data.cached_files import (
    LEFTOVER_S,
    CachedFile,
    cache_subfolder,
    delete_alone,
    disk_bytes,
    make_room,
    mark_used,
)
from seisview.learn.features.store import DESCRIPTION

DEFAULT_MAX_BYTES = 20 << 30
"""How much all features together may take unless the user says otherwise."""


def features_folder() -> Path:
    """Folder of all features in the user's cache folder; made when it is missing."""
    return cache_subfolder("features")


def mark_features_used(folder: Path) -> None:
    """Note that features are used now, so that they are cleaned away last."""
    mark_used(folder / DESCRIPTION)


def stored_features(folder: Path | None = None) -> list[CachedFile]:
    """Features in the cache, those used least recently first."""
    found = []
    for path in (folder or features_folder()).glob("[!.]*"):
        if not path.is_dir():
            continue
        taken, used = _taken(path), path.stat().st_mtime
        with suppress(OSError):
            used = (path / DESCRIPTION).stat().st_mtime
        found.append(CachedFile(path, taken, used))
    return sorted(found, key=lambda stored: stored.last_used)


def clean_features(
    max_bytes: int = DEFAULT_MAX_BYTES, folder: Path | None = None, keep: frozenset[Path] = frozenset()
) -> list[Path]:
    """Delete the features used least recently until the others fit; they can all be made again.

    Parameters
    ----------
    max_bytes : int
        0 deletes all that nobody uses.
    folder : Path, optional
    keep : frozenset of Path
        Never deleted: those that are open.

    Returns
    -------
    list of Path
        What was deleted. What is being made or cannot be deleted is left.
    """
    folder = folder or features_folder()
    clear_leftovers(folder)
    _clean_locks(folder)
    sizes = {item.path: item.n_bytes for item in stored_features(folder)}
    return make_room(sizes, max_bytes, keep, partial(delete_alone, delete=shutil.rmtree))


def _clean_locks(folder: Path) -> None:
    """Remove the locks of features that are gone, long after anybody held them."""
    for path in folder.glob("*.lock"):
        with suppress(OSError):
            if not path.with_suffix("").exists() and time.time() - path.stat().st_mtime > LEFTOVER_S:
                path.unlink()


def _taken(folder: Path) -> int:
    """Bytes on disk of all files in a folder; a map that is not full takes less than its size."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += disk_bytes(path.stat())
    return total
