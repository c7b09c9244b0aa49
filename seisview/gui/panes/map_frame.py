"""Where things are on the base map: survey grid, map coordinates and pixels. Free of Qt."""

from __future__ import annotations

from dataclasses import dataclass

from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.map_transform import MapTransform

_MARGIN = 0.04  # around the survey, as a share of it

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the screen in pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class MapFrame:
    """From (inline index, crossline index) to the screen and back; north is up.

    Attributes
    ----------
    transform : MapTransform
        To map coordinates, or to line numbers when the survey has none.
    has_coordinates : bool
        Whether it is the survey's own; then both directions have the same scale.
    left, bottom : float
        Map coordinates at the lower left corner of the area.
    area : Area
    scale_x, scale_y : float
        Pixels per unit of the map.
    """

    transform: MapTransform
    has_coordinates: bool
    left: float
    bottom: float
    area: Area
    scale_x: float
    scale_y: float

    @classmethod
    def fitted(cls, geometry: SurveyGeometry, area: Area, free: tuple[float, float] = (0.0, 0.0)) -> MapFrame:
        """The whole survey, as large as it fits into `area`, in its middle.

        `free` are pixels at the right and at the bottom of the area that it leaves free.
        """
        transform, known = map_of(geometry)
        corners = [transform.xy(i, j) for i, j in outline(geometry)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        width, height = (max(max(v) - min(v), 1e-9) * (1 + 2 * _MARGIN) for v in (xs, ys))
        room_x, room_y = area.width - free[0], area.height - free[1]
        scale_x, scale_y = room_x / width, room_y / height
        if known:
            scale_x = scale_y = min(scale_x, scale_y)
        left = (min(xs) + max(xs)) / 2 - room_x / scale_x / 2
        bottom = (min(ys) + max(ys)) / 2 - (room_y / 2 + free[1]) / scale_y
        return cls(transform, known, left, bottom, area, scale_x, scale_y)

    @property
    def right(self) -> float:
        """Map coordinate at the right side of the area."""
        return self.left + self.area.width / self.scale_x

    @property
    def top(self) -> float:
        """Map coordinate at the upper side of the area."""
        return self.bottom + self.area.height / self.scale_y

    def pixel_of_map(self, x: float, y: float) -> Point:
        """Pixel of map coordinates."""
        area = self.area
        return (
            area.left + (x - self.left) * self.scale_x,
            area.top + area.height - (y - self.bottom) * self.scale_y,
        )

    def pixel(self, inline: float, crossline: float) -> Point:
        """Pixel of a (fractional) grid position."""
        return self.pixel_of_map(*self.transform.xy(inline, crossline))

    def grid(self, x_pixel: float, y_pixel: float) -> Point:
        """Fractional (inline index, crossline index) at a pixel; may lie outside the survey."""
        t, area = self.transform, self.area
        dx = self.left + (x_pixel - area.left) / self.scale_x - t.x0
        dy = self.bottom + (area.top + area.height - y_pixel) / self.scale_y - t.y0
        det = _determinant(t)
        return (
            (dx * t.y_per_crossline - dy * t.x_per_crossline) / det,
            (dy * t.x_per_inline - dx * t.y_per_inline) / det,
        )


def outline(geometry: SurveyGeometry) -> tuple[Point, ...]:
    """Corners of the survey as (inline index, crossline index), in order around it."""
    last_inline, last_crossline = geometry.shape[0] - 1, geometry.shape[1] - 1
    return (0, 0), (last_inline, 0), (last_inline, last_crossline), (0, last_crossline)


def map_of(geometry: SurveyGeometry) -> tuple[MapTransform, bool]:
    """To map coordinates, and True; to line numbers where the survey has no coordinates that span a map."""
    known = geometry.transform
    if known is not None and _is_invertible(known):
        return known, True
    inline, crossline = _step(geometry.inlines), _step(geometry.crosslines)
    first_inline, first_crossline = float(geometry.inlines.first), float(geometry.crosslines.first)
    return MapTransform(first_inline, first_crossline, inline, 0.0, 0.0, crossline), False


def _step(lines: LineNumbers) -> float:
    return (lines.last - lines.first) / max(len(lines) - 1, 1) or 1.0


def _determinant(t: MapTransform) -> float:
    return t.x_per_inline * t.y_per_crossline - t.x_per_crossline * t.y_per_inline


def _is_invertible(t: MapTransform) -> bool:
    inline = abs(t.x_per_inline) + abs(t.y_per_inline)
    crossline = abs(t.x_per_crossline) + abs(t.y_per_crossline)
    return abs(_determinant(t)) > 1e-6 * inline * crossline
