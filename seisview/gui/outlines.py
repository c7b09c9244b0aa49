"""Outlines of labelled areas and of brush footprints."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF

from seisview.labels.strokes import Box

ByteArray = npt.NDArray[np.uint8]
Value = TypeVar("Value", np.uint8, np.bool_)

OUTLINE = 255
"""Index that stands for an outline in a label buffer, whatever the class inside it."""


def ringed(labels: ByteArray, box: Box) -> ByteArray:
    """Return the labels in `box` with the outermost samples of every area set to :data:`OUTLINE`.

    Parameters
    ----------
    labels : ndarray of uint8, shape (rows, columns)
        0 = unlabelled. Samples around `box` are looked at, so that areas that go on have no border there.
    box : Box

    Returns
    -------
    ndarray of uint8, shape of `box`
    """
    inside = labels[box.slices]
    if not inside.any():
        return inside.copy()
    padded = _with_neighbours(labels, box)
    center = padded[1:-1, 1:-1]
    border = center != padded[:-2, 1:-1]
    border |= center != padded[2:, 1:-1]
    border |= center != padded[1:-1, :-2]
    border |= center != padded[1:-1, 2:]
    border &= center != 0
    result = center.copy()
    result[border] = OUTLINE
    return result


def edge_lines(labels: npt.NDArray[Value], box: Box) -> list[QLineF]:
    """Lines between samples of different value in `box`, runs joined, in scene units."""
    inside = labels[box.slices]
    if not inside.any():
        return []
    padded = _with_neighbours(labels, box)
    across = padded[1:, 1:-1] != padded[:-1, 1:-1]
    down = padded[1:-1, 1:] != padded[1:-1, :-1]
    lines = [
        QLineF(box.column0 + start, box.row0 + row, box.column0 + stop, box.row0 + row)
        for row, start, stop in _runs(across)
    ]
    lines += [
        QLineF(box.column0 + column, box.row0 + start, box.column0 + column, box.row0 + stop)
        for column, start, stop in _runs(down.T)
    ]
    return lines


def _with_neighbours(labels: npt.NDArray[Value], box: Box) -> npt.NDArray[Value]:
    """`labels` in `box` and one sample around it; the section's own edge is repeated."""
    rows, columns = labels.shape
    row0, row1 = max(0, box.row0 - 1), min(rows, box.row1 + 1)
    column0, column1 = max(0, box.column0 - 1), min(columns, box.column1 + 1)
    missing = (
        (row0 - (box.row0 - 1), box.row1 + 1 - row1),
        (column0 - (box.column0 - 1), box.column1 + 1 - column1),
    )
    return np.pad(labels[row0:row1, column0:column1], missing, mode="edge")


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """(row, start, stop) of every unbroken run of True along the rows of `mask`."""
    bounded = np.zeros((mask.shape[0], mask.shape[1] + 2), np.int8)
    bounded[:, 1:-1] = mask
    changes = np.diff(bounded, axis=1)
    rows, starts = np.nonzero(changes == 1)
    stops = np.nonzero(changes == -1)[1]
    return list(zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True))
