"""The swipe: a divider dragged over the section, with the prediction on its right.

On its left is nothing, or another prediction that it is compared with.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QGraphicsRectItem

from seisview.gui.section.section_canvas import SectionCanvas

_REACH_PX = 6.0
_LEVEL = 12  # above everything: it must be found
_FAR = 1e7


class Swipe(QObject):
    """Cuts layers off at a divider that keeps its place on the screen.

    Parameters
    ----------
    canvas : SectionCanvas
    layers : sequence of QGraphicsItem
        What is cut off; all are drawn at the level of the first.
    others : sequence of QGraphicsItem
        What is drawn left of the divider only, and nowhere without one.

    Signals
    -------
    moved(float)
        The user dragged the divider to this share, 0..1, of the width of the view.
    """

    moved = Signal(float)

    def __init__(
        self, canvas: SectionCanvas, layers: Sequence[QGraphicsItem], others: Sequence[QGraphicsItem] = ()
    ) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._at: float | None = None
        self._dragging = False
        self._frame, self._left = _frame_of(canvas, layers), _frame_of(canvas, others)
        self._left.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        self._left.setVisible(False)
        self._divider = QGraphicsLineItem()
        pen = QPen(QColor("#ffffff"), 3)
        pen.setCosmetic(True)
        self._divider.setPen(pen)
        self._divider.setZValue(_LEVEL)
        self._divider.setVisible(False)
        canvas.scene().addItem(self._divider)
        canvas.view_changed.connect(self._place)
        canvas.viewport().installEventFilter(self)

    @property
    def at(self) -> float | None:
        """Where the divider is, as a share of the width of the view; None while there is none."""
        return self._at

    def set_at(self, at: float | None) -> None:
        """Move the divider; None draws the layers whole."""
        if at == self._at:
            return
        self._at = at
        cuts = QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape
        self._frame.setFlag(cuts, at is not None)
        self._divider.setVisible(at is not None)
        self._left.setVisible(at is not None)
        self._place()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Drag the divider; leave everything else to the tools."""
        if self._at is None or not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind is QEvent.Type.MouseButtonPress and self._is_near(event.position()):
            self._dragging = event.button() is Qt.MouseButton.LeftButton
            return self._dragging
        if kind is QEvent.Type.MouseMove and self._dragging:
            width = max(self._canvas.viewport().width(), 1)
            self.moved.emit(min(max(event.position().x() / width, 0.0), 1.0))
            return True
        if kind is QEvent.Type.MouseButtonRelease and self._dragging:
            self._dragging = False
            return True
        return False

    def _is_near(self, position: QPointF) -> bool:
        return self._at is not None and (
            abs(position.x() - self._at * self._canvas.viewport().width()) <= _REACH_PX
        )

    def _place(self) -> None:
        if self._at is None or self._canvas.section_shape is None:
            return
        rows, columns = self._canvas.section_shape
        to_pixels = self._canvas.viewportTransform()
        to_scene, _ = to_pixels.inverted()
        section = to_pixels.mapRect(QRectF(0, 0, columns, rows))
        x = self._at * self._canvas.viewport().width()
        self._divider.setLine(to_scene.map(QLineF(x, section.top(), x, section.bottom())))
        self._frame.setRect(to_scene.mapRect(QRectF(x, -_FAR, _FAR, 2 * _FAR)))
        self._left.setRect(to_scene.mapRect(QRectF(x - _FAR, -_FAR, _FAR, 2 * _FAR)))


def _frame_of(canvas: SectionCanvas, layers: Sequence[QGraphicsItem]) -> QGraphicsRectItem:
    """A rectangle without lines that holds layers, and can cut them off."""
    frame = QGraphicsRectItem()
    frame.setPen(QPen(Qt.PenStyle.NoPen))
    canvas.scene().addItem(frame)
    for layer in layers:
        frame.setZValue(layers[0].zValue())
        layer.setParentItem(frame)
    return frame
