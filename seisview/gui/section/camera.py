"""Which part of a section is on screen, and how large: plain arithmetic without Qt.

Positions are in scene units: element ``[row, column]`` covers ``column..column + 1`` along x and
``row..row + 1`` downwards along y. Scales are in logical pixels per element.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MAXIMUM_SCALE = 64.0
_SMALLEST_OF_FIT = 0.5


@dataclass(frozen=True, slots=True)
class Frame:
    """What the camera looks at, and through which window.

    Attributes
    ----------
    rows, columns : int
        Shape of the section.
    width, height : int
        Size of the canvas in logical pixels.
    exaggeration : float or None
        Height of a sample over the width of a trace on screen; None lets both stretch freely.
    """

    rows: int
    columns: int
    width: int
    height: int
    exaggeration: float | None = None

    def fitted_scales(self) -> tuple[float, float]:
        """(x, y) scales at which the section just fills the canvas."""
        scale_x = max(1, self.width) / self.columns
        scale_y = max(1, self.height) / self.rows
        if self.exaggeration is None:
            return scale_x, scale_y
        scale = min(scale_x, scale_y / self.exaggeration)
        return scale, scale * self.exaggeration


@dataclass(frozen=True, slots=True)
class Camera:
    """Centre of the view in scene units and scales in pixels per element."""

    center_x: float
    center_y: float
    scale_x: float
    scale_y: float

    @classmethod
    def fitted(cls, frame: Frame) -> Camera:
        """The whole section."""
        return cls(frame.columns / 2, frame.rows / 2, *frame.fitted_scales())

    def zoomed(self, factor: float, anchor: tuple[float, float], frame: Frame) -> Camera:
        """Enlarge by `factor` while the scene position `anchor` (x, y) stays where it is on screen."""
        least_x, least_y = (s * _SMALLEST_OF_FIT for s in frame.fitted_scales())
        lowest = max(min(1.0, least_x / self.scale_x), min(1.0, least_y / self.scale_y))
        highest = max(1.0, min(MAXIMUM_SCALE / self.scale_x, MAXIMUM_SCALE / self.scale_y))
        factor = min(max(factor, lowest), highest)
        x, y = anchor
        return Camera(
            x + (self.center_x - x) / factor,
            y + (self.center_y - y) / factor,
            self.scale_x * factor,
            self.scale_y * factor,
        ).kept_inside(frame)

    def centered(self, row: float | None, column: float | None, frame: Frame) -> Camera:
        """Bring an element to the middle; None leaves that direction alone."""
        moved = replace(
            self,
            center_x=self.center_x if column is None else column + 0.5,
            center_y=self.center_y if row is None else row + 0.5,
        )
        return moved.kept_inside(frame)

    def panned(self, dx: float, dy: float, frame: Frame) -> Camera:
        """Move the picture by (dx, dy) pixels."""
        moved = replace(
            self, center_x=self.center_x - dx / self.scale_x, center_y=self.center_y - dy / self.scale_y
        )
        return moved.kept_inside(frame)

    def reshaped(self, frame: Frame) -> Camera:
        """The same centre and width with the vertical scale that `frame` asks for."""
        if frame.exaggeration is None:
            return self.kept_inside(frame)
        return replace(self, scale_y=self.scale_x * frame.exaggeration).kept_inside(frame)

    def kept_inside(self, frame: Frame) -> Camera:
        """Keep the centre on the section, so that it can never be lost from sight."""
        return replace(
            self,
            center_x=min(max(self.center_x, 0.0), float(frame.columns)),
            center_y=min(max(self.center_y, 0.0), float(frame.rows)),
        )
