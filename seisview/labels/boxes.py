"""Rectangles of a section, and where sections cross each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey

# The axes that run along the rows and the columns of a section, as in SurveyGeometry.section_shape.
_ROW_AXIS = {Axis.INLINE: Axis.SAMPLE, Axis.CROSSLINE: Axis.SAMPLE, Axis.SAMPLE: Axis.CROSSLINE}
_COLUMN_AXIS = {Axis.INLINE: Axis.CROSSLINE, Axis.CROSSLINE: Axis.INLINE, Axis.SAMPLE: Axis.INLINE}


@dataclass(frozen=True, slots=True)
class Box:
    """Rows ``row0..row1`` and columns ``column0..column1`` of a section, the second bounds excluded."""

    row0: int
    row1: int
    column0: int
    column1: int

    @classmethod
    def whole(cls, shape: tuple[int, int]) -> Box:
        """Cover an array of this shape."""
        return cls(0, shape[0], 0, shape[1])

    @classmethod
    def around(cls, mask: npt.NDArray[np.bool_], row0: int = 0, column0: int = 0) -> Box:
        """Smallest box around the true elements of a mask that starts at (`row0`, `column0`), or empty."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not len(rows):
            return cls(row0, row0, column0, column0)
        return cls(
            row0 + int(rows[0]),
            row0 + int(rows[-1]) + 1,
            column0 + int(columns[0]),
            column0 + int(columns[-1]) + 1,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return max(self.row1 - self.row0, 0), max(self.column1 - self.column0, 0)

    @property
    def is_empty(self) -> bool:
        """Whether the box holds no sample."""
        return 0 in self.shape

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the box in a section's array."""
        return slice(self.row0, self.row1), slice(self.column0, self.column1)

    def slices_in(self, outer: Box) -> tuple[slice, slice]:
        """Index of the box in an array that holds just `outer`."""
        return (
            slice(self.row0 - outer.row0, self.row1 - outer.row0),
            slice(self.column0 - outer.column0, self.column1 - outer.column0),
        )

    def intersection(self, other: Box) -> Box:
        """Return what both boxes cover; may be empty."""
        return Box(
            max(self.row0, other.row0),
            min(self.row1, other.row1),
            max(self.column0, other.column0),
            min(self.column1, other.column1),
        )

    def union(self, other: Box) -> Box:
        """Smallest box around both; an empty box adds nothing."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        return Box(
            min(self.row0, other.row0),
            max(self.row1, other.row1),
            min(self.column0, other.column0),
            max(self.column1, other.column1),
        )

    def fits(self, shape: tuple[int, int]) -> bool:
        """Whether the box is not empty and lies inside an array of this shape."""
        return 0 <= self.row0 < self.row1 <= shape[0] and 0 <= self.column0 < self.column1 <= shape[1]


def crossing(key: SectionKey, box: Box, other: SectionKey) -> tuple[Box, Box] | None:
    """Line of samples that a box of one section shares with another section.

    Parameters
    ----------
    key, box
        A section and a part of it.
    other : SectionKey
        A section across another axis.

    Returns
    -------
    (Box, Box) or None
        The line in `key`'s array and the same line in `other`'s array (one of them may be a row and the
        other a column, so flatten before comparing); None when they do not meet inside `box`.
    """
    if key.axis is other.axis:
        return None
    if other.axis is _COLUMN_AXIS[key.axis]:
        if not box.column0 <= other.index < box.column1:
            return None
        along, start, stop = _ROW_AXIS[key.axis], box.row0, box.row1
        line = Box(start, stop, other.index, other.index + 1)
    else:
        if not box.row0 <= other.index < box.row1:
            return None
        along, start, stop = _COLUMN_AXIS[key.axis], box.column0, box.column1
        line = Box(other.index, other.index + 1, start, stop)
    if along is _ROW_AXIS[other.axis]:
        return line, Box(start, stop, key.index, key.index + 1)
    return line, Box(key.index, key.index + 1, start, stop)


def crossed_range(key: SectionKey, box: Box, axis: Axis) -> range:
    """Indices of the sections across `axis` that meet `box` of the section `key`."""
    if axis is key.axis:
        return range(0)
    if axis is _COLUMN_AXIS[key.axis]:
        return range(box.column0, box.column1)
    return range(box.row0, box.row1)
