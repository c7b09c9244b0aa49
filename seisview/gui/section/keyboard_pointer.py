"""A cross-hair that keys move over a section, and a click where it is: tools without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QPainterPath

from seisview.gui.section.section_canvas import SectionCanvas
from seisview.gui.section.tool_input import ToolInput
from seisview.gui.section.tool_outline import ToolOutline

_Key = Qt.Key
_Modifier = Qt.KeyboardModifier
_LEVEL = 11  # above the outline of the tool
_STEP_PIXELS = 12.0
_MARGIN_PIXELS = 8
_MOVES = {_Key.Key_Left: (0, -1), _Key.Key_Right: (0, 1), _Key.Key_Up: (-1, 0), _Key.Key_Down: (1, 0)}
_CLICKS = (_Key.Key_Return, _Key.Key_Enter)
_STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class KeyboardPointer(QObject):
    """Ctrl+Shift+arrows show and move a cross-hair, with Alt by one sample or trace; Enter clicks there.

    With Ctrl, Enter is a click with Ctrl; with Shift, one of the right button. Corners are placed by Enter at
    one place after the other; Enter at the place of the last one is left to the tool, which then finishes.
    Esc or the mouse takes the cross-hair away.

    Parameters
    ----------
    canvas : SectionCanvas
    tools : ToolInput
    """

    def __init__(self, canvas: SectionCanvas, tools: ToolInput) -> None:
        super().__init__(canvas)
        self._canvas, self._tools = canvas, tools
        self._lines = ToolOutline(_LEVEL)
        self._place: tuple[int, int] | None = None
        self._clicked: tuple[int, int] | None = None
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.KeyPress: self._key_pressed,
            QEvent.Type.MouseMove: self._mouse_used,
            QEvent.Type.MouseButtonPress: self._mouse_used,
            QEvent.Type.Leave: lambda _event: self._place is not None,  # the mouse is not what points
            QEvent.Type.FocusOut: self._focus_lost,
        }
        canvas.scene().addItem(self._lines)
        canvas.installEventFilter(self)
        canvas.viewport().installEventFilter(self)
        canvas.view_changed.connect(self._on_view)

    @property
    def place(self) -> tuple[int, int] | None:
        """(row, column) of the cross-hair; None while there is none."""
        return self._place

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the cross-hair, and notice the mouse."""
        handler = self._handlers.get(event.type())
        if handler is None or self._canvas.section_shape is None:
            return False
        is_about_keys = event.type() in (QEvent.Type.KeyPress, QEvent.Type.FocusOut)
        return is_about_keys == (watched is self._canvas) and handler(event)

    def _key_pressed(self, event: QKeyEvent) -> bool:
        key, modifiers = _Key(event.key()), event.modifiers()
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return False  # in the middle of a stroke
        both = _Modifier.ControlModifier | _Modifier.ShiftModifier
        if key in _MOVES and modifiers & both == both:
            self._move(_MOVES[key], finely=bool(modifiers & _Modifier.AltModifier))
            return True
        if self._place is None:
            return False
        if key == _Key.Key_Escape and not self._tools.tool.wants(key):
            self._put(None)
            return True
        return key in _CLICKS and self._click(modifiers)

    def _move(self, direction: tuple[int, int], *, finely: bool) -> None:
        if self._place is None:
            self._put(self._begin())
            return
        scale_x, scale_y = self._tools.pixel_scale
        steps = (1, 1) if finely else (_step(scale_y), _step(scale_x))
        moved = self._canvas.orientation.elements(*direction)
        row, column = (at + n * step for at, n, step in zip(self._place, moved, steps, strict=True))
        self._put((row, column))
        self._bring_into_sight()

    def _begin(self) -> tuple[int, int]:
        """In the middle of what is in sight."""
        middle = self._canvas.scene_position(QPointF(self._canvas.viewport().rect().center()))
        return int(middle.y() // 1), int(middle.x() // 1)

    def _click(self, modifiers: Qt.KeyboardModifier) -> bool:
        assert self._place is not None
        if self._place == self._clicked and self._tools.tool.wants(_Key.Key_Return):
            self._clicked = None
            return False
        self._clicked = self._place
        shift = bool(modifiers & _Modifier.ShiftModifier)
        button = Qt.MouseButton.RightButton if shift else Qt.MouseButton.LeftButton
        self._tools.click(*self._place, button, adds=bool(modifiers & _Modifier.ControlModifier))
        return True

    def _put(self, place: tuple[int, int] | None) -> None:
        shape, path = self._canvas.section_shape, QPainterPath()
        self._place = None
        if place is not None and shape is not None:
            row, column = (min(max(at, 0), count - 1) for at, count in zip(place, shape, strict=True))
            self._place = row, column
            path.moveTo(0, row + 0.5)
            path.lineTo(shape[1], row + 0.5)
            path.moveTo(column + 0.5, 0)
            path.lineTo(column + 0.5, shape[0])
        else:
            self._clicked = None
        self._lines.set_path(path, self._tools.pixel_scale)
        self._tools.point_at(self._place)

    def _bring_into_sight(self) -> None:
        assert self._place is not None
        at = self._canvas.pixel_of(*self._place)
        margin = _MARGIN_PIXELS
        seen = self._canvas.viewport().rect().adjusted(margin, margin, -margin, -margin)
        x, y = min(max(at.x(), seen.left()), seen.right()), min(max(at.y(), seen.top()), seen.bottom())
        if (x, y) != (at.x(), at.y()) and self._canvas.camera is not None:
            self._canvas.pan(QPointF(x - at.x(), y - at.y()))

    def _mouse_used(self, _event: QEvent) -> bool:
        if self._place is not None:
            self._put(None)
        return False

    def _focus_lost(self, event: QFocusEvent) -> bool:
        if self._place is not None and event.reason() not in _STAYS:
            self._put(None)
        return False

    def _on_view(self) -> None:
        """Stay on the section when it is another one, and as thin at every zoom."""
        if self._place is not None:
            self._put(None if self._canvas.section_shape is None else self._place)


def _step(pixels_per_element: float) -> int:
    return max(round(_STEP_PIXELS / pixels_per_element), 1)
