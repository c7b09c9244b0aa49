"""Labels no finer than the screen, with outlines one sample of that thin."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF

from seisview.gui.section.indexed_buffer import IndexedBuffer
from seisview.gui.section.outlines import REACH, ringed
from seisview.labels.strokes import Box

ByteArray = npt.NDArray[np.uint8]
_MOST_REPEATS = 4
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
        self._rows = _starts(labels.shape[0], shape[0])
        self._columns = _starts(labels.shape[1], shape[1])
        self._cell = (labels.shape[0] / shape[0], labels.shape[1] / shape[1])
        self._thinned = labels
        if labels.shape != shape:
            self._thinned = _thinned(_thinned(labels, self._rows).T, self._columns).T.copy()
        self.buffer = IndexedBuffer(shape, colors)
        self.buffer.pixels[:] = ringed(self._thinned, Box.whole(shape))

    def refresh(self, labels: ByteArray, box: Box) -> QRectF:
        """Take over `box` of the labels and return the area, in section units, that looks different now."""
        row0, row1 = _cells(self._rows, box.row0, box.row1)
        column0, column1 = _cells(self._columns, box.column0, box.column1)
        if self._thinned is not labels:
            rows, columns = self._rows[row0 : row1 + 1], self._columns[column0 : column1 + 1]
            part = _thinned(labels[:, columns[0] : columns[-1]], rows)
            self._thinned[row0:row1, column0:column1] = _thinned(part.T, columns - columns[0]).T
        # The outline of an area changes a little outside of what was painted.
        shown = Box.whole(self._thinned.shape)
        wide = Box(row0 - REACH, row1 + REACH, column0 - REACH, column1 + REACH).intersection(shown)
        self.buffer.pixels[wide.slices] = ringed(self._thinned, wide)
        height, width = self._cell
        rows_shown, columns_shown = wide.shape
        return QRectF(wide.column0 * width, wide.row0 * height, columns_shown * width, rows_shown * height)


def _starts(count: int, shown: int) -> _Indices:
    """Where each of `shown` equal parts of `count` elements begins, and the end of the last."""
    return (np.arange(shown + 1) * count // shown).astype(np.intp)


def _cells(starts: _Indices, first: int, last: int) -> tuple[int, int]:
    """Range of the parts that the elements from `first` up to, without, `last` lie in."""
    begin, end = np.searchsorted(starts, (first, last - 1), side="right")
    return int(begin) - 1, int(end)


def _thinned(labels: ByteArray, starts: _Indices) -> ByteArray:
    """One row for each part: its middle, or where that is unlabelled whatever label there is in it.

    A line of single samples, as a section painted on a crossing line leaves, is shown at any zoom.
    """
    first, stops = starts[:-1], starts[1:]
    result: ByteArray = labels[(first + stops) // 2]
    for step in range(int((stops - first).max())):
        other = labels[np.minimum(first + step, stops - 1)]
        result = np.where(result == 0, other, result)
    return result


class EnlargedOutlines:
    """An :class:`OutlinedImage` of repeated samples, so that outlines are thinner than samples.

    Parameters
    ----------
    labels : ndarray of uint8, shape (rows, columns)
        Looked at again by :meth:`refresh`.
    scale : (float, float)
        Device pixels per sample down and across.
    colors : list of int
        Colour table.
    """

    def __init__(self, labels: ByteArray, scale: tuple[float, float], colors: list[int]) -> None:
        self._labels = labels
        self._repeats = repeats_at(scale)
        self._large = labels if self._repeats == (1, 1) else self._repeated(labels)
        rows, columns = self._large.shape
        down, across = (s / n for s, n in zip(scale, self._repeats, strict=True))
        self._image = OutlinedImage(
            self._large, (shown_count(rows, down), shown_count(columns, across)), colors
        )

    @property
    def buffer(self) -> IndexedBuffer:
        """To be drawn over the whole section."""
        return self._image.buffer

    def fits(self, scale: tuple[float, float]) -> bool:
        """Whether this is what should be drawn at `scale`."""
        rows, columns = self._labels.shape
        repeats = repeats_at(scale)
        down, across = (s / n for s, n in zip(scale, repeats, strict=True))
        shape = (shown_count(rows * repeats[0], down), shown_count(columns * repeats[1], across))
        return repeats == self._repeats and shape == self.buffer.pixels.shape

    def refresh(self, box: Box) -> QRectF:
        """Look at `box` of the labels again and return the area, in section units, that looks different."""
        down, across = self._repeats
        large = Box(box.row0 * down, box.row1 * down, box.column0 * across, box.column1 * across)
        if self._large is not self._labels:
            self._large[large.slices] = self._repeated(self._labels[box.slices])
        area = self._image.refresh(self._large, large)
        return QRectF(area.x() / across, area.y() / down, area.width() / across, area.height() / down)

    def _repeated(self, labels: ByteArray) -> ByteArray:
        return labels.repeat(self._repeats[0], axis=0).repeat(self._repeats[1], axis=1)


def repeats_at(scale: tuple[float, float]) -> tuple[int, int]:
    """How often a sample is repeated down and across: once for each pixel it gets, at most 4 times."""
    down, across = (min(_MOST_REPEATS, max(1, int(s))) for s in scale)
    return down, across
