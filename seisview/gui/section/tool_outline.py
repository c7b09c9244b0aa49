"""The outline of the brush, or of a polygon under way, over the section."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

_PENS = ((QColor(0, 0, 0, 190), 3.0), (QColor(255, 255, 255), 1.2))
_BRIGHT_PENS = ((QColor(0, 0, 0, 220), 4.0), (QColor(255, 225, 0), 2.0))
_MARGIN_PIXELS = 4.0


class ToolOutline(QGraphicsItem):
    """A path drawn light on dark, so that it shows on every colour; as thin at every zoom."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self.setZValue(level)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._path = QPainterPath()
        self._pens = _PENS
        self._bounds = QRectF()

    @property
    def path(self) -> QPainterPath:
        """What is drawn, in scene units."""
        return self._path

    def set_path(
        self, path: QPainterPath, pixel_scale: tuple[float, float], *, is_bright: bool = False
    ) -> None:
        """Draw another path; `pixel_scale` is in pixels per column and row.

        Bright: yellow, for what lies along reflections, which are as dark and light as the line otherwise.
        """
        self._pens = _BRIGHT_PENS if is_bright else _PENS
        if path.isEmpty() and self._path.isEmpty():
            return
        self.prepareGeometryChange()
        self._path = path
        margin_x, margin_y = _MARGIN_PIXELS / pixel_scale[0], _MARGIN_PIXELS / pixel_scale[1]
        self._bounds = (
            QRectF()
            if path.isEmpty()
            else path.boundingRect().adjusted(-margin_x, -margin_y, margin_x, margin_y)
        )

    def boundingRect(self) -> QRectF:
        """The path and the width of its pen."""
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw a dark line and a lighter, thinner one on it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in self._pens:
            pen = QPen(color)
            pen.setWidthF(width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(self._path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
