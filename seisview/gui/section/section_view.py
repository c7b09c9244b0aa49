"""The section view: a section in survey units, its overlays, and the tools that paint on it.

A passive widget: it is told what to show by setters and says by signals what the user wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from seisview.data.colormaps import colormap
from seisview.data.geometry import Axis, SectionKey
from seisview.gui.section.amplitude_layer import AmplitudeLayer
from seisview.gui.section.camera import Camera
from seisview.gui.section.color_tables import amplitude_colors
from seisview.gui.section.flash import BoxFlash
from seisview.gui.section.framed_canvas import FramedCanvas
from seisview.gui.section.keyboard_pointer import KeyboardPointer
from seisview.gui.section.layer_stack import LayerStack
from seisview.gui.section.match_boxes import MatchBoxes, ShownBox
from seisview.gui.section.navigation import Navigation
from seisview.gui.section.section_picture import (
    AxisScale,
    CursorPosition,
    DisplaySettings,
    SectionPicture,
)
from seisview.gui.section.swipe import Swipe
from seisview.gui.section.tool_input import ToolInput
from seisview.gui.section.tool_outline import ToolOutline
from seisview.gui.tools.tool import ToolName
from seisview.labels.strokes import Box

ByteArray = npt.NDArray[np.uint8]

_OUTLINE_LEVEL = 10
_TOOL_SIGNALS = (
    *("cursor_moved", "stroke_started", "stroke_painted", "stroke_finished"),
    *("class_picked", "fill_requested", "line_drawn", "patch_picked", "brush_diameter_changed", "hint_given"),
)


class SectionView(FramedCanvas):
    """A section with axes, colour bar, three overlays and tools.

    Rows run downwards. Overlays have the section's shape; setting None clears them, and showing another
    section clears them all, so that nothing stale is ever drawn over it.

    Signals
    -------
    cursor_moved(object)
        :class:`CursorPosition` under the pointer, or None when it is off the section.
    stroke_started(), stroke_finished()
        Around the edits that undo takes back together.
    stroke_painted(object, object, int)
        :class:`~seisview.labels.strokes.Box`, bool mask of the box's shape, and the class to paint: the
        active one, or 0 to erase.
    class_picked(int, int), fill_requested(int, int)
        Row and column.
    line_drawn(list)
        (row, column) corners of a line that the user drew on a slice; none when it was given up.
    patch_picked(object, str)
        Box that the match tool picked; ``"new"``, ``"add"`` or ``"unlike"``.
    hint_given(str)
        What to do next with the tool in hand.
    section_step_requested(int)
        Sections to go on (negative: back).
    brush_diameter_changed(int)
        By keys or wheel, never by the setter.
    opacity_step_requested(int)
        Steps up (negative: down).
    swipe_moved(float)
        The divider between raw and predicted was dragged there, 0..1 of the width.
    """

    cursor_moved = Signal(object)
    stroke_started = Signal()
    stroke_painted = Signal(object, object, int)
    stroke_finished = Signal()
    class_picked = Signal(int, int)
    fill_requested = Signal(int, int)
    line_drawn = Signal(object)
    patch_picked = Signal(object, str)
    hint_given = Signal(str)
    section_step_requested = Signal(int)
    brush_diameter_changed = Signal(int)
    opacity_step_requested = Signal(int)
    swipe_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: SectionPicture | None = None
        self._display = DisplaySettings()
        self._exaggeration: float | None = None
        self._cameras: dict[tuple[Axis, tuple[int, int]], Camera | None] = {}
        self._amplitude = AmplitudeLayer()
        self._layers = LayerStack(self.set_overlay_scale)
        outline, self._boxes = ToolOutline(_OUTLINE_LEVEL), MatchBoxes(_OUTLINE_LEVEL - 1)
        for item in (self._amplitude, *self._layers.items, self._boxes, outline):
            self.canvas.scene().addItem(item)
        self._tools = ToolInput(self.canvas, outline, self._amplitude, self._layers)
        self._navigation = Navigation(self.canvas)
        self._keyboard = KeyboardPointer(self.canvas, self._tools)  # after both: it sees keys first
        self._flash = BoxFlash(self.canvas)
        # after the tools: it sees the mouse first
        self._swipe = Swipe(self.canvas, self._layers.predictions, self._layers.compared)
        self.setObjectName("section_view")
        self.canvas.setAccessibleName("section")
        self._connect()
        self.set_tool(ToolName.PAN)
        self.set_display(self._display)
        self.clear("")

    @property
    def key(self) -> SectionKey | None:
        """The section on screen."""
        return None if self._picture is None else self._picture.key

    @property
    def tool(self) -> ToolName:
        """The tool in hand."""
        return self._tools.tool.name

    @property
    def brush_diameter(self) -> int:
        """Brush size in samples."""
        return self._tools.brush_diameter

    def set_section(self, picture: SectionPicture) -> None:
        """Show a section; overlays of another section are cleared, zoom is kept for each axis."""
        old = self._picture
        self._tools.leave_section()
        if old is None or old.key != picture.key or old.shape != picture.shape:
            self._layers.clear()
            self._boxes.set_boxes(())
            self._flash.clear()
        self._layers.set_shape(picture.shape)
        self._tools.set_is_slice(picture.key.axis is Axis.SAMPLE)
        self._show_aspect(picture.key.axis)
        if old is None or old.key.axis is not picture.key.axis:
            self._show_cursor(False)
        self._amplitude.set_section(picture.amplitude, picture.gaps)
        self._picture = picture
        if old is None or (old.key.axis, old.shape) != (picture.key.axis, picture.shape):
            if old is not None:
                self._cameras[old.key.axis, old.shape] = self.canvas.camera
            camera = self._cameras.get((picture.key.axis, picture.shape))
            self.canvas.show_section(picture.shape, camera, picture.orientation)
        self.set_axes(picture.x_axis, picture.y_axis)
        self.canvas.setAccessibleDescription(picture.title)
        self._tools.announce_cursor()

    def set_exaggeration(self, exaggeration: float | None) -> None:
        """Draw samples so many times as high as traces are wide; slices lie flat."""
        self._exaggeration = exaggeration
        self._show_aspect(None if self._picture is None else self._picture.key.axis)

    def _show_aspect(self, axis: Axis | None) -> None:
        chosen = self._exaggeration
        super().set_exaggeration(1.0 if chosen is not None and axis is Axis.SAMPLE else chosen)

    def replace_amplitude(self, amplitude: npt.NDArray[np.float32]) -> None:
        """Draw other amplitudes of the same section; a stroke goes on. ValueError on another shape."""
        if self._picture is None or amplitude.shape != self._picture.shape:
            raise ValueError(f"amplitudes of shape {amplitude.shape} do not fit the section on screen")
        self._picture = replace(self._picture, amplitude=amplitude)
        self._amplitude.set_section(amplitude, self._picture.gaps)

    def clear(self, message: str = "") -> None:
        """Show no section but a line of text, and forget the zoom."""
        self._tools.leave_section()
        self._picture = None
        self._cameras.clear()
        self._layers.clear()
        self._boxes.set_boxes(())
        self._flash.clear()
        self._layers.set_shape(None)
        self._amplitude.set_section(None)
        self.set_axes(None, None)
        self.canvas.show_message(message)
        self.canvas.setAccessibleDescription(message)
        self._tools.announce_cursor()

    def set_display(self, settings: DisplaySettings) -> None:
        """Change clip, gain or colour map.

        Raises
        ------
        SeisviewError
            If there is no such colour map.
        """
        chosen = colormap(settings.colormap)
        self._display = settings
        self._amplitude.set_limit(settings.limit, settings.center)
        self._amplitude.set_colors(amplitude_colors(chosen))
        self.color_bar.set_scale(chosen.table, settings.limit, settings.label, settings.center)

    def set_facies(self, facies: ByteArray | None) -> None:
        """Draw a facies prediction, shape (rows, columns), 0 = not predicted; ValueError on another shape."""
        self._layers.set_values("facies", facies)

    def set_confidence(self, confidence: ByteArray | None) -> None:
        """Draw a confidence, 1..255 for up to 1, 0 = not predicted; ValueError on another shape."""
        self._layers.set_values("confidence", confidence)

    def set_matches(self, similarity: ByteArray | None, boxes: Sequence[ShownBox] = ()) -> None:
        """Draw how similar places are, 1..255 for up to 1, and boxes; ValueError on another shape."""
        self._layers.set_values("matches", similarity)
        self._boxes.set_boxes(boxes)

    def set_overlay(self, name: str, values: ByteArray | None) -> None:
        """Draw ``"clusters"``, ``"anomaly"`` or ``"picked"``, 0 clear; ValueError on another shape."""
        self._layers.set_values(name, values)

    def set_clusters_look(self, palette: ByteArray, hidden: frozenset[int], first: int, unit: float) -> None:
        """Change clusters and anomaly; see :meth:`LayerStack.set_clusters_look`."""
        self._layers.set_clusters_look(palette, hidden, first, unit)

    def set_patch_size(self, size: tuple[int, int]) -> None:
        """Choose how many rows and columns a click with the match tool picks."""
        self._tools.set_patch_size(size)

    def set_labels(self, labels: ByteArray | None) -> None:
        """Draw labels, 0 = unlabelled; ValueError on another shape."""
        self._layers.set_values("labels", labels)

    def patch_labels(self, box: Box, labels: ByteArray) -> None:
        """Replace the labels in `box`, and repaint only that; ValueError when they do not fit."""
        self._layers.patch("labels", box, labels)

    @property
    def flashed_box(self) -> Box | None:
        """The box drawn for a moment now."""
        return self._flash.box

    def flash_box(self, box: Box) -> None:
        """Draw a box for a few seconds, and bring it into sight, to show where to look."""
        self._flash.show(box)

    def set_palette(self, palette: ByteArray) -> None:
        """Change the colours of the classes: uint8, shape (256, 3), by class id."""
        self._layers.set_palette(palette)

    def set_layer(self, name: str, visible: bool, opacity: float) -> None:
        """Show or hide ``"facies"``, ``"confidence"`` or ``"labels"``; opacity 0..1. ValueError on others."""
        self._layers.set_layer(name, visible, opacity)

    def set_hidden_classes(self, class_ids: frozenset[int]) -> None:
        """Draw these classes clear, in the prediction and in the labels."""
        self._layers.set_hidden(class_ids)

    def set_swipe(self, at: float | None) -> None:
        """Draw the prediction only right of a divider at this share, 0..1, of the width; None: everywhere."""
        self._swipe.set_at(at)

    def set_tool(self, name: ToolName | str) -> None:
        """Take a tool in hand; ValueError when there is none of that name."""
        self._tools.set_tool(name)
        self._navigation.left_pans = self.tool is ToolName.PAN
        self._navigation.shift_wheel_resizes = self._tools.tool.has_size
        self._show_cursor(False)

    def set_brush_diameter(self, diameter: int) -> None:
        """Change the brush size in samples of the vertical axis; the brush is round on screen."""
        self._tools.set_brush_diameter(diameter)

    def set_active_class(self, class_id: int) -> None:
        """Choose the class that tools paint."""
        self._tools.set_active_class(class_id)

    def _connect(self) -> None:
        tools, navigation = self._tools, self._navigation
        for name in _TOOL_SIGNALS:
            getattr(tools, name).connect(getattr(self, name))
        navigation.section_step_requested.connect(self.section_step_requested)
        navigation.opacity_step_requested.connect(self.opacity_step_requested)
        navigation.brush_step_requested.connect(tools.step_brush_diameter)
        navigation.pan_changed.connect(self._show_cursor)
        self.cursor_moved.connect(self.mark_cursor)
        self._swipe.moved.connect(self.swipe_moved)

    def _show_cursor(self, panning: bool) -> None:
        shape = Qt.CursorShape.ClosedHandCursor if panning else self._tools.cursor
        self.canvas.viewport().setCursor(shape)


__all__ = [
    "AxisScale",
    "CursorPosition",
    "DisplaySettings",
    "SectionPicture",
    "SectionView",
    "ToolName",
]
