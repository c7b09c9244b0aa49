"""Labels no finer than the screen, with outlines one sample of that thin."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF

from seisview.gui.indexed_buffer import IndexedBuffer
from seisview.gui.outlines import ringed
from seisview.labels.strokes import Box

ByteArray = npt.NDArray[np.uint8]
_Indices = npt.NDArray[np.intp]


def shown_count(count: int, scale: float) -> int:
    """How many of `count` elements can be told apart at `scale` device pixels per element."""
    return min(count, max(1, math.ceil(count * scale)))


class OutlinedImage:
    """The labels at every position that the screen can show, the borders of areas set to the outline index.

    Outlines are found after thinning out, not before: none is lost between two pixels and all are as thin.

    Parameters
    ----------
    labels : ndarray of uint8, shape (rows, columns)
    shape : (int, int)
        Elements to show along rows and columns, at most as many as there are.
    colors : list of int
        Colour table.

    Attributes
    ----------
    buffer : IndexedBuffer
        To be drawn over the whole section.
    """

    def __init__(self, labels: ByteArray, shape: tuple[int, int], colors: list[int]) -> None:
        self._rows = _chosen(labels.shape[0], shape[0])
        self._columns = _chosen(labels.shape[1], shape[1])
        self._cell = (labels.shape[0] / shape[0], labels.shape[1] / shape[1])
        self._thinned = labels if labels.shape == shape else labels[self._rows][:, self._columns]
        self.buffer = IndexedBuffer(shape, colors)
        self.buffer.pixels[:] = ringed(self._thinned, Box.whole(shape))

    def refresh(self, labels: ByteArray, box: Box) -> QRectF:
        """Take over `box` of the labels and return the area, in section units, that looks different now."""
        row0, row1 = (int(i) for i in np.searchsorted(self._rows, (box.row0, box.row1)))
        column0, column1 = (int(i) for i in np.searchsorted(self._columns, (box.column0, box.column1)))
        if self._thinned is not labels:
            rows, columns = self._rows[row0:row1], self._columns[column0:column1]
            self._thinned[row0:row1, column0:column1] = labels[np.ix_(rows, columns)]
        # The border of an area changes up to one element outside of what was painted.
        shown = Box.whole((len(self._rows), len(self._columns)))
        wide = Box(row0 - 1, row1 + 1, column0 - 1, column1 + 1).intersection(shown)
        self.buffer.pixels[wide.slices] = ringed(self._thinned, wide)
        height, width = self._cell
        rows_shown, columns_shown = wide.shape
        return QRectF(wide.column0 * width, wide.row0 * height, columns_shown * width, rows_shown * height)


def _chosen(count: int, shown: int) -> _Indices:
    """The element in the middle of each of `shown` equal parts."""
    return ((np.arange(shown) + 0.5) * count / shown).astype(np.intp)
