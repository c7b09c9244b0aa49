"""What all caches share: their folders, how much room they take, what goes first, and who makes a file."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from seisview.atomic import write_error
from seisview.errors import ExportError
from seisview.preferences import cache_folder

LEFTOVER_S = 24 * 3600
"""What is half made or locked and older than this (s) belongs to nobody."""

_SPARE_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class CachedFile:
    """A file or folder in a cache: where it is, the disk space it takes, when it was last used (s, epoch)."""

    path: Path
    n_bytes: int
    last_used: float


def cache_subfolder(name: str) -> Path:
    """Folder of that name in the user's cache folder; made when it is missing."""
    folder = cache_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def mark_used(path: Path) -> None:
    """Note that a file is used now, so that it is cleaned away last."""
    with suppress(OSError):
        os.utime(path)


def disk_bytes(status: os.stat_result) -> int:
    """Disk space of a file; one that is not full takes less than its size."""
    blocks: int = getattr(status, "st_blocks", -1)
    return blocks * 512 if blocks >= 0 else status.st_size


def stored_files(folder: Path, pattern: str) -> list[CachedFile]:
    """Files of a cache folder, the one used least recently first; one that vanishes meanwhile is left out."""
    found = []
    for path in folder.glob(pattern):
        with suppress(OSError):
            status = path.stat()
            found.append(CachedFile(path, disk_bytes(status), status.st_mtime))
    return sorted(found, key=lambda stored: stored.last_used)


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
        Raises OSError for what cannot be deleted, or not now; see :func:`delete_alone`.

    Returns
    -------
    list of Path
        What was deleted.
    """
    total, deleted = sum(sizes.values()), []
    for path, n_bytes in sizes.items():
        if total <= max_bytes:
            break
        if path in keep:
            continue
        with suppress(OSError):
            delete(path)
            deleted.append(path)
            total -= n_bytes
    return deleted


def delete_alone(path: Path, delete: Callable[[Path], object]) -> None:
    """Delete what nobody is making.

    Raises
    ------
    OSError
        If somebody is, or it cannot be deleted.
    """
    with building_alone(path) as alone:
        if not alone:
            raise BlockingIOError(f"{path} is being made")
        delete(path)


def check_room(what: str, place: Path, n_bytes: int, max_bytes: int, instead: str) -> None:
    """Make sure that something may be kept and that the disk has room for it.

    Parameters
    ----------
    what : str
        What is to be kept, as the subject of a sentence in the plural.
    place : Path
        Where it will be; its folder exists.
    n_bytes, max_bytes : int
        What it takes, and what all of its kind may take together.
    instead : str
        What can be done where more is not allowed.

    Raises
    ------
    ExportError
        If it does not fit.
    """
    size = size_text(n_bytes)
    if n_bytes > max_bytes:
        raise ExportError(
            f"{what} would take {size}, more than the {size_text(max_bytes)} that they may take together.",
            f"Allow more in the preferences{instead}",
        )
    free = shutil.disk_usage(place.parent).free
    if not has_room(place.parent, n_bytes):
        raise ExportError(
            f"{what} take {size}, and {place.parent} has {size_text(free)} left, "
            f"of which {size_text(_SPARE_BYTES)} stay free.",
            "Free some space, or set SEISVIEW_CACHE_DIR to a folder on a larger disk.",
        )


def size_text(n_bytes: int) -> str:
    """Disk space for people: ``"12.4 GB"``, ``"310 MB"``, ``"0 MB"``."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.0f} MB"


def has_room(folder: Path, n_bytes: int) -> bool:
    """Whether the disk of a folder has so much room, and some to spare."""
    return shutil.disk_usage(folder).free >= n_bytes + _SPARE_BYTES


@contextmanager
def building_alone(path: Path) -> Iterator[bool]:
    """Hold the right to make a file or folder, across threads and processes.

    The system takes the right back when a process ends, however it ends.

    Yields
    ------
    bool
        False when somebody else holds it.

    Raises
    ------
    ExportError
        If no file can be made there.
    """
    lock = path.with_suffix(".lock")
    try:
        number = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise write_error(lock, error) from error
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
