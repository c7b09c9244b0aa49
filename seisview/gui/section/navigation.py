"""Moving about on the canvas: wheel, keys, and dragging the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from seisview.gui.section.section_canvas import SectionCanvas

ZOOM_PER_NOTCH = 1.25
FAST_STEP = 10

_NOTCH = 120
_PAN_PIXELS = 60.0
_Key = Qt.Key
_Modifier = Qt.KeyboardModifier
_STEP_KEYS = {_Key.Key_Left: -1, _Key.Key_A: -1, _Key.Key_Right: 1, _Key.Key_D: 1}
_BRUSH_KEYS = {_Key.Key_BracketLeft: -1, _Key.Key_BracketRight: 1}
_ZOOM_KEYS = {
    _Key.Key_Plus: ZOOM_PER_NOTCH,
    _Key.Key_Equal: ZOOM_PER_NOTCH,
    _Key.Key_Minus: 1 / ZOOM_PER_NOTCH,
}
_PAN_KEYS = {
    _Key.Key_Left: QPointF(_PAN_PIXELS, 0),
    _Key.Key_Right: QPointF(-_PAN_PIXELS, 0),
    _Key.Key_Up: QPointF(0, _PAN_PIXELS),
    _Key.Key_Down: QPointF(0, -_PAN_PIXELS),
}


class Navigation(QObject):
    """Watches a canvas for the wheel, for drags that move the picture, and for keys.

    Attributes
    ----------
    left_pans : bool
        Whether dragging with the left button moves the picture (no tool in hand).
    shift_wheel_resizes : bool
        Whether Shift+wheel changes the brush size; otherwise it steps ten sections.

    Signals
    -------
    section_step_requested(int), brush_step_requested(int), opacity_step_requested(int)
    pan_changed(bool)
        Whether the next drag, or the drag under way, moves the picture.
    """

    section_step_requested = Signal(int)
    brush_step_requested = Signal(int)
    opacity_step_requested = Signal(int)
    pan_changed = Signal(bool)

    def __init__(self, canvas: SectionCanvas) -> None:
        super().__init__(canvas)
        self.left_pans = True
        self.shift_wheel_resizes = False
        self._canvas = canvas
        self._pan_from: QPointF | None = None
        self._space_held = False
        self._wheel_remainder = 0
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.MouseButtonPress: self._pressed,
            QEvent.Type.MouseButtonDblClick: self._pressed,
            QEvent.Type.MouseMove: self._moved,
            QEvent.Type.MouseButtonRelease: self._released,
            QEvent.Type.Wheel: self._wheeled,
            QEvent.Type.KeyPress: self._key_pressed,
            QEvent.Type.KeyRelease: self._key_released,
            QEvent.Type.FocusOut: self._focus_lost,
        }
        canvas.installEventFilter(self)
        canvas.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the events that navigate and leave the others to the tool."""
        handler = self._handlers.get(event.type())
        if handler is None:
            return False
        if self._canvas.section_shape is None and not _asks_for_another_section(event):
            return False  # one that cannot be read can still be left
        if watched is self._canvas and isinstance(event, QMouseEvent | QWheelEvent):
            return False  # the viewport had it first
        return handler(event)

    def _pressed(self, event: QMouseEvent) -> bool:
        left = event.button() == Qt.MouseButton.LeftButton and (self._space_held or self.left_pans)
        if self._pan_from is None and (left or event.button() == Qt.MouseButton.MiddleButton):
            self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            self._pan_from = event.position()
            self.pan_changed.emit(True)
        return self._pan_from is not None

    def _moved(self, event: QMouseEvent) -> bool:
        if self._pan_from is None:
            return False
        self._canvas.pan(event.position() - self._pan_from)
        self._pan_from = event.position()
        return True

    def _released(self, event: QMouseEvent) -> bool:
        if self._pan_from is None:
            return False
        if not event.buttons():
            self._pan_from = None
            self.pan_changed.emit(self._space_held)
        return True

    def _wheeled(self, event: QWheelEvent) -> bool:
        # Alt, and on some systems Shift, turn the wheel sideways.
        delta = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & _Modifier.ControlModifier:
            self._canvas.zoom(ZOOM_PER_NOTCH ** (delta / _NOTCH), event.position())
            return True
        # Touchpads send fractions of a notch.
        self._wheel_remainder += delta
        notches = int(self._wheel_remainder / _NOTCH)
        self._wheel_remainder -= notches * _NOTCH
        if notches:
            self._turned(notches, event)
        return True

    def _turned(self, notches: int, event: QWheelEvent) -> None:
        shift = bool(event.modifiers() & _Modifier.ShiftModifier)
        if event.modifiers() & _Modifier.AltModifier:
            self.opacity_step_requested.emit(notches)
        elif shift and self.shift_wheel_resizes:
            self.brush_step_requested.emit(notches)
        elif not event.buttons():  # never leave a section in the middle of a stroke
            self.section_step_requested.emit(-notches * (FAST_STEP if shift else 1))

    def _key_pressed(self, event: QKeyEvent) -> bool:
        key, modifiers = _Key(event.key()), event.modifiers()
        if key == _Key.Key_Space:
            self._set_space(True)
        elif key in _PAN_KEYS and _asks_to_pan(key, modifiers):
            self._canvas.pan(_PAN_KEYS[key])
        elif key in _ZOOM_KEYS:
            self._canvas.zoom(_ZOOM_KEYS[key])
        elif modifiers & (_Modifier.ControlModifier | _Modifier.AltModifier):
            return False
        elif key in _STEP_KEYS:
            fast = bool(modifiers & _Modifier.ShiftModifier)
            self.section_step_requested.emit(_STEP_KEYS[key] * (FAST_STEP if fast else 1))
        elif key in (_Key.Key_F, _Key.Key_Home):
            self._canvas.fit()
        elif key in _BRUSH_KEYS:
            self.brush_step_requested.emit(_BRUSH_KEYS[key])
        else:
            return False
        return True

    def _key_released(self, event: QKeyEvent) -> bool:
        if event.key() != _Key.Key_Space or event.isAutoRepeat():
            return False
        self._set_space(False)
        return True

    def _focus_lost(self, _event: QEvent) -> bool:
        self._set_space(False)  # its release would go elsewhere
        return False

    def _set_space(self, held: bool) -> None:
        if held != self._space_held:
            self._space_held = held
            self.pan_changed.emit(held or self._pan_from is not None)


def _asks_to_pan(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
    if modifiers & _Modifier.ControlModifier:
        return True
    # Left and right alone go to other sections; with Shift and Alt these keys are gain and overlay.
    return key in (_Key.Key_Up, _Key.Key_Down) and not modifiers & (
        _Modifier.ShiftModifier | _Modifier.AltModifier
    )


def _asks_for_another_section(event: QEvent) -> bool:
    others = _Modifier.ControlModifier | _Modifier.AltModifier
    if isinstance(event, QWheelEvent):
        return not event.modifiers() & others
    if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
        return _Key(event.key()) in _STEP_KEYS and not event.modifiers() & others
    return False
