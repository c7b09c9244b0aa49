"""Turns mouse movements into masks: brush strokes, polygons and fills.

Positions are ``(row, column)`` in samples of the section, the centre of the first sample at (0, 0). Every
function returns the mask's bounding :class:`Box` and the mask inside it, so that an edit touches no more
than it must.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.labels.boxes import Box

Mask = npt.NDArray[np.bool_]
Points = npt.NDArray[np.float64]

# Half a sample's diagonal: wherever the mouse is, at least one sample's centre lies under the brush.
_SMALLEST_RADIUS = 0.5**0.5
_ROUNDING = 1e-9


def brush_mask(
    points: npt.ArrayLike, radius_rows: float, radius_columns: float, shape: tuple[int, int]
) -> tuple[Box, Mask]:
    """Samples under a brush dragged along a path.

    The brush is an ellipse in samples, so that it can be round on a screen whose rows and columns are
    stretched differently. It is swept along straight lines between the points: a fast mouse leaves no gaps.

    Parameters
    ----------
    points : array-like of float, shape (n, 2)
        Row and column of successive mouse positions; one point is a dab.
    radius_rows, radius_columns : float
        Radii in samples; anything below 0.7 paints single samples.
    shape : (int, int)
        Shape of the section; what lies outside is cut off.

    Returns
    -------
    Box, ndarray of bool
        Empty when the brush does not touch the section.
    """
    path = np.asarray(points, np.float64).reshape(-1, 2)
    radii = np.maximum([radius_rows, radius_columns], _SMALLEST_RADIUS)
    path = path[np.isfinite(path).all(axis=1)]
    if not len(path):
        return _nothing()
    box = _box_within(path.min(axis=0) - radii, path.max(axis=0) + radii, shape)
    if box.is_empty:
        return _nothing()
    mask = np.zeros(box.shape, np.bool_)
    starts, ends = (path[:-1], path[1:]) if len(path) > 1 else (path, path)
    for start, end in zip(starts, ends, strict=True):
        part = _box_within(np.minimum(start, end) - radii, np.maximum(start, end) + radii, shape)
        if not part.is_empty:
            mask[part.slices_in(box)] |= _capsule(start / radii, end / radii, radii, part)
    return _trimmed(box, mask)


def _capsule(start: Points, end: Points, radii: Points, box: Box) -> Mask:
    """Samples of `box` within one (scaled) unit of the segment from `start` to `end`."""
    rows = np.arange(box.row0, box.row1)[:, None] / radii[0] - start[0]
    columns = np.arange(box.column0, box.column1)[None, :] / radii[1] - start[1]
    direction = end - start
    length2 = float(direction @ direction)
    if length2 > 0:
        along = np.clip((rows * direction[0] + columns * direction[1]) / length2, 0.0, 1.0)
        distance2 = (rows - along * direction[0]) ** 2 + (columns - along * direction[1]) ** 2
    else:
        distance2 = rows**2 + columns**2
    inside: Mask = distance2 <= 1.0 + _ROUNDING
    return inside


def polygon_mask(vertices: npt.ArrayLike, shape: tuple[int, int]) -> tuple[Box, Mask]:
    """Samples whose centres lie inside a closed polygon.

    Self-intersecting outlines are filled by the non-zero winding rule: whatever the outline goes around is
    inside, which is what a freehand lasso that crosses itself means.

    Parameters
    ----------
    vertices : array-like of float, shape (n, 2)
        Row and column of the corners; the last is joined to the first. Fewer than three enclose nothing.
    shape : (int, int)
        Shape of the section; what lies outside is cut off.

    Returns
    -------
    Box, ndarray of bool
    """
    corners = np.asarray(vertices, np.float64).reshape(-1, 2)
    corners = corners[np.isfinite(corners).all(axis=1)]
    if len(corners) < 3:
        return _nothing()
    box = _box_within(corners.min(axis=0), corners.max(axis=0), shape)
    if box.is_empty:
        return _nothing()
    edge, row, sign = _scanline_crossings(corners, box)
    following = np.roll(corners, -1, axis=0)
    slope = (following[edge, 1] - corners[edge, 1]) / (following[edge, 0] - corners[edge, 0])
    column = corners[edge, 1] + (row - corners[edge, 0]) * slope
    first = np.clip(np.ceil(column - _ROUNDING) - box.column0, 0, box.shape[1]).astype(np.intp)
    winding = np.zeros((box.shape[0], box.shape[1] + 1), np.int32)
    np.add.at(winding, (row - box.row0, first), sign)
    mask = np.cumsum(winding[:, :-1], axis=1) != 0
    return _trimmed(box, mask)


def _scanline_crossings(
    corners: Points, box: Box
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.int32]]:
    """Every (edge, row centre) pair that cross, and the direction of the edge there (+1 down, -1 up)."""
    rows0, rows1 = corners[:, 0], np.roll(corners[:, 0], -1)
    # Half-open in rows, so that a corner on a row centre is counted once.
    first = np.clip(np.ceil(np.minimum(rows0, rows1)), box.row0, box.row1).astype(np.intp)
    stop = np.clip(np.ceil(np.maximum(rows0, rows1)), box.row0, box.row1).astype(np.intp)
    count = stop - first
    edge = np.repeat(np.arange(len(corners)), count)
    row = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    sign = np.where(rows1 > rows0, 1, -1).astype(np.int32)[edge]
    return edge, row, sign


def fill_region(
    labels: npt.NDArray[np.uint8], seed: tuple[int, int], barrier: Mask | None = None
) -> tuple[Box, Mask]:
    """Connected samples that have the label of the sample clicked on.

    Neighbours are the four samples beside, above and below, so that a one-sample diagonal line holds a fill.

    Parameters
    ----------
    labels : ndarray of uint8, shape (rows, columns)
        Labels of the section.
    seed : (int, int)
        Row and column clicked on; outside the section nothing is filled.
    barrier : ndarray of bool, shape (rows, columns), optional
        Samples the fill must not enter, e.g. where a facies prediction says something else.

    Returns
    -------
    Box, ndarray of bool
    """
    row, column = int(seed[0]), int(seed[1])
    if not (0 <= row < labels.shape[0] and 0 <= column < labels.shape[1]):
        return _nothing()
    same = labels == labels[row, column]
    if barrier is not None:
        same &= ~barrier
    if not same[row, column]:
        return _nothing()
    stride = labels.shape[1] + 1
    starts, stops = _runs(same)
    component = _connected_runs(starts, stops, stride)
    clicked = np.searchsorted(starts, row * stride + column, side="right") - 1
    chosen = component == component[clicked]
    edges = np.zeros(labels.shape[0] * stride + 1, np.int8)
    edges[starts[chosen]] = 1
    edges[stops[chosen]] = -1
    filled = np.cumsum(edges[:-1], dtype=np.int8).reshape(labels.shape[0], stride)[:, :-1] != 0
    return _trimmed(Box.whole((labels.shape[0], labels.shape[1])), filled)


def similar_region(
    values: npt.NDArray[np.float32], seed: tuple[int, int], tolerance: float, barrier: Mask | None = None
) -> tuple[Box, Mask]:
    """Connected samples whose value differs from that of the sample clicked on by no more than a tolerance.

    Parameters
    ----------
    values : ndarray of float32, shape (rows, columns)
    seed : (int, int)
        Row and column clicked on; outside the section, or on a barrier, nothing is chosen.
    tolerance : float
    barrier : ndarray of bool, shape (rows, columns), optional
        Samples that are not entered.

    Returns
    -------
    Box, ndarray of bool
    """
    row, column = int(seed[0]), int(seed[1])
    if not (0 <= row < values.shape[0] and 0 <= column < values.shape[1]):
        return _nothing()
    alike = np.abs(values - values[row, column]) <= tolerance
    return fill_region(alike.view(np.uint8), (row, column), barrier)


def _runs(mask: Mask) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Starts and stops of the runs of true samples along rows, as positions with one spare column per row."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int8)
    padded[:, :-1] = mask
    steps = np.diff(padded.ravel(), prepend=np.int8(0))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def _connected_runs(
    starts: npt.NDArray[np.intp], stops: npt.NDArray[np.intp], stride: int
) -> npt.NDArray[np.intp]:
    """Component of every run: the smallest run it is connected to, by hooking roots and jumping pointers.

    Shiloach & Vishkin 1982, "An O(log n) parallel connectivity algorithm", which numpy does all runs at once.
    """
    first = np.searchsorted(stops, starts + stride, side="right")
    count = np.maximum(np.searchsorted(starts, stops + stride, side="left") - first, 0)
    upper = np.repeat(np.arange(len(starts)), count)
    lower = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[upper]
    parent = np.arange(len(starts))
    while True:
        one, two = parent[upper], parent[lower]
        apart = one != two
        if not apart.any():
            return parent
        upper, lower, one, two = upper[apart], lower[apart], one[apart], two[apart]
        np.minimum.at(parent, np.maximum(one, two), np.minimum(one, two))
        while True:
            grandparent = parent[parent]
            if np.array_equal(grandparent, parent):
                break
            parent = grandparent


def _box_within(low: Points, high: Points, shape: tuple[int, int]) -> Box:
    """Samples between two corners, cut to the section."""
    limit = np.asarray(shape)
    first = np.clip(np.ceil(low - _ROUNDING), 0, limit).astype(int)
    stop = np.clip(np.floor(high + _ROUNDING) + 1, 0, limit).astype(int)
    return Box(int(first[0]), int(stop[0]), int(first[1]), int(stop[1]))


def _trimmed(box: Box, mask: Mask) -> tuple[Box, Mask]:
    tight = Box.around(mask, box.row0, box.column0)
    if tight.is_empty:
        return _nothing()
    return tight, np.ascontiguousarray(mask[tight.slices_in(box)])


def _nothing() -> tuple[Box, Mask]:
    return Box(0, 0, 0, 0), np.zeros((0, 0), np.bool_)


__all__ = ["Box", "brush_mask", "fill_region", "polygon_mask", "similar_region"]
