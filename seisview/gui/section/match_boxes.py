"""Boxes over the section: what was searched for, and what was found, with its rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from seisview.labels.boxes import Box

BOX_COLORS = {
    "query": QColor("#ffd21f"),
    "unlike": QColor("#d55e00"),
    "open": QColor("#00c58e"),
    "accepted": QColor("#56b4e9"),
    "rejected": QColor("#9a9a9a"),
}


@dataclass(frozen=True, slots=True)
class ShownBox:
    """A box on a section.

    Attributes
    ----------
    box : Box
    kind : str
        A key of :data:`BOX_COLORS`.
    text : str
        At its upper left corner, e.g. the rank.
    """

    box: Box
    kind: str
    text: str = ""


class MatchBoxes(QGraphicsItem):
    """Draws boxes with lines as thin at every zoom, and their texts as large."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self.setZValue(level)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._boxes: tuple[ShownBox, ...] = ()
        self._bounds = QRectF()

    @property
    def boxes(self) -> tuple[ShownBox, ...]:
        """What is drawn."""
        return self._boxes

    def set_boxes(self, boxes: Sequence[ShownBox]) -> None:
        """Draw these boxes instead of the ones before."""
        if tuple(boxes) == self._boxes:
            return
        self.prepareGeometryChange()
        self._boxes = tuple(boxes)
        self._bounds = QRectF()
        for shown in self._boxes:
            self._bounds = self._bounds.united(_rectangle(shown.box))
        self.update()

    def boundingRect(self) -> QRectF:
        """All boxes, and the width of their lines."""
        return self._bounds.adjusted(-4, -4, 4, 4) if self._boxes else QRectF()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw a dark line below a coloured one, then the texts on dark ground."""
        for shown in self._boxes:
            for color, width in ((QColor(0, 0, 0, 170), 4.0), (BOX_COLORS[shown.kind], 2.0)):
                pen = QPen(color, width)
                pen.setCosmetic(True)
                if shown.kind == "rejected":
                    pen.setStyle(Qt.PenStyle.DashLine)
                painter.setPen(pen)
                painter.drawRect(_rectangle(shown.box))
        transform = painter.transform()
        painter.save()
        painter.resetTransform()
        for shown in self._boxes:
            if shown.text:
                self._write(painter, transform.mapRect(_rectangle(shown.box)).topLeft(), shown)
        painter.restore()

    def _write(self, painter: QPainter, corner: QPointF, shown: ShownBox) -> None:
        metrics = painter.fontMetrics()
        ground = QRectF(corner, metrics.size(0, shown.text).toSizeF()).adjusted(1, 1, 7, 1)
        painter.fillRect(ground, QColor(0, 0, 0, 170))
        painter.setPen(BOX_COLORS[shown.kind])
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, shown.text)


def _rectangle(box: Box) -> QRectF:
    return QRectF(box.column0, box.row0, box.shape[1], box.shape[0])
