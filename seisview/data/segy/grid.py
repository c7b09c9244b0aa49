"""Which trace of the file lies where in the survey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import LineNumbers
from seisview.data.segy.headers import CDP
from seisview.data.segy.traces import IntArray

INLINE_SORTED = "inline"
CROSSLINE_SORTED = "crossline"
IRREGULAR = "irregular"

CANDIDATES = ((189, 193), (9, 21), (5, 17), (17, 21), (181, 185))
"""Inline and crossline byte pairs that are tried, the most usual first; map coordinates come last."""


@dataclass(frozen=True, slots=True)
class TraceGrid:
    """The positions of the traces: by arithmetic where the file is regular, else by a table.

    Attributes
    ----------
    inlines, crosslines : LineNumbers
    sorting : str
        ``"inline"``, ``"crossline"`` or ``"irregular"``.
    pair : tuple of int
        Inline and crossline byte that gave the numbers; ``(0, CDP byte or 0)`` for a plain
        sequence of traces.
    n_traces : int
        Traces that lie in the grid.
    table : ndarray of int64, shape (n_inlines, n_crosslines), or None
        Trace number per position, -1 where there is none; None for a regular file.
    warnings : tuple of str
    """

    inlines: LineNumbers
    crosslines: LineNumbers
    sorting: str
    pair: tuple[int, int]
    n_traces: int
    table: IntArray | None = None
    warnings: tuple[str, ...] = ()

    @property
    def n_missing(self) -> int:
        """Positions without a trace."""
        return len(self.inlines) * len(self.crosslines) - self.n_traces

    def traces(
        self, inline_indices: npt.NDArray[np.integer], crossline_indices: npt.NDArray[np.integer]
    ) -> IntArray:
        """Trace number at each position, -1 where there is none; the two arrays broadcast."""
        if self.table is not None:
            return np.asarray(self.table[inline_indices, crossline_indices], np.int64)
        if self.sorting == CROSSLINE_SORTED:
            found = np.asarray(crossline_indices, np.int64) * len(self.inlines) + inline_indices
        else:
            found = np.asarray(inline_indices, np.int64) * len(self.crosslines) + crossline_indices
        return np.asarray(found, np.int64)

    def scatter(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Arrange one value per trace of the file as (n_inlines, n_crosslines); 0 where there is none."""
        shape = len(self.inlines), len(self.crosslines)
        if self.table is not None:
            return np.where(self.table >= 0, values[np.maximum(self.table, 0)], np.float32(0))
        if self.sorting == CROSSLINE_SORTED:
            return values.reshape(shape[::-1]).T
        return values.reshape(shape)


def sequence_grid(n_traces: int, cdps: IntArray | None, warnings: tuple[str, ...]) -> TraceGrid:
    """Build the grid of one 2-D line: traces in file order, numbered by CDP if that is usable, else from 1.

    Parameters
    ----------
    n_traces : int
    cdps : ndarray of int64 or None
        CDP number of every trace.
    warnings : tuple of str
    """
    usable = (
        cdps is not None
        and n_traces > 1
        and len(np.unique(np.sign(np.diff(cdps)))) == 1
        and cdps[0] != cdps[1]
    )
    numbers = cdps.tolist() if usable and cdps is not None else range(1, n_traces + 1)
    return TraceGrid(
        LineNumbers((1,)),
        LineNumbers(tuple(numbers)),
        INLINE_SORTED,
        (0, CDP if usable else 0),
        n_traces,
        warnings=warnings,
    )
