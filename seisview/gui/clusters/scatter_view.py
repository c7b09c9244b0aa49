"""A map of points to look at, point at and lasso: drawn as one indexed picture, however many they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from seisview.gui.section.indexed_buffer import IndexedBuffer

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

_MARGIN = 8
_CLICK_PX = 4.0
_REACH_PX = 10.0
_ZOOM_STEP = 1.2
_DIMMED = 127  # added to the value of a point that is not picked out while others are
_DIMMED_ALPHA = 0x30000000
_NONE_COLOR = 0xFF909090
_LASSO_COLOR = 0xFFE69F00


class ScatterView(QWidget):
    """Draws points in two dimensions. Passive: setters and signals.

    The left button lassos, a click picks the nearest point; the wheel zooms, the middle button moves, a
    double click shows everything.

    Signals
    -------
    point_clicked(int)
        Index of the point.
    lassoed(object)
        Which points lie inside, bool, shape (n,); None when nothing does.
    """

    point_clicked = Signal(int)
    lassoed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cluster_scatter")
        self.setAccessibleName("Map of the points")
        self.setToolTip("Drag around points to pick them out, click one to go there, scroll to zoom")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 90)
        self.setMouseTracking(True)
        self._positions: FloatArray = np.zeros((0, 2), np.float32)
        self._groups: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._picked: BoolArray = np.zeros(0, bool)
        self._near: int | None = None
        self._colors = [_NONE_COLOR] * _DIMMED
        self._message = ""
        self._zoom, self._centre = 1.0, np.zeros(2)
        self._pixels: FloatArray = np.zeros((0, 2), np.float32)
        self._lasso: list[QPointF] = []
        self._grabbed: QPointF | None = None
        self._buffer: IndexedBuffer | None = None

    def sizeHint(self) -> QSize:
        """Wide enough to see shapes."""
        return QSize(320, 180)

    @property
    def n_points(self) -> int:
        """How many points are shown."""
        return len(self._positions)

    @property
    def picked(self) -> BoolArray:
        """Which points are highlighted."""
        return self._picked

    def set_points(self, positions: FloatArray | None, groups: npt.NDArray[np.integer] | None) -> None:
        """Show points, shape (n, 2), and the group 0..126 of each; 0 is grey. None shows nothing."""
        self._positions = np.zeros((0, 2), np.float32) if positions is None else positions
        self._picked, self._near = np.zeros(len(self._positions), bool), None
        self._zoom, self._centre = 1.0, np.zeros(2)
        self.set_groups(np.zeros(len(self._positions), np.uint8) if groups is None else groups)

    def set_groups(self, groups: npt.NDArray[np.integer]) -> None:
        """Colour the points by other groups."""
        self._groups = groups.astype(np.uint8)
        self._redraw()

    def set_palette_colors(self, palette: npt.NDArray[np.uint8]) -> None:
        """Change the colours of the groups: uint8, shape (256, 3); group 0 stays grey."""
        rgb = palette.astype(np.uint32)
        argb = 0xFF000000 | (rgb[:, 0] << 16) | (rgb[:, 1] << 8) | rgb[:, 2]
        self._colors = [_NONE_COLOR, *(int(c) for c in argb[1:_DIMMED])]
        self._redraw()

    def set_picked(self, picked: BoolArray | None) -> None:
        """Highlight points, or none."""
        self._picked = np.zeros(self.n_points, bool) if picked is None else picked
        self._redraw()

    def set_near(self, index: int | None) -> None:
        """Draw a ring around one point: the one under the cursor over the section."""
        if index != self._near:
            self._near = index
            self.update()

    def set_message(self, text: str) -> None:
        """Say something over the map, e.g. which map it is."""
        self._message = text
        self.update()

    def pixel_of(self, index: int) -> QPointF:
        """Where a point is on the widget."""
        x, y = self._pixels[index].tolist()
        return QPointF(x, y)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, then lasso, ring and text."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().base())
        if self._buffer is not None and self.n_points:
            painter.drawImage(0, 0, self._buffer.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().text().color(), 1.5))
        if self._near is not None and self._near < self.n_points:
            painter.drawEllipse(self.pixel_of(self._near), 6, 6)
        if self._lasso:
            painter.setPen(QPen(QColor(_LASSO_COLOR), 1.5))
            painter.drawPolyline(QPolygonF(self._lasso))
        painter.setPen(self.palette().text().color())
        painter.drawText(self.rect().adjusted(6, 3, -6, -3), Qt.TextFlag.TextWordWrap, self._message)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Fit the map again."""
        self._redraw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a lasso, or grab the map."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._lasso = [event.position()]
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the lasso or move the map."""
        if self._lasso:
            self._lasso.append(event.position())
            self.update()
        elif self._grabbed is not None:
            moved = event.position() - self._grabbed
            self._grabbed = event.position()
            self._centre += np.array([moved.x(), moved.y()])
            self._redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the lasso: a short one is a click."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grabbed = None
        if event.button() != Qt.MouseButton.LeftButton or not self._lasso:
            return
        corners, self._lasso = self._lasso, []
        self.update()
        reach = max(abs(c.x() - corners[0].x()) + abs(c.y() - corners[0].y()) for c in corners)
        if reach <= _CLICK_PX:
            self._click(event.position())
            return
        inside = inside_polygon(self._pixels, np.array([[c.x(), c.y()] for c in corners]))
        self.set_picked(inside)
        self.lassoed.emit(inside if inside.any() else None)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Show everything."""
        self._zoom, self._centre = 1.0, np.zeros(2)
        self._redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        factor = _ZOOM_STEP ** (event.angleDelta().y() / 120)
        zoom = min(max(self._zoom * factor, 0.5), 200.0)
        place = np.array([event.position().x() - self.width() / 2, event.position().y() - self.height() / 2])
        self._centre = place - (place - self._centre) * (zoom / self._zoom)
        self._zoom = zoom
        self._redraw()
        event.accept()

    def _click(self, place: QPointF) -> None:
        if not self.n_points:
            return
        apart = np.hypot(self._pixels[:, 0] - place.x(), self._pixels[:, 1] - place.y())
        nearest = int(apart.argmin())
        if apart[nearest] <= _REACH_PX:
            self.point_clicked.emit(nearest)
        else:
            self.set_picked(None)
            self.lassoed.emit(None)

    def _redraw(self) -> None:
        shape = (max(1, self.height()), max(1, self.width()))
        if self._buffer is None or self._buffer.pixels.shape != shape:
            self._buffer = IndexedBuffer(shape, self._table())
        self._buffer.set_colors(self._table())
        self._pixels = self._placed()
        self._buffer.pixels[:] = 0
        order = np.argsort(self._picked, kind="stable")  # what is highlighted lies on top
        dim = ~self._picked & self._picked.any()
        values = (np.minimum(self._groups, _DIMMED - 1) + 1 + _DIMMED * dim)[order]
        columns, rows = np.rint(self._pixels[order]).astype(int).T
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                r, c = rows + down, columns + right
                seen = (r >= 0) & (c >= 0) & (r < shape[0]) & (c < shape[1])
                self._buffer.pixels[r[seen], c[seen]] = values[seen]
        self.update()

    def _table(self) -> list[int]:
        """Colours by pixel value: 0 clear, then group 0, 1, ..., then the same dimmed."""
        return [0, *self._colors, *((color & 0xFFFFFF) | _DIMMED_ALPHA for color in self._colors), 0]

    def _placed(self) -> FloatArray:
        if not self.n_points:
            return np.zeros((0, 2), np.float32)
        low, high = self._positions.min(axis=0), self._positions.max(axis=0)
        room = np.array([self.width(), self.height()]) - 2 * _MARGIN
        scale = np.maximum(room, 1) / np.maximum(high - low, 1e-9)
        shifted = (self._positions - (low + high) / 2) * scale * self._zoom * np.array([1, -1])
        middle = self._centre + np.array([self.width(), self.height()]) / 2
        return np.asarray(shifted + middle, np.float32)


def inside_polygon(points: FloatArray, corners: npt.NDArray[np.floating]) -> BoolArray:
    """Which points lie in a closed polygon, by counting the sides to their right; shape (n,)."""
    x, y = points[:, 0], points[:, 1]
    inside = np.zeros(len(points), bool)
    before = corners[-1]
    for corner in corners:
        (x0, y0), (x1, y1) = before, corner
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        before = corner
    return inside
