"""Magic wand: what is alike around the place pressed becomes the active class; dragging away takes more."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from seisview.gui.section.outlines import edge_lines
from seisview.gui.tools.tool import Mask, Pointer, Tool, ToolHost, ToolName
from seisview.labels.strokes import Box

FIRST_TOLERANCE = 0.1
"""Difference of amplitude that still counts as alike, as a share of that at the end of the colours."""

MORE_HINT = "Keep the button down and drag away for more, back for less; Esc gives it up."

_PER_PIXEL = 0.004


class Wand(Tool):
    """Grows an area of similar amplitude, never over samples of another class."""

    name = ToolName.WAND
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self._start: Pointer | None = None
        self._area: tuple[Box, Mask] | None = None
        self._path = QPainterPath()

    @property
    def busy(self) -> bool:
        """Whether an area is being grown."""
        return self._start is not None

    def press(self, host: ToolHost, pointer: Pointer) -> None:
        """Begin at an element of the section."""
        (row, column), (rows, columns) = pointer.element, host.section_shape
        if pointer.button == Qt.MouseButton.LeftButton and 0 <= row < rows and 0 <= column < columns:
            self._start = pointer
            self._grow(host, FIRST_TOLERANCE)
            host.give_hint(MORE_HINT)

    def double_click(self, host: ToolHost, pointer: Pointer) -> None:
        """Nothing: the first click painted already."""

    def move(self, host: ToolHost, pointer: Pointer) -> None:
        """Take more the further the pointer is dragged."""
        if self._start is not None:
            scale_x, scale_y = host.pixel_scale
            away = np.hypot(
                (pointer.column - self._start.column) * scale_x, (pointer.row - self._start.row) * scale_y
            )
            self._grow(host, FIRST_TOLERANCE + _PER_PIXEL * float(away))

    def release(self, host: ToolHost, pointer: Pointer) -> None:
        """Paint the area as one stroke."""
        if pointer.button != Qt.MouseButton.LeftButton or self._area is None:
            return
        box, mask = self._area
        self.cancel(host)
        if not box.is_empty:
            host.begin_stroke()
            host.paint(box, mask)
            host.end_stroke()

    def wants(self, key: Qt.Key) -> bool:
        """Esc while an area is grown."""
        return self.busy and key == Qt.Key.Key_Escape

    def key(self, host: ToolHost, _key: Qt.Key) -> None:
        """Give the area up."""
        self.cancel(host)

    def cancel(self, _host: ToolHost) -> None:
        """Forget the area; nothing has been painted yet."""
        self._start = self._area = None
        self._path = QPainterPath()

    def outline(self, _host: ToolHost, _pointer: Pointer | None) -> QPainterPath:
        """Around the area that would be painted."""
        return self._path

    def _grow(self, host: ToolHost, tolerance: float) -> None:
        assert self._start is not None
        box, mask = self._area = host.similar_samples(*self._start.element, tolerance)
        self._path = QPainterPath()
        if box.is_empty:
            return
        whole = np.zeros(host.section_shape, np.bool_)
        whole[box.slices] = mask
        for line in edge_lines(whole, box):
            self._path.moveTo(line.p1())
            self._path.lineTo(line.p2())
