"""From the traces of a SEG-Y file, in the order they are stored, to their places in the survey."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, LineNumbers, SectionKey
from seisview.data.segy.grid import CROSSLINE_SORTED, IRREGULAR
from seisview.data.segy.headers import trace_field
from seisview.data.segy.volume import SegyVolume
from seisview.export.content import IndexArray

IntArray = npt.NDArray[np.integer]


class TracePositions:
    """The inverse of how a SEG-Y survey finds its traces.

    A regular file is arithmetic; for an irregular one a table of 4 bytes per trace is made.

    Parameters
    ----------
    survey : SegyVolume
    """

    def __init__(self, survey: SegyVolume) -> None:
        geometry, used = survey.geometry, survey.info.header_bytes
        self._lines = geometry.inlines, geometry.crosslines
        self._crossline_sorted = survey.info.sorting == CROSSLINE_SORTED
        self._order = survey.layout.order
        self._bytes = (used.inline, used.crossline) if used.inline and used.crossline else None
        self._flat: IntArray | None = None
        if survey.info.sorting == IRREGULAR:
            self._flat = _inverse(survey)

    def of(self, first: int, headers: npt.NDArray[np.uint8]) -> tuple[IndexArray, IndexArray]:
        """Find the places of traces that follow each other in the file.

        Parameters
        ----------
        first : int
            Number of the first of them.
        headers : ndarray of uint8, shape (n, 240 or more)
            Their headers. They place traces that repeat a position (duplicates, further offsets).

        Returns
        -------
        inline_indices, crossline_indices : ndarray of int, shape (n,)
            -1 where a trace lies outside the survey.
        """
        numbers = np.arange(first, first + len(headers))
        n_inlines, n_crosslines = map(len, self._lines)
        if self._flat is None:
            if self._crossline_sorted:
                return numbers % n_inlines, numbers // n_inlines
            return numbers // n_crosslines, numbers % n_crosslines
        flat = self._flat[numbers].astype(np.intp)
        inlines, crosslines = np.where(flat < 0, -1, flat // n_crosslines), flat % n_crosslines
        if self._bytes is not None and (flat < 0).any():
            by_header = self._by_header(headers, self._bytes)
            inlines = np.where(flat < 0, by_header[0], inlines)
            crosslines = np.where(flat < 0, by_header[1], crosslines)
        return inlines, crosslines

    def _by_header(
        self, headers: npt.NDArray[np.uint8], pair: tuple[int, int]
    ) -> tuple[IndexArray, IndexArray]:
        found = [
            _indices_of(lines, trace_field(headers, byte, self._order))
            for lines, byte in zip(self._lines, pair, strict=True)
        ]
        outside = (found[0] < 0) | (found[1] < 0)
        return np.where(outside, -1, found[0]), np.where(outside, -1, found[1])


def _inverse(survey: SegyVolume) -> IntArray:
    """Flat position in the grid of every trace of the file, -1 outside."""
    n_inlines, n_crosslines, _ = survey.geometry.shape
    flat = np.full(survey.layout.n_traces, -1, np.int32)
    for index in range(n_inlines):
        traces = survey.trace_numbers(SectionKey(Axis.INLINE, index))
        present = np.flatnonzero(traces >= 0)
        flat[traces[present]] = index * n_crosslines + present
    return flat


def _indices_of(lines: LineNumbers, numbers: IntArray) -> IndexArray:
    known = np.asarray(lines.numbers)
    order = np.argsort(known)
    places = np.minimum(np.searchsorted(known, numbers, sorter=order), len(known) - 1)
    return np.where(known[order[places]] == numbers, order[places], -1)
