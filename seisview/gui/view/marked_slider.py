"""A slider with marks for the sections that matter: hover says what, a click goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QToolTip, QWidget

from seisview.gui.view.mark_symbols import draw_mark

_REACH_PX = 5
_MARK_RADIUS = 4.0
_FIRST_DRAWN = ("match", "next", "holdout", "labelled")  # many matches must not cover the few labelled ones


@dataclass(frozen=True, slots=True)
class SliderMark:
    """A place on the slider.

    Attributes
    ----------
    index : int
        Value of the slider there.
    kind : str
        ``"labelled"``, ``"holdout"``, ``"next"`` or ``"match"``; decides shape and colour.
    text : str
        What hovering says first, e.g. ``"inline 1355: labelled"``; what is in it follows.
    """

    index: int
    kind: str
    text: str


class MarkedSlider(QSlider):
    """Horizontal slider; a click jumps to where it was made, or to the mark within a few pixels of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._marks: tuple[SliderMark, ...] = ()
        self._describe: Callable[[int], str] = str
        self._describe_mark: Callable[[int], str] = lambda _index: ""
        self.setMouseTracking(True)
        self.setMinimumHeight(30)

    @property
    def marks(self) -> tuple[SliderMark, ...]:
        """The marks shown."""
        return self._marks

    def set_marks(self, marks: Sequence[SliderMark]) -> None:
        """Show these marks instead of the ones before."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.update()

    def set_describe(self, describe: Callable[[int], str]) -> None:
        """Say by `describe` what hovering over a place without a mark shows."""
        self._describe = describe

    def set_describe_mark(self, describe: Callable[[int], str]) -> None:
        """Say by `describe` what more there is to tell of a mark; asked only when the mouse rests on it."""
        self._describe_mark = describe

    def hover_text(self, x: int) -> str:
        """What hovering at the pixel `x` says: the mark there and what is in it, else the place."""
        mark = self.mark_at(x)
        if mark is None:
            return self._describe(self._value_at(x))
        more = self._describe_mark(mark.index)
        return f"{mark.text} ({more})" if more else mark.text

    def position_of(self, value: int) -> int:
        """Horizontal pixel of the middle of the handle at `value`."""
        groove, handle = self._rects()
        span = groove.width() - handle.width()
        offset = QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), value, span)
        return groove.x() + handle.width() // 2 + offset

    def mark_at(self, x: int) -> SliderMark | None:
        """Return the mark nearest to the pixel `x`, if it is within reach."""
        near = [m for m in self._marks if abs(self.position_of(m.index) - x) <= _REACH_PX]
        return min(near, key=lambda m: abs(self.position_of(m.index) - x), default=None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the mark or the place under the mouse, then let it be dragged from there."""
        x = round(event.position().x())
        _, handle = self._rects()
        if event.button() is Qt.MouseButton.LeftButton and not handle.contains(event.position().toPoint()):
            mark = self.mark_at(x)
            self.setValue(self._value_at(x) if mark is None else mark.index)
        super().mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say on hover what is there."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.isEnabled():
            text = self.hover_text(event.pos().x())
            QToolTip.showText(event.globalPos(), text, self, QRect(event.pos() - QPoint(3, 20), event.pos()))
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the slider, then the marks under it."""
        super().paintEvent(event)
        painter = QPainter(self)
        for mark in sorted(self._marks, key=lambda mark: _FIRST_DRAWN.index(mark.kind)):
            middle = QPointF(self.position_of(mark.index) + 0.5, self.height() - _MARK_RADIUS - 0.5)
            draw_mark(painter, mark.kind, middle, _MARK_RADIUS)

    def _value_at(self, x: int) -> int:
        groove, handle = self._rects()
        span = groove.width() - handle.width()
        place = x - groove.x() - handle.width() // 2
        return QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, span)

    def _rects(self) -> tuple[QRect, QRect]:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl
        groove = self.style().subControlRect(control, option, part.SC_SliderGroove, self)
        handle = self.style().subControlRect(control, option, part.SC_SliderHandle, self)
        return groove, handle
