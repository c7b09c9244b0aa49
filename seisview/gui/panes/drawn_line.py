"""The user's line from above, on a time or depth slice and on the base map, with the letters of its ends."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from seisview.gui.panes.line_marks import END_GROUND, ENDS, LINE_COLOR
from seisview.gui.panes.map_frame import Area
from seisview.gui.panes.sign import Sign, draw_sign, size_of
from seisview.gui.section.section_canvas import SectionCanvas

_PENS = ((QColor(0, 0, 0, 170), 5.0), (QColor(LINE_COLOR), 2.5))
_AWAY = 5.0


class DrawnLine(QGraphicsPathItem):
    """The line over a slice.

    Parameters
    ----------
    canvas : SectionCanvas
    level : float
        What it lies above and below.
    """

    def __init__(self, canvas: SectionCanvas, level: float) -> None:
        super().__init__()
        self._canvas = canvas
        self._corners: tuple[QPointF, ...] = ()
        pen = QPen(_PENS[0][0], _PENS[0][1])  # the wider one: what is repainted
        pen.setCosmetic(True)
        self.setPen(pen)
        self.setZValue(level)
        self.setVisible(False)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        canvas.scene().addItem(self)
        self._ends = tuple(Sign(canvas, level, END_GROUND) for _ in ENDS)
        for sign, letter in zip(self._ends, ENDS, strict=True):
            sign.set_text(letter)
        canvas.view_changed.connect(self._place_letters)

    @property
    def letters(self) -> tuple[Sign, ...]:
        """The letters shown."""
        return tuple(sign for sign in self._ends if sign.isVisible())

    def show_corners(self, corners: Sequence[tuple[float, float]]) -> None:
        """Draw the line through (row, column) corners; none draws nothing."""
        self._corners = tuple(QPointF(column + 0.5, row + 0.5) for row, column in corners)
        path = QPainterPath()
        for place, corner in enumerate(self._corners):
            (path.lineTo if place else path.moveTo)(corner)
        self.setPath(path)
        self.setVisible(bool(corners))
        self._place_letters()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw it light on dark, so that it shows on every colour."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in _PENS:
            painter.setPen(_cosmetic(color, width))
            painter.drawPath(self.path())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _place_letters(self) -> None:
        to_pixels = self._canvas.viewportTransform()
        pixels = [to_pixels.map(corner) for corner in self._corners]
        seen = QRectF(self._canvas.viewport().rect())
        areas = end_areas(pixels, [sign.size for sign in self._ends], seen)
        for at, sign in enumerate(self._ends):
            sign.place(areas[at].topLeft() if areas else None)


def draw_line(painter: QPainter, pixels: Sequence[QPointF], area: Area, *, with_letters: bool) -> None:
    """Draw the line through pixels of the base map, and the letters of its ends within `area`."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in _PENS:
        painter.setPen(_cosmetic(color, width))
        painter.drawPolyline(list(pixels))
    if not with_letters:
        return
    sizes = [size_of(letter, painter.font()) for letter in ENDS]
    inside = QRectF(area.left, area.top, area.width, area.height)
    for letter, place in zip(ENDS, end_areas(pixels, sizes, inside), strict=False):
        draw_sign(painter, place, letter, END_GROUND)


def end_areas(pixels: Sequence[QPointF], sizes: Sequence[QSizeF], area: QRectF) -> list[QRectF]:
    """Where signs of these sizes stand beyond both ends of a line, moved into `area`; none without a line.

    An end that lies outside `area` keeps its sign outside.
    """
    if len(pixels) < 2:
        return []
    found = []
    for (before, end), size in zip(((pixels[1], pixels[0]), (pixels[-2], pixels[-1])), sizes, strict=True):
        along = end - before
        length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-9)
        # half the sign's own width and height away, so that it touches the line nowhere
        reach_x, reach_y = size.width() / 2 + _AWAY, size.height() / 2 + _AWAY
        middle = end + QPointF(along.x() / length * reach_x, along.y() / length * reach_y)
        place = QRectF(QPointF(middle.x() - size.width() / 2, middle.y() - size.height() / 2), size)
        found.append(_moved_into(place, area) if area.contains(end) else place)
    return found


def _moved_into(place: QRectF, area: QRectF) -> QRectF:
    x = min(max(place.left(), area.left()), area.right() - place.width())
    y = min(max(place.top(), area.top()), area.bottom() - place.height())
    return QRectF(QPointF(x, y), place.size())


def _cosmetic(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
