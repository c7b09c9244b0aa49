"""What is left and right of the divider of a swipe, written beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsSimpleTextItem

from seisview.gui.section.section_canvas import SectionCanvas

_LEVEL = 13  # above the divider
_GAP, _PAD = 6.0, 4.0
_BACK, _INK = QColor(16, 20, 24, 200), QColor("#ffffff")


class SwipeNames:
    """Two signs at the top of the divider; they keep their place and size on the screen.

    Parameters
    ----------
    canvas : SectionCanvas
    """

    def __init__(self, canvas: SectionCanvas) -> None:
        self._canvas = canvas
        self._at: float | None = None
        self._signs = [_Sign(canvas, is_left=True), _Sign(canvas, is_left=False)]
        canvas.view_changed.connect(self._place)

    @property
    def names(self) -> tuple[str, ...]:
        """What is written; empty when there is nothing."""
        return tuple(sign.text for sign in self._signs if sign.box.isVisible())

    def show_names(self, left: str, right: str) -> None:
        """Write other names."""
        for sign, text in zip(self._signs, (left, right), strict=True):
            sign.set_text(text)

    def set_at(self, at: float | None) -> None:
        """Follow the divider, a share of the width of the view; None: nothing is written."""
        self._at = at
        self._place()

    def _place(self) -> None:
        shown = self._at is not None and self._canvas.section_shape is not None
        for sign in self._signs:
            sign.box.setVisible(shown)
            if shown and self._at is not None:
                x = self._at * self._canvas.viewport().width()
                x += -_GAP - sign.width if sign.is_left else _GAP
                sign.box.setPos(self._canvas.scene_position(QPointF(x, _GAP)))


class _Sign:
    def __init__(self, canvas: SectionCanvas, *, is_left: bool) -> None:
        self.is_left = is_left
        self.text, self.width = "", 0.0
        self.box = QGraphicsRectItem()
        self.box.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.box.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.box.setZValue(_LEVEL)
        self.box.setPen(QPen(Qt.PenStyle.NoPen))
        self.box.setBrush(QBrush(_BACK))
        self.box.setVisible(False)
        self._words = QGraphicsSimpleTextItem(self.box)
        self._words.setBrush(QBrush(_INK))
        self._words.setPos(_PAD, _PAD / 2)
        canvas.scene().addItem(self.box)

    def set_text(self, text: str) -> None:
        metrics = QFontMetricsF(self._words.font())
        self.text = text
        self._words.setText(text)
        self.width = metrics.horizontalAdvance(text) + 2 * _PAD
        self.box.setRect(QRectF(0, 0, self.width, metrics.height() + _PAD))
