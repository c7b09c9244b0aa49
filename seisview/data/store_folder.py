"""Where fast copies are kept, how long, and who is building one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from seisview.preferences import cache_folder

DEFAULT_MAX_BYTES = 50 << 30
"""How much all fast copies together may take unless the user says otherwise."""

_SUFFIX = ".bricks"
_LEFTOVER_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class StoredBricks:
    """A fast copy in the folder: where it is, the disk space it takes, when it was last used (s, epoch)."""

    path: Path
    n_bytes: int
    last_used: float


def bricks_folder() -> Path:
    """Folder of the fast copies in the user's cache folder; made when it is missing."""
    folder = cache_folder() / "bricks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def bricks_path(fingerprint: str, folder: Path | None = None) -> Path:
    """Return where the fast copy of a survey is kept."""
    return (folder or bricks_folder()) / f"{fingerprint}{_SUFFIX}"


def mark_used(path: Path) -> None:
    """Note that a fast copy is used now, so that it is cleaned away last."""
    with suppress(OSError):
        os.utime(path)


def stored_bricks(folder: Path | None = None) -> list[StoredBricks]:
    """Fast copies in the folder, the one used least recently first."""
    found = []
    for path in (folder or bricks_folder()).glob(f"[!.]*{_SUFFIX}"):
        with suppress(OSError):
            status = path.stat()
            # a copy that is not finished takes less than its size
            taken = getattr(status, "st_blocks", -1) * 512
            found.append(StoredBricks(path, taken if taken >= 0 else status.st_size, status.st_mtime))
    return sorted(found, key=lambda stored: stored.last_used)


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
    return make_room(sizes, max_bytes, keep, Path.unlink)


def make_room(
    sizes: Mapping[Path, int], max_bytes: int, keep: frozenset[Path], delete: Callable[[Path], object]
) -> list[Path]:
    """Delete the first of some files or folders until the others fit.

    Parameters
    ----------
    sizes : mapping of Path to int
        Bytes of each, those used least recently first.
    max_bytes : int
    keep : frozenset of Path
        Never deleted.
    delete : callable

    Returns
    -------
    list of Path
        What was deleted. What is being built or cannot be deleted is left.
    """
    total, deleted = sum(sizes.values()), []
    for path, n_bytes in sizes.items():
        if total <= max_bytes:
            break
        if path in keep:
            continue
        with suppress(OSError), building_alone(path) as alone:
            if alone:
                delete(path)
                deleted.append(path)
                total -= n_bytes
    return deleted


@contextmanager
def building_alone(path: Path) -> Iterator[bool]:
    """Hold the right to build a fast copy, across threads and processes.

    The system takes the right back when a process ends, however it ends.

    Yields
    ------
    bool
        False when somebody else holds it.
    """
    number = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield _locked(number)
    finally:
        os.close(number)


def _locked(number: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _clean_leftovers(folder: Path) -> None:
    """Remove what a process left that was killed while it began a file, and locks of deleted files."""
    locks = (path for path in folder.glob("*.lock") if not path.with_suffix(_SUFFIX).exists())
    for path in [*folder.glob(f".*{_SUFFIX}"), *locks]:
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _LEFTOVER_S:
                path.unlink()
