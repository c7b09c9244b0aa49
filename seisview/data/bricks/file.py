"""The file of a fast copy: made whole at once, filled slab by slab, read through a memory map.

A slab counts once its entry in the completion table is valid, and the entry is written after everything else.
Nothing needs to reach the disk in order: entries, tables and pages are checked when they are read, so what a
power cut swallowed is found and made again.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import threading
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, write_error
from seisview.data.bricks.codes import CodeArray, SumArray, page_sums
from seisview.data.bricks.layout import EDGE, ENTRY_BYTES, HEADER_BYTES, PLANE_BYTES, SUM_BYTES, BrickLayout
from seisview.errors import VolumeError

_ENTRY_MARK = 0x5EA15C0DEB41C537


@dataclass(frozen=True, slots=True, eq=False)
class BrickViews:
    """The parts of the mapped file, all read-only; major and minor as in :class:`BrickLayout`.

    Attributes
    ----------
    entries : ndarray of uint64, shape (n_slabs + 1, 2)
    coarse_sums : ndarray of uint64, shape (n_samples,)
    coarse : ndarray of uint8, shape ``layout.coarse_grid``
    sums : ndarray of uint64, shape (*layout.bricks, 64)
    bricks : ndarray of uint8, shape (*layout.bricks, 64, 64, 64)
        Inside a brick: (sample, major, minor).
    pages : ndarray of uint64, shape (*layout.bricks, 64, 512)
        The same bytes as `bricks`, a row per page.
    """

    entries: SumArray
    coarse_sums: SumArray
    coarse: CodeArray
    sums: SumArray
    bricks: CodeArray
    pages: SumArray

    @classmethod
    def of(cls, mapping: mmap.mmap, layout: BrickLayout) -> BrickViews:
        """Cut a mapped file into its parts."""

        def view(dtype: str, offset: int, shape: tuple[int, ...]) -> npt.NDArray[Any]:
            return np.frombuffer(mapping, dtype, int(np.prod(shape)), offset).reshape(shape)

        bricks, offset = layout.bricks, layout.bricks_offset
        return cls(
            entries=view("<u8", layout.entries_offset, (layout.n_slabs + 1, 2)),
            coarse_sums=view("<u8", layout.coarse_sums_offset, (layout.grid[2],)),
            coarse=view("u1", layout.coarse_offset, layout.coarse_grid),
            sums=view("<u8", layout.sums_offset, (*bricks, EDGE)),
            bricks=view("u1", offset, (*bricks, EDGE, EDGE, EDGE)),
            pages=view("<u8", offset, (*bricks, EDGE, PLANE_BYTES // SUM_BYTES)),
        )


def create_brick_file(path: Path, layout: BrickLayout) -> None:
    """Make an empty fast copy, replacing what is there, in one step.

    Raises
    ------
    ExportError
        If the folder cannot be written.
    """
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(layout.header())
        # sparse where the file system can: unwritten bricks take no space
        file.truncate(layout.file_bytes)


def read_layout(path: Path) -> BrickLayout:
    """Read the header of a fast copy alone; :class:`VolumeError` when it is missing or damaged."""
    try:
        with path.open("rb") as file:
            return BrickLayout.from_header(file.read(HEADER_BYTES))
    except OSError as error:
        raise VolumeError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except (TypeError, KeyError, AttributeError, OverflowError, ValueError) as error:
        if isinstance(error, VolumeError):
            raise
        raise VolumeError(f"The header of {path.name} is damaged.") from error


class BrickFile:
    """An open fast copy.

    Parameters
    ----------
    path : Path
    writable : bool
        For building; reading does without.

    Raises
    ------
    VolumeError
        If it is missing, damaged, cut, or of another version.
    """

    def __init__(self, path: Path, writable: bool = False) -> None:
        self.path = path
        self._number = -1
        self._lock = threading.Lock()
        access = (os.O_RDWR if writable else os.O_RDONLY) | getattr(os, "O_BINARY", 0)
        try:
            self._number = os.open(path, access | getattr(os, "O_CLOEXEC", 0))
            self.layout = BrickLayout.from_header(os.read(self._number, HEADER_BYTES))
            self.check_whole()
            mapping = mmap.mmap(self._number, self.layout.file_bytes, access=mmap.ACCESS_READ)
        except OSError as error:
            raise VolumeError(f"{path.name} cannot be read: {error.strerror or error}.") from error
        except (TypeError, KeyError, AttributeError, OverflowError) as error:
            raise VolumeError(f"The header of {path.name} is damaged.") from error
        if hasattr(mmap, "MADV_RANDOM"):
            # what is needed is asked for by name; reading around a page would read a hundred times too much
            mapping.madvise(mmap.MADV_RANDOM)
        self._views: BrickViews | None = BrickViews.of(mapping, self.layout)

    def __del__(self) -> None:
        if self._number >= 0:
            with suppress(OSError):
                os.close(self._number)

    @property
    def views(self) -> BrickViews:
        """The parts of the file; :class:`VolumeError` after :meth:`close`."""
        views = self._views
        if views is None:
            raise VolumeError(f"{self.path.name} was closed.", "Open the survey again.")
        return views

    def close(self) -> None:
        """Let go of the file; reads under way still end well. Closing twice is fine."""
        self._views = None

    def check_whole(self) -> None:
        """Raise :class:`VolumeError` if the file was cut: touching its map there would end the process."""
        if os.fstat(self._number).st_size < self.layout.file_bytes:
            raise VolumeError(f"{self.path.name} is shorter than its header says.")

    def will_need(self, offsets: list[int], length: int) -> None:
        """Tell the system that `length` bytes from each offset are read soon, where it can be told."""
        if hasattr(os, "posix_fadvise"):
            with suppress(OSError):
                for offset in offsets:
                    os.posix_fadvise(self._number, offset, length, os.POSIX_FADV_WILLNEED)

    def is_complete(self, entry: int) -> bool:
        """Whether an entry of the completion table is valid, and its checksums are those it was made for.

        Parameters
        ----------
        entry : int
            Number of a slab, or ``layout.n_slabs`` for the coarse level.
        """
        digest, check = self.views.entries[entry].tolist()
        return bool(digest ^ check == _ENTRY_MARK + entry) and _digest(self._sums_of(entry)) == digest

    def write_column(self, row: int, column: int, bricks: CodeArray) -> None:
        """Store the bricks at (major, minor) brick indices: uint8, (n, 64 samples, 64 major, 64 minor)."""
        first = self.layout.first_brick(row, column)
        sums = page_sums(bricks.reshape(len(bricks), EDGE, PLANE_BYTES).view("<u8"))
        self._write(self.layout.bricks_offset + first * EDGE**3, bricks)
        self._write(self.layout.sums_offset + first * EDGE * SUM_BYTES, sums.astype("<u8"))

    def write_coarse(self, codes: CodeArray) -> None:
        """Store the coarse level and mark it complete: uint8, shape ``layout.coarse_grid``."""
        self._write(self.layout.coarse_offset, codes)
        sums = np.array([plane_sum(plane) for plane in codes], "<u8")
        self._write(self.layout.coarse_sums_offset, sums)
        self.mark(self.layout.n_slabs)

    def mark(self, entry: int) -> None:
        """Declare a slab complete, after everything in it was written."""
        digest = _digest(self._sums_of(entry))
        self._write_entry(entry, (digest, digest ^ (_ENTRY_MARK + entry)))

    def unmark(self, entry: int) -> None:
        """Declare a slab missing, so that it is built again."""
        self._write_entry(entry, (0, 0))

    def flush(self) -> None:
        """Bring everything to the disk."""
        try:
            os.fsync(self._number)
        except OSError as error:
            raise write_error(self.path, error) from error

    def _sums_of(self, entry: int) -> SumArray:
        if entry == self.layout.n_slabs:
            return self.views.coarse_sums
        row, columns = self.layout.slab_place(entry)
        return self.views.sums[row, columns.start : columns.stop]

    def _write_entry(self, entry: int, words: tuple[int, int]) -> None:
        self._write(self.layout.entries_offset + entry * ENTRY_BYTES, np.array(words, "<u8"))

    def _write(self, offset: int, values: npt.NDArray[Any]) -> None:
        """Never through the map: a full disk must be an error, not the end of the process."""
        rest = np.ascontiguousarray(values).data.cast("B")
        try:
            while rest:
                written = self._pwrite(rest, offset)
                rest, offset = rest[written:], offset + written
        except OSError as error:
            raise write_error(self.path, error) from error

    def _pwrite(self, part: memoryview, offset: int) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(self._number, part, offset)
        with self._lock:
            os.lseek(self._number, offset, os.SEEK_SET)
            return os.write(self._number, part)


def plane_sum(plane: CodeArray) -> int:
    """Checksum of one sample of the coarse level."""
    return zlib.crc32(np.ascontiguousarray(plane).data)


def _digest(sums: SumArray) -> int:
    content = hashlib.blake2b(np.ascontiguousarray(sums).data, digest_size=8).digest()
    return int.from_bytes(content, "little")
