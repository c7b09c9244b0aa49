"""Brush and eraser: round on screen, swept along the mouse's path."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from seisview.gui.section.outlines import edge_lines
from seisview.gui.tools.tool import Pointer, Tool, ToolHost, ToolName
from seisview.labels.strokes import Box, brush_mask

# From this many pixels per sample on, the outline follows the samples that a dab would paint.
_FOOTPRINT_SCALE = 3.0


class Brush(Tool):
    """Paints the active class with the left button and erases with the right."""

    name = ToolName.BRUSH
    cursor = Qt.CursorShape.CrossCursor
    has_size = True

    def __init__(self) -> None:
        self._last: Pointer | None = None
        self._button = Qt.MouseButton.NoButton

    @property
    def busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._last is not None

    def erases_with(self, button: Qt.MouseButton) -> bool:
        """Whether a drag with `button` takes labels away."""
        return button == Qt.MouseButton.RightButton

    def press(self, host: ToolHost, pointer: Pointer) -> None:
        """Start a stroke with a dab; a second button during a stroke is ignored."""
        if self.busy or pointer.button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._button = pointer.button
        self._last = pointer
        host.begin_stroke()
        self._sweep(host, [pointer])

    def move(self, host: ToolHost, pointer: Pointer) -> None:
        """Go on with the stroke."""
        if self._last is not None:
            self._sweep(host, [self._last, pointer])
            self._last = pointer

    def release(self, host: ToolHost, pointer: Pointer) -> None:
        """End the stroke when its own button goes up."""
        if self._last is not None and pointer.button == self._button:
            if pointer.element != self._last.element:
                self.move(host, pointer)
            self.cancel(host)

    def cancel(self, host: ToolHost) -> None:
        """End the stroke where it is."""
        if self._last is not None:
            self._last = None
            host.end_stroke()

    def outline(self, host: ToolHost, pointer: Pointer | None) -> QPainterPath:
        """The footprint: an ellipse while samples are small, else the borders of the samples themselves."""
        path = QPainterPath()
        if pointer is None:
            return path
        radius_rows, radius_columns = host.brush_radii
        if min(host.pixel_scale) < _FOOTPRINT_SCALE:
            path.addEllipse(pointer.scene, max(radius_columns, 0.5), max(radius_rows, 0.5))
            return path
        box, mask = brush_mask(
            [(pointer.row, pointer.column)], radius_rows, radius_columns, host.section_shape
        )
        if box.is_empty:
            return path
        rows, columns = mask.shape
        for line in edge_lines(np.pad(mask, 1), Box.whole((rows + 2, columns + 2))):
            line.translate(box.column0 - 1, box.row0 - 1)
            path.moveTo(line.p1())
            path.lineTo(line.p2())
        return path

    def _sweep(self, host: ToolHost, pointers: list[Pointer]) -> None:
        points = [(p.row, p.column) for p in pointers]
        box, mask = brush_mask(points, *host.brush_radii, host.section_shape)
        if not box.is_empty:
            host.paint(box, mask, erase=self.erases_with(self._button))


class Eraser(Brush):
    """Takes labels away with either button."""

    name = ToolName.ERASER

    def erases_with(self, _button: Qt.MouseButton) -> bool:
        """Always."""
        return True
