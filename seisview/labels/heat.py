"""How surely every place of a survey is like what was searched for, kept on the grid of cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry, section_of

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class HeatGrid:
    """How surely the windows of one direction are matches.

    Attributes
    ----------
    axis : Axis
        The sections lie across it.
    step : int
        Every how many sections there is one.
    cell, window : (int, int)
        Samples and traces of a cell; cells of a window.
    values : ndarray of uint8, shape (n_lines, rows, columns)
        By first cell of the window; 1..255 for confidences 0..1 of a match; 0: nothing is known.
    """

    axis: Axis
    step: int
    cell: tuple[int, int]
    window: tuple[int, int]
    values: Bytes

    def section(self, key: SectionKey, geometry: SurveyGeometry) -> Bytes:
        """Values on a section, every sample that of the window whose middle is nearest; uint8."""
        places = [self._places(axis, geometry) for axis in Axis]
        number = tuple(Axis).index(key.axis)
        places[number] = places[number][key.index : key.index + 1]
        block = self._survey_order(places)
        section: Bytes = section_of(block, SectionKey(key.axis, 0))
        return np.ascontiguousarray(section)

    def traces(self, inline_indices: Ints, crossline_indices: Ints, geometry: SurveyGeometry) -> Bytes:
        """Values of single traces, uint8, shape (n, n_samples)."""
        inline = self._places(Axis.INLINE, geometry)[inline_indices]
        crossline = self._places(Axis.CROSSLINE, geometry)[crossline_indices]
        sample = self._places(Axis.SAMPLE, geometry)
        line, column = (inline, crossline) if self.axis is Axis.INLINE else (crossline, inline)
        found: Bytes = self.values[line[:, None], sample[None], column[:, None]]
        return found

    def _places(self, axis: Axis, geometry: SurveyGeometry) -> Ints:
        """For every index along an axis of the survey, the index in `values`."""
        indices = np.arange(geometry.count(axis))
        if axis is self.axis:
            return np.minimum((indices + self.step // 2) // self.step, len(self.values) - 1)
        number = 0 if axis is Axis.SAMPLE else 1
        cell, window, count = self.cell[number], self.window[number], self.values.shape[1 + number]
        nearest = np.rint((indices - (window * cell - 1) / 2) / cell).astype(np.intp)
        return np.clip(nearest, 0, count - 1)

    def _survey_order(self, places: list[Ints]) -> Bytes:
        """Values at (inline, crossline, sample) places."""
        inline, crossline, sample = places
        if self.axis is Axis.INLINE:
            return self.values[np.ix_(inline, sample, crossline)].transpose(0, 2, 1)
        return self.values[np.ix_(crossline, sample, inline)].transpose(2, 0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class HeatCube:
    """The heat map of a search, in one or both directions: the larger value counts.

    Reads like a cube of bytes (see :class:`seisview.export.content.Cube`).

    Attributes
    ----------
    geometry : SurveyGeometry
    grids : tuple of HeatGrid
    """

    geometry: SurveyGeometry
    grids: tuple[HeatGrid, ...]

    def section(self, key: SectionKey) -> Bytes:
        """Values of one section, uint8, shape as :meth:`SurveyGeometry.section_shape`."""
        found = [grid.section(key, self.geometry) for grid in self.grids]
        largest: Bytes = np.maximum.reduce(found)
        return largest

    def traces(self, inline_indices: Ints, crossline_indices: Ints) -> Bytes:
        """Values of single traces, uint8, shape (n, n_samples)."""
        found = [grid.traces(inline_indices, crossline_indices, self.geometry) for grid in self.grids]
        largest: Bytes = np.maximum.reduce(found)
        return largest
