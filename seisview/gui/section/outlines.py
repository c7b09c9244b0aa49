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
REACH = 2
"""How far away a change of a label can change its outline, in samples."""


def ringed(labels: ByteArray, box: Box) -> ByteArray:
    """Return the labels in `box` with the outermost samples of every area set to :data:`OUTLINE`.

    Where an area is one or two samples thin, as a section painted on a crossing line is, it keeps its colour
    on those sides: the outline would cover all of it.

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
    around = _with_neighbours(labels, box, REACH)
    border = np.zeros(box.shape, np.bool_)
    for axis in (0, 1):
        before, after = _shifted(around, axis, -1), _shifted(around, axis, 1)
        border |= ((inside != before) | (inside != after)) & _thick(around, axis, REACH + 1)
    border &= inside != 0
    result = inside.copy()
    result[border] = OUTLINE
    return result


def edge_lines(labels: npt.NDArray[Value], box: Box, least: tuple[int, int] = (1, 1)) -> list[QLineF]:
    """Lines between samples of different value in `box`, runs joined, in scene units.

    Parameters
    ----------
    labels : ndarray, shape (rows, columns)
    box : Box
    least : (int, int)
        Areas of fewer samples down the rows and along the columns, at most 3, get no line on those sides.
    """
    inside = labels[box.slices]
    if not inside.any():
        return []
    margin = REACH + 1
    around = _with_neighbours(labels, box, margin)
    down = _edges(around[:, margin:-margin], 0, least[0])
    right = _edges(around[margin:-margin], 1, least[1])
    lines = [
        QLineF(box.column0 + start, box.row0 + row, box.column0 + stop, box.row0 + row)
        for row, start, stop in _runs(down)
    ]
    lines += [
        QLineF(box.column0 + column, box.row0 + start, box.column0 + column, box.row0 + stop)
        for column, start, stop in _runs(right.T)
    ]
    return lines


def _edges(around: npt.NDArray[Value], axis: int, least: int) -> npt.NDArray[np.bool_]:
    """Where a line belongs between neighbours along `axis`, of which `around` has ``REACH + 1`` more."""
    along = around if axis == 0 else around.T
    values = along[REACH:-REACH]
    thick = _thick(along, 0, least, across_too=False)
    edges: npt.NDArray[np.bool_] = (values[1:] != values[:-1]) & (thick[1:] | thick[:-1])
    return edges if axis == 0 else edges.T


def _thick(
    around: npt.NDArray[Value], axis: int, least: int, *, across_too: bool = True
) -> npt.NDArray[np.bool_]:
    """Whether labelled samples lie in a run of at least `least` (1..3) of their kind along `axis`.

    `around` has `REACH` samples more on both sides of that axis, and with `across_too` of the other one.
    """

    def at(steps: int) -> npt.NDArray[Value]:
        return _shifted(around, axis, steps, across_too=across_too)

    here = at(0)
    labelled: npt.NDArray[np.bool_] = here != 0
    if least <= 1:
        return labelled
    before, after = here == at(-1), here == at(1)
    run = before | after
    if least > 2:
        run = (before & after) | (before & (here == at(-2))) | (after & (here == at(2)))
    labelled &= run
    return labelled


def _shifted(
    around: npt.NDArray[Value], axis: int, steps: int, *, across_too: bool = True
) -> npt.NDArray[Value]:
    """The middle of `around`, moved by some steps along `axis`."""
    moved = slice(REACH + steps, around.shape[axis] - REACH + steps)
    other = slice(REACH, around.shape[1 - axis] - REACH) if across_too else slice(None)
    return around[(moved, other) if axis == 0 else (other, moved)]


def _with_neighbours(labels: npt.NDArray[Value], box: Box, margin: int) -> npt.NDArray[Value]:
    """`labels` in `box` and `margin` samples around it; the section's own edge is repeated."""
    rows, columns = labels.shape
    row0, row1 = max(0, box.row0 - margin), min(rows, box.row1 + margin)
    column0, column1 = max(0, box.column0 - margin), min(columns, box.column1 + margin)
    missing = (
        (row0 - (box.row0 - margin), box.row1 + margin - row1),
        (column0 - (box.column0 - margin), box.column1 + margin - column1),
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
