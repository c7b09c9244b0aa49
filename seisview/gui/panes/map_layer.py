"""A value on every trace as colours on the base map, with a small scale."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPalette, QPolygonF, QTransform

from seisview.data.colormaps import colormap
from seisview.export.surface import SURFACE_COLORMAP, Surface
from seisview.gui.panes.map_frame import Area, MapFrame, outline

_BAR_WIDTH, _BAR_HEIGHT = 120.0, 9.0
_PAD = 6.0
_BACK_ALPHA = 225


@dataclass(frozen=True, slots=True, eq=False)
class MapLayer:
    """Colours for the base map.

    Attributes
    ----------
    surface : Surface
    limits : (float, float)
        Values at the ends of the scale.
    """

    surface: Surface
    limits: tuple[float, float]
    _image: QImage = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_image", _image(_colors(self.surface.values, *self.limits)))

    @classmethod
    def of(cls, surface: Surface) -> MapLayer | None:
        """Colours from the lowest to the highest value; None where no trace has one."""
        return cls(surface, surface.limits) if surface.n_points else None

    def text_at(self, inline: int, crossline: int) -> str:
        """Value at a grid position, for people; empty where there is none."""
        value = float(self.surface.values[inline, crossline])
        if not np.isfinite(value):
            return ""
        return f"{self.surface.name} {_number(value, self.limits)} {self.surface.unit}".rstrip()

    def draw(self, painter: QPainter, frame: MapFrame) -> None:
        """Draw every trace as a patch around its place."""
        # half a trace beyond the outline on every side: a pixel of the image is around its trace
        corner = QPointF(*frame.pixel(-0.5, -0.5))
        along, across = QPointF(*frame.pixel(0.5, -0.5)) - corner, QPointF(*frame.pixel(-0.5, 0.5)) - corner
        painter.save()
        painter.setTransform(
            QTransform(along.x(), along.y(), across.x(), across.y(), corner.x(), corner.y()), True
        )
        painter.drawImage(QPointF(0, 0), self._image)
        painter.restore()

    def draw_scale(self, painter: QPainter, frame: MapFrame, palette: QPalette) -> None:
        """Draw the colours with their limits and what they mean, in a corner that is free if there is one."""
        metrics, area = painter.fontMetrics(), frame.area
        if self.covers(frame, metrics):
            return
        title, size = self._title_in(area, metrics), self.scale_size(metrics, area)
        box, width = self._scale_box(frame, metrics), size.width() - 2 * _PAD
        back = QColor(palette.color(QPalette.ColorRole.Base))
        back.setAlpha(_BACK_ALPHA)
        painter.fillRect(box.adjusted(1, 1, -1, -1), back)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        inner = box.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        bar = QRectF(inner.left(), inner.top() + metrics.height(), width, _BAR_HEIGHT)
        painter.drawImage(bar, _image(colormap(SURFACE_COLORMAP).table[:, None]))
        low, high = (_number(value, self.limits) for value in self.limits)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, low)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, high)

    @property
    def title(self) -> str:
        """What the colours mean, with the unit."""
        unit = self.surface.unit
        return f"{self.surface.name} ({unit})" if unit else self.surface.quantity

    def scale_size(self, metrics: QFontMetrics, area: Area) -> QSizeF:
        """Room that the scale takes on a map."""
        width = max(_BAR_WIDTH, metrics.horizontalAdvance(self._title_in(area, metrics)) + 2.0)
        return QSizeF(width + 2 * _PAD, 2 * metrics.height() + _BAR_HEIGHT + 2 * _PAD)

    def covers(self, frame: MapFrame, metrics: QFontMetrics) -> bool:
        """Whether the scale would lie over the survey, or reach beyond the map, wherever it stands."""
        box, area = self._scale_box(frame, metrics), frame.area
        fits = box.width() <= area.width and box.height() <= area.height
        return not fits or _covered(box, self._outline(frame)) >= 1.0

    def _scale_box(self, frame: MapFrame, metrics: QFontMetrics) -> QRectF:
        return _roomiest(frame.area, self.scale_size(metrics, frame.area), self._outline(frame))

    def _title_in(self, area: Area, metrics: QFontMetrics) -> str:
        return metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, round(area.width - 4 * _PAD))

    def _outline(self, frame: MapFrame) -> QPolygonF:
        return QPolygonF([QPointF(*frame.pixel(*corner)) for corner in outline(self.surface.geometry)])


def _roomiest(area: Area, size: QSizeF, survey: QPolygonF) -> QRectF:
    """The corner, but for that of the arrow to the north, in which a box covers least of the survey."""
    right, bottom = area.left + area.width - size.width(), area.top + area.height - size.height()
    corners = ((right, bottom), (area.left, bottom), (area.left, area.top))
    boxes = [QRectF(QPointF(*corner), size) for corner in corners]
    return min(boxes, key=lambda box: _covered(box, survey))


def _covered(box: QRectF, survey: QPolygonF) -> float:
    """How much of the survey lies in a box, in square pixels."""
    polygon = survey.intersected(QPolygonF(box))
    points = [polygon.at(i) for i in range(polygon.size())]
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(one.x() * two.y() - two.x() * one.y() for one, two in pairs)) / 2


def _colors(values: npt.NDArray[np.float32], low: float, high: float) -> npt.NDArray[np.uint8]:
    """RGBA, shape (n_inlines, n_crosslines, 4); clear where there is no value."""
    table = colormap(SURFACE_COLORMAP).table
    known = np.isfinite(values)
    share = np.where(known, (values - low) / max(high - low, 1e-9), 0)
    rgb = table[np.rint(np.clip(share, 0, 1) * (len(table) - 1)).astype(np.intp)]
    return np.dstack([rgb, np.where(known, 255, 0).astype(np.uint8)])


def _image(colors: npt.NDArray[np.uint8]) -> QImage:
    """Image with the first axis to the right and the second one down."""
    pixels = np.ascontiguousarray(colors.transpose(1, 0, 2))
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * channels, kind).copy()


def _number(value: float, limits: tuple[float, float]) -> str:
    """With as many digits as tell values apart between the limits."""
    if max(abs(limits[0]), abs(limits[1])) <= 1:
        return f"{value:.2f}"
    return f"{value:.0f}" if limits[1] - limits[0] > 20 else f"{value:.1f}"
