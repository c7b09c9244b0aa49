"""How a section lies on the screen: inlines and crosslines upright, slices as the base map. Free of Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seisview.data.geometry import Axis, SurveyGeometry
from seisview.gui.panes.map_frame import map_of


@dataclass(frozen=True, slots=True)
class Orientation:
    """Which way rows and columns run on the screen.

    Attributes
    ----------
    swapped : bool
        Rows run across and columns down, not the other way round.
    flips_x, flips_y : bool
        What runs across runs to the left, and what runs down runs up.
    """

    swapped: bool = False
    flips_x: bool = False
    flips_y: bool = False

    def shown_shape(self, shape: tuple[int, int]) -> tuple[int, int]:
        """Elements down and across the screen of a section of (rows, columns)."""
        return (shape[1], shape[0]) if self.swapped else shape

    def matrix(self, shape: tuple[int, int]) -> tuple[float, float, float, float, float, float]:
        """Where scene positions (x along columns, y along rows) lie, in elements of the screen.

        ``X = m11 x + m21 y + dx`` to the right and ``Y = m12 x + m22 y + dy`` downwards, both from 0, as
        (m11, m12, m21, m22, dx, dy).
        """
        down, across = self.shown_shape(shape)
        sign_x, sign_y = (-1.0 if flips else 1.0 for flips in (self.flips_x, self.flips_y))
        dx, dy = across * float(self.flips_x), down * float(self.flips_y)
        return (0.0, sign_y, sign_x, 0.0, dx, dy) if self.swapped else (sign_x, 0.0, 0.0, sign_y, dx, dy)

    def elements(self, down: int, right: int) -> tuple[int, int]:
        """(rows, columns) gone on when one goes `down` and `right` on the screen."""
        y, x = -down if self.flips_y else down, -right if self.flips_x else right
        return (x, y) if self.swapped else (y, x)


UPRIGHT = Orientation()
"""Rows down, columns to the right."""


def orientation_of(axis: Axis, geometry: SurveyGeometry) -> Orientation:
    """How sections across an axis are drawn: a slice turned by right angles to lie as the base map does.

    North is up where the survey has coordinates and its lines run with them, or nearly: lines stay parallel
    to the sides of the screen. On both, a place on the right is on the right, and none is a mirror image.
    """
    if axis is not Axis.SAMPLE:
        return UPRIGHT
    to_map, _ = map_of(geometry)
    inline = _direction(to_map.x_per_inline, to_map.y_per_inline)
    crossline = _direction(to_map.x_per_crossline, to_map.y_per_crossline)
    # columns of a slice are inlines, its rows crosslines
    if abs(inline[0]) + abs(crossline[1]) >= abs(inline[1]) + abs(crossline[0]) - 1e-9:
        return Orientation(False, inline[0] < 0, crossline[1] < 0)
    return Orientation(True, crossline[0] < 0, inline[1] < 0)


def _direction(east: float, north: float) -> tuple[float, float]:
    """Unit vector on the screen, to the right and down."""
    length = math.hypot(east, north) or 1.0
    return east / length, -north / length
