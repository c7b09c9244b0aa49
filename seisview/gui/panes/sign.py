"""Words over a section or on the map: light on a dark ground, as large at every zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from seisview.gui.section.section_canvas import SectionCanvas

DARK = QColor(16, 20, 24, 200)
"""The usual ground."""

_PAD = 4.0
_INK = QColor("#ffffff")


class Sign(QGraphicsItem):
    """A few words on a canvas, in one line or more.

    Parameters
    ----------
    canvas : SectionCanvas
        Shown nowhere on it before :meth:`place`.
    level : float
        What it lies above and below.
    ground : QColor, optional
    """

    def __init__(self, canvas: SectionCanvas, level: float, ground: QColor = DARK) -> None:
        super().__init__()
        self._canvas, self._ground = canvas, ground
        self._text, self._size = "", QSizeF()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(level)
        self.setVisible(False)
        canvas.scene().addItem(self)

    @property
    def text(self) -> str:
        """What is written."""
        return self._text

    @property
    def size(self) -> QSizeF:
        """In pixels."""
        return self._size

    def set_text(self, text: str, hover: str = "") -> None:
        """Write something else."""
        self.prepareGeometryChange()
        self._text, self._size = text, size_of(text, self._canvas.font())
        self.setToolTip(hover)
        self.update()

    def place(self, pixel: QPointF | None) -> None:
        """Put the upper left corner on a pixel of the viewport; None: nowhere."""
        self.setVisible(pixel is not None)
        if pixel is not None:
            self.setPos(self._canvas.scene_position(pixel))

    def boundingRect(self) -> QRectF:
        """The ground."""
        return QRectF(QPointF(0, 0), self._size)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the words on their ground."""
        painter.setFont(self._canvas.font())
        draw_sign(painter, self.boundingRect(), self._text, self._ground)


def size_of(text: str, font: QFont) -> QSizeF:
    """Room that a sign takes, in pixels."""
    metrics, lines = QFontMetricsF(font), text.split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines)
    return QSizeF(width + 2 * _PAD, metrics.height() * len(lines) + _PAD)


def draw_sign(painter: QPainter, area: QRectF, text: str, ground: QColor = DARK) -> None:
    """Draw words in the middle of an area that fits them."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRect(area)
    painter.setPen(QPen(_INK))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
