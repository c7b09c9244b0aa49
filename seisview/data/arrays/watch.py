"""Notices that another program wrote other numbers into an array while it is open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from seisview.errors import VolumeError

Stamp = tuple[int, ...]

_PATIENCE = 100
"""A look at the numbers may take one part in so many of the time."""


def file_stamp(path: Path) -> Stamp | None:
    """Identity, size and time of a file; None when it is gone, which a mapping of it survives."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VolumeError(f"{path.name} can no longer be read: {error}.", "Open it again.") from error
    return status.st_ino, status.st_size, status.st_mtime_ns


def folder_stamp(path: Path) -> Stamp | None:
    """Size and time of the files that describe a zarr array; None when it is gone."""
    found: list[int] = []
    for name in ("zarr.json", ".zarray", ".zgroup", ".zattrs"):
        with suppress(OSError):
            status = (path / name).stat()
            found += [status.st_size, status.st_mtime_ns]
    return tuple(found) or None


class ArrayWatch:
    """Compares an open array with what it was, when its stamp differs or from time to time.

    Parameters
    ----------
    path : Path
    stamp : callable
        :func:`file_stamp` or :func:`folder_stamp`.
    every_s : float or None
        Look at the numbers after so many seconds even if the stamp is the same: that of a folder says nothing
        about its chunks. None: only when the stamp differs.
    """

    def __init__(
        self, path: Path, stamp: Callable[[Path], Stamp | None], every_s: float | None = None
    ) -> None:
        self._path = path
        self._stamp_of = stamp
        self.every_s = every_s
        self._stamp = stamp(path)
        self._looked_at = time.monotonic()
        self._changed = False
        self._lock = threading.RLock()
        self._looking = False

    def check(self, known: str | None, now: Callable[[], str]) -> None:
        """Raise :class:`VolumeError` when the numbers are others than they were.

        Parameters
        ----------
        known : str or None
            Fingerprint of the array as it was opened; None when nobody asked for it yet.
        now : callable
            Makes the fingerprint anew. May read the array, which does not check again.
        """
        if self._looking and self._lock.acquire(blocking=False):
            self._lock.release()  # this very thread, making the fingerprint
            return
        stamp = self._stamp_of(self._path)
        if not self._changed and not self._is_due(stamp):
            return
        with self._lock:
            if not self._changed and self._is_due(stamp):
                self._look(stamp, known, now)
        if self._changed:
            raise VolumeError(
                f"{self._path.name} was changed by another program while it was open.",
                "Open it again. If that is not wanted, bring the file back first.",
            )

    def _is_due(self, stamp: Stamp | None) -> bool:
        if stamp is None:
            return False
        waited = time.monotonic() - self._looked_at
        return stamp != self._stamp or (self.every_s is not None and waited >= self.every_s)

    def _look(self, stamp: Stamp | None, known: str | None, now: Callable[[], str]) -> None:
        began = time.monotonic()
        self._looking = True
        try:
            self._changed = (known is None and stamp != self._stamp) or (known is not None and now() != known)
        finally:
            self._looking = False
        self._stamp, self._looked_at = stamp, time.monotonic()
        if self.every_s is not None:
            self.every_s = max(self.every_s, _PATIENCE * (self._looked_at - began))
