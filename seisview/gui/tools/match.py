"""Match: a click or a dragged box picks a patch to search for; the right button, one to keep away from."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath

from seisview.gui.tools.tool import Pointer, Tool, ToolHost, ToolName
from seisview.labels.strokes import Box

_LEAST_DRAG_PX = 6.0


class Match(Tool):
    """Picks patches; on a slice it shows how far the patch of a section reaches on the map."""

    name = ToolName.MATCH
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self._start: Pointer | None = None
        self._now: Pointer | None = None

    @property
    def busy(self) -> bool:
        """Whether a box is being dragged."""
        return self._start is not None

    def press(self, _host: ToolHost, pointer: Pointer) -> None:
        """Begin a click or a box."""
        wanted = pointer.button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if self._start is None and wanted:
            self._start = self._now = pointer

    def double_click(self, host: ToolHost, pointer: Pointer) -> None:
        """Nothing: the first click picked already."""

    def move(self, _host: ToolHost, pointer: Pointer) -> None:
        """Grow the box."""
        if self._start is not None:
            self._now = pointer

    def release(self, host: ToolHost, pointer: Pointer) -> None:
        """Pick the box that was dragged, or a patch of the current size around a click."""
        start = self._start
        if start is None or pointer.button != start.button:
            return
        self._start = self._now = None
        box = _dragged(host, start, pointer) or _around(host, start)
        if box is not None and not box.is_empty:
            host.pick_patch(box, unlike=start.button == Qt.MouseButton.RightButton)

    def wants(self, key: Qt.Key) -> bool:
        """Esc while a box is dragged."""
        return self.busy and key == Qt.Key.Key_Escape

    def key(self, host: ToolHost, _key: Qt.Key) -> None:
        """Give the box up."""
        self.cancel(host)

    def cancel(self, _host: ToolHost) -> None:
        """Forget the box."""
        self._start = self._now = None

    def outline(self, host: ToolHost, pointer: Pointer | None) -> QPainterPath:
        """The box that would be picked now."""
        path = QPainterPath()
        box = None
        if self._start is not None and self._now is not None:
            box = _dragged(host, self._start, self._now) or _around(host, self._start)
        elif pointer is not None:
            box = _around(host, pointer)
        if box is not None:
            path.addRect(QRectF(box.column0, box.row0, box.shape[1], box.shape[0]))
        return path


def _dragged(host: ToolHost, start: Pointer, end: Pointer) -> Box | None:
    """Box between two places, cut to the section; None when they are too near for a drag."""
    scale_x, scale_y = host.pixel_scale
    wide, tall = abs(end.column - start.column) * scale_x, abs(end.row - start.row) * scale_y
    if min(wide, tall) < _LEAST_DRAG_PX:
        return None
    (row0, column0), (row1, column1) = start.element, end.element
    box = Box(min(row0, row1), max(row0, row1) + 1, min(column0, column1), max(column0, column1) + 1)
    return box.intersection(Box.whole(host.section_shape))


def _around(host: ToolHost, pointer: Pointer) -> Box | None:
    """Patch of the current size around a place on the section, moved inside."""
    shape, (row, column) = host.section_shape, pointer.element
    if not (0 <= row < shape[0] and 0 <= column < shape[1]):
        return None
    # On a slice a patch reaches as many traces either way as it is wide.
    size = (host.patch_size[1],) * 2 if host.is_slice else host.patch_size
    rows, columns = (min(side, whole) for side, whole in zip(size, shape, strict=True))
    row0 = min(max(row - rows // 2, 0), shape[0] - rows)
    column0 = min(max(column - columns // 2, 0), shape[1] - columns)
    return Box(row0, row0 + rows, column0, column0 + columns)
