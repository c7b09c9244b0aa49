"""Which parts of a fast copy can be used: those marked complete whose pages fit their checksums.

Every page is checked before it is first used. A damaged slab is given up and marked for building again.
"""

from __future__ import annotations

import threading
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from seisview.data.bricks.build import IntArray
from seisview.data.bricks.codes import SumArray, page_sums
from seisview.data.bricks.file import BrickFile, plane_sum
from seisview.data.bricks.layout import BRICK_BYTES, EDGE, PLANE_BYTES, BrickLayout
from seisview.errors import SeisviewError

BoolArray = npt.NDArray[np.bool_]


class TrustedBricks:
    """Looks at the tables and checksums of one file; safe from several threads.

    Parameters
    ----------
    file : BrickFile
    """

    def __init__(self, file: BrickFile) -> None:
        self._file = file
        self._layout = file.layout
        n_entries = self._layout.n_slabs + 1
        self._sound = np.zeros(n_entries, bool)
        self._given_up = np.zeros(n_entries, bool)
        self._checked = np.zeros(self._layout.bricks[:2], bool)
        self._coarse_checked = np.zeros(self._layout.grid[2], bool)
        self._offsets = _column_offsets(self._layout)
        self._lock = threading.Lock()

    def slabs(self) -> BoolArray:
        """Which slabs are there now: shape (n_slabs,)."""
        return self._entries()[:-1]

    def columns(self) -> BoolArray:
        """Which columns of bricks are there now: shape (n_major, n_minor) in bricks."""
        n_rows, n_columns, _ = self._layout.bricks
        by_row = self.slabs().reshape(n_rows, self._layout.slabs_per_row)
        return by_row.repeat(self._layout.slab_columns, axis=1)[:, :n_columns]

    def checked_columns(self, major: IntArray, minor: IntArray) -> BoolArray:
        """Whether the bricks at each (major, minor) position are there and hold what was written."""
        layout, there = self._layout, self.columns()
        wanted = np.zeros(there.shape, bool)
        wanted[major // EDGE, minor // EDGE] = True
        places = np.argwhere(wanted & there).tolist()
        self._file.will_need(self._offsets[wanted & there].tolist(), layout.bricks[2] * BRICK_BYTES)
        views, damaged = self._file.views, np.zeros(there.shape, bool)
        for row, column in places:
            if self._checked[row, column]:
                continue
            intact = np.array_equal(page_sums(views.pages[row, column]), views.sums[row, column])
            self._checked[row, column] = intact
            damaged[row, column] = not intact
        return np.asarray(self._without(damaged, there)[major // EDGE, minor // EDGE])

    def checked_pages(self, sample: int) -> tuple[SumArray, BoolArray]:
        """Copy the pages of one time slice.

        Returns
        -------
        pages : ndarray of uint64, shape (n_major, n_minor, 512) in bricks
        there : ndarray of bool, shape (n_major, n_minor)
            Which of them are there and hold what was written; the others are arbitrary.
        """
        views, there = self._file.views, self.columns()
        block, inside = divmod(sample, EDGE)
        first = self._offsets[there] + sample * PLANE_BYTES
        self._file.will_need(first.tolist(), PLANE_BYTES)
        pages = np.zeros((*there.shape, PLANE_BYTES // 8), np.uint64)
        pages[there] = views.pages[there, block, inside]
        damaged = there & (page_sums(pages) != views.sums[:, :, block, inside])
        return pages, self._without(damaged, there)

    def coarse(self, sample: int | None = None) -> bool:
        """Whether the coarse level is there and holds what was written, at one sample or at all."""
        if not self._entries()[-1]:
            return False
        views = self._file.views
        if sample is None:
            self._file.will_need([self._layout.coarse_offset], views.coarse.nbytes)
        for index in range(self._layout.grid[2]) if sample is None else (sample,):
            if self._coarse_checked[index]:
                continue
            if plane_sum(views.coarse[index]) != int(views.coarse_sums[index]):
                self._abandon(self._layout.n_slabs)
                return False
            self._coarse_checked[index] = True
        return True

    def _entries(self) -> BoolArray:
        """Valid entries of the completion table, the coarse level's last."""
        with self._lock:
            entries = self._file.views.entries
            hopeful = (entries != 0).any(axis=1) & ~self._sound & ~self._given_up
            for entry in np.flatnonzero(hopeful).tolist():
                self._sound[entry] = self._file.is_complete(entry)
            return self._sound.copy()

    def _without(self, damaged: BoolArray, there: BoolArray) -> BoolArray:
        if not damaged.any():
            return there
        for row, column in np.argwhere(damaged).tolist():
            self._abandon(row * self._layout.slabs_per_row + column // self._layout.slab_columns)
        # a whole slab is given up: its undamaged columns too, though they would still do
        return there & self.columns()

    def _abandon(self, entry: int) -> None:
        """Use a slab no more, and have it built again where the file can be written."""
        with self._lock:
            self._sound[entry] = False
            self._given_up[entry] = True
            if entry == self._layout.n_slabs:
                self._coarse_checked[:] = False
            else:
                row, columns = self._layout.slab_place(entry)
                self._checked[row, columns.start : columns.stop] = False
            with suppress(SeisviewError):
                BrickFile(self._file.path, writable=True).unmark(entry)
                self._given_up[entry] = False


def _column_offsets(layout: BrickLayout) -> npt.NDArray[np.int64]:
    """Where each column of bricks begins in the file, by (major, minor) brick indices."""
    n_rows, n_columns, n_deep = layout.bricks
    number = np.arange(n_rows * n_columns, dtype=np.int64).reshape(n_rows, n_columns) * n_deep
    return np.asarray(layout.bricks_offset + number * BRICK_BYTES)
