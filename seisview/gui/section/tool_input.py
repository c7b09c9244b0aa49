"""The tool in hand: gives it the mouse, draws its outline, and announces what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from seisview.gui.section.amplitude_layer import AmplitudeLayer
from seisview.gui.section.layer_stack import LayerStack
from seisview.gui.section.reflections import Reflections
from seisview.gui.section.section_canvas import SectionCanvas
from seisview.gui.section.section_picture import CursorPosition
from seisview.gui.section.tool_outline import ToolOutline
from seisview.gui.tools.tool import Mask, Pointer, Tool, ToolName
from seisview.gui.tools.toolbox import make_tool
from seisview.labels.strokes import Box, similar_region
from seisview.learn.matching.config import DEFAULT_PATCH

SMALLEST_BRUSH, LARGEST_BRUSH = 1, 200
_BRUSH_GROWTH = 0.1
_ON_ONE_KIND = (ToolName.LINE, ToolName.MATCH, ToolName.BETWEEN)


class ToolInput(QObject):
    """Watches a canvas for the mouse and for keys a tool wants; a `ToolHost` for the tools.

    The signals are those of :class:`~seisview.gui.section.section_view.SectionView`.
    """

    cursor_moved = Signal(object)
    stroke_started = Signal()
    stroke_painted = Signal(object, object, int)
    stroke_finished = Signal()
    class_picked = Signal(int, int)
    fill_requested = Signal(int, int)
    line_drawn = Signal(object)
    patch_picked = Signal(object, str)
    brush_diameter_changed = Signal(int)
    hint_given = Signal(str)

    def __init__(
        self, canvas: SectionCanvas, outline: ToolOutline, amplitude: AmplitudeLayer, layers: LayerStack
    ) -> None:
        super().__init__(canvas)
        self._amplitude = amplitude
        self._layers = layers
        self._reflections = Reflections(amplitude, self)
        self._reflections.caught_up.connect(self.refresh)
        self._canvas = canvas
        self._outline = outline
        self._tool: Tool = make_tool(ToolName.PAN)
        self._diameter = 12
        self._active_class = 0
        self._is_slice = False
        self._patch_size = DEFAULT_PATCH
        self._adds = False
        self._pointer: Pointer | None = None
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            QEvent.Type.MouseButtonPress: self._pressed,
            QEvent.Type.MouseButtonDblClick: self._pressed,
            QEvent.Type.MouseMove: self._moved,
            QEvent.Type.MouseButtonRelease: self._released,
            QEvent.Type.Leave: self._left,
            QEvent.Type.ShortcutOverride: self._shortcut_considered,
            QEvent.Type.KeyPress: self._key_pressed,
        }
        canvas.installEventFilter(self)
        canvas.viewport().installEventFilter(self)
        canvas.view_changed.connect(self.refresh)

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    @property
    def brush_diameter(self) -> int:
        """Brush size in samples."""
        return self._diameter

    def set_tool(self, name: ToolName | str) -> None:
        """Take another tool in hand; what the old one had begun is ended."""
        self._tool.cancel(self)
        self._tool = make_tool(name)
        self.refresh()

    def set_brush_diameter(self, diameter: int) -> None:
        """Change the brush size, silently; out of range, to the nearest allowed."""
        self._diameter = min(max(int(diameter), SMALLEST_BRUSH), LARGEST_BRUSH)
        self.refresh()

    def step_brush_diameter(self, steps: int) -> None:
        """Grow or shrink the brush by about a tenth per step, and say so."""
        old = self._diameter
        self.set_brush_diameter(old + steps * max(1, round(old * _BRUSH_GROWTH)))
        if self._diameter != old:
            self.brush_diameter_changed.emit(self._diameter)

    def set_active_class(self, class_id: int) -> None:
        """Choose what the tools paint with."""
        self._active_class = class_id

    def set_is_slice(self, is_slice: bool) -> None:
        """Take note whether the section is a time or depth slice, on which lines can be drawn."""
        self._is_slice = is_slice

    @property
    def is_slice(self) -> bool:
        """Whether the section is a time or depth slice."""
        return self._is_slice

    @property
    def cursor(self) -> Qt.CursorShape:
        """Shape of the mouse pointer over this section."""
        works_on_slices = self._tool.name is ToolName.LINE
        useless = self._is_slice != works_on_slices and self._tool.name in _ON_ONE_KIND
        return Qt.CursorShape.ForbiddenCursor if useless else self._tool.cursor

    def leave_section(self) -> None:
        """End what the tool had begun, before another section is shown."""
        self._tool.cancel(self)
        self.refresh()

    def announce_cursor(self) -> None:
        """Say which element is under the pointer."""
        rows, columns = self.section_shape
        position = None
        if self._pointer is not None:
            row, column = self._pointer.element
            if 0 <= row < rows and 0 <= column < columns:
                position = CursorPosition(row, column)
        self.cursor_moved.emit(position)

    def refresh(self) -> None:
        """Redraw the tool's outline."""
        if self._canvas.section_shape is not None:
            path = self._tool.outline(self, self._pointer)
            self._outline.set_path(path, self.pixel_scale, is_bright=self._tool.is_bright)

    @property
    def section_shape(self) -> tuple[int, int]:
        """(rows, columns) of the section; (0, 0) without one."""
        return self._canvas.section_shape or (0, 0)

    @property
    def pixel_scale(self) -> tuple[float, float]:
        """Logical pixels per column and per row."""
        return self._canvas.element_scale

    @property
    def brush_radii(self) -> tuple[float, float]:
        """Radii in rows and columns: the diameter counts samples downwards, and is as wide on screen."""
        scale_x, scale_y = self.pixel_scale
        return self._diameter / 2, self._diameter / 2 * scale_y / scale_x

    def begin_stroke(self) -> None:
        """Announce a stroke."""
        self.stroke_started.emit()

    def paint(self, box: Box, mask: Mask, *, erase: bool = False) -> None:
        """Announce painted samples and the class they get."""
        self.stroke_painted.emit(box, mask, 0 if erase else self._active_class)

    def end_stroke(self) -> None:
        """Announce the end of the stroke."""
        self.stroke_finished.emit()

    def pick_class(self, row: int, column: int) -> None:
        """Announce a pick."""
        self.class_picked.emit(row, column)

    def request_fill(self, row: int, column: int) -> None:
        """Announce a fill."""
        self.fill_requested.emit(row, column)

    def similar_samples(self, row: int, column: int, tolerance: float) -> tuple[Box, Mask]:
        """Connected samples of similar amplitude that no other class has."""
        amplitude, labels = self._amplitude.amplitude, self._layers.labels
        assert amplitude is not None, "a place on a section that is not there"
        barrier = None if labels is None else (labels != 0) & (labels != self._active_class)
        return similar_region(amplitude, (row, column), tolerance * self._amplitude.limit, barrier)

    @property
    def reflections(self) -> Reflections:
        """The reflections of the section."""
        return self._reflections

    @property
    def is_adding(self) -> bool:
        """Whether Ctrl was held at the last event of the mouse."""
        return self._adds

    def give_hint(self, text: str) -> None:
        """Announce what to do next."""
        self.hint_given.emit(text)

    def draw_line(self, corners: list[tuple[float, float]]) -> None:
        """Announce a line."""
        self.line_drawn.emit(corners)

    @property
    def patch_size(self) -> tuple[int, int]:
        """Rows and columns of the patch that a click picks."""
        return self._patch_size

    def set_patch_size(self, size: tuple[int, int]) -> None:
        """Choose what a click with the match tool picks."""
        self._patch_size = size
        self.refresh()

    def pick_patch(self, box: Box, *, unlike: bool) -> None:
        """Announce a patch, and whether it is searched for alone, too, or pushes away."""
        self.patch_picked.emit(box, "unlike" if unlike else "add" if self._adds else "new")

    def point_at(self, element: tuple[int, int] | None) -> None:
        """Put the pointer on an element, or nowhere, without the mouse."""
        self._pointer = None if element is None else Pointer(*element)
        if self._pointer is not None:
            self._tool.move(self, self._pointer)
        self.announce_cursor()
        self.refresh()

    def click(self, row: int, column: int, button: Qt.MouseButton, *, adds: bool) -> None:
        """Click with the tool in hand, without the mouse; `adds`: as if with Ctrl."""
        pointer = Pointer(row, column, button)
        self._adds = adds
        self._tool.press(self, pointer)
        self._tool.release(self, pointer)
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the tool its events."""
        handler = self._handlers.get(event.type())
        if handler is None or self._canvas.section_shape is None:
            return False
        if watched is self._canvas and event.type() not in (
            QEvent.Type.KeyPress,
            QEvent.Type.ShortcutOverride,
        ):
            return False  # the viewport had it first
        return handler(event)

    def _pressed(self, event: QMouseEvent) -> bool:
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pointer = self._pointer_at(event, event.button())
        self._adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._tool.double_click(self, self._pointer)
        else:
            self._tool.press(self, self._pointer)
        self.refresh()
        return True

    def _moved(self, event: QMouseEvent) -> bool:
        self._pointer = self._pointer_at(event, Qt.MouseButton.NoButton)
        self._adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._tool.move(self, self._pointer)
        self.announce_cursor()
        self.refresh()
        return True

    def _released(self, event: QMouseEvent) -> bool:
        self._tool.release(self, self._pointer_at(event, event.button()))
        self.refresh()
        return True

    def _left(self, _event: QEvent) -> bool:
        self._pointer = None
        self.announce_cursor()
        self.refresh()
        return False

    def _shortcut_considered(self, event: QKeyEvent) -> bool:
        # A key the tool needs right now is not a shortcut of the window.
        if self._tool.wants(Qt.Key(event.key())):
            event.accept()
            return True
        return False

    def _key_pressed(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if not self._tool.wants(key):
            return False
        self._tool.key(self, key)
        self.refresh()
        return True

    def _pointer_at(self, event: QMouseEvent, button: Qt.MouseButton) -> Pointer:
        scene = self._canvas.scene_position(event.position())
        return Pointer(scene.y() - 0.5, scene.x() - 0.5, button)
