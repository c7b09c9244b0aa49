"""Polygon: corners by clicks, closed by a double click or Enter."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from seisview.gui.tools.tool import Pointer, Tool, ToolHost, ToolName
from seisview.labels.strokes import polygon_mask

_CLOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HANDLE_PIXELS = 3.0


class Polygon(Tool):
    """Fills the area inside the clicked corners with the active class."""

    name = ToolName.POLYGON
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self._corners: list[Pointer] = []

    @property
    def busy(self) -> bool:
        """Whether corners have been placed."""
        return bool(self._corners)

    def press(self, _host: ToolHost, pointer: Pointer) -> None:
        """Place a corner; the right button takes the last one back."""
        if pointer.button == Qt.MouseButton.LeftButton:
            self._corners.append(pointer)
        elif pointer.button == Qt.MouseButton.RightButton:
            self._remove_last()

    def double_click(self, host: ToolHost, pointer: Pointer) -> None:
        """Close the polygon at the corner that the first of the two clicks placed."""
        if pointer.button == Qt.MouseButton.LeftButton:
            self._close(host)

    def wants(self, key: Qt.Key) -> bool:
        """Enter, Backspace and Esc once there are corners."""
        return self.busy and key in (*_CLOSE_KEYS, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)

    def key(self, host: ToolHost, key: Qt.Key) -> None:
        """Enter closes, Backspace takes the last corner back, Esc gives up."""
        if key in _CLOSE_KEYS:
            self._close(host)
        elif key == Qt.Key.Key_Backspace:
            self._remove_last()
        else:
            self.cancel(host)

    def cancel(self, _host: ToolHost) -> None:
        """Forget the corners; nothing has been painted yet."""
        self._corners.clear()

    def outline(self, host: ToolHost, pointer: Pointer | None) -> QPainterPath:
        """The corners, the sides between them, and the side that the next click would add."""
        path = QPainterPath()
        if not self._corners:
            return path
        scale_x, scale_y = host.pixel_scale
        for corner in self._corners:
            path.addEllipse(corner.scene, _HANDLE_PIXELS / scale_x, _HANDLE_PIXELS / scale_y)
        path.moveTo(self._corners[0].scene)
        for corner in self._corners[1:]:
            path.lineTo(corner.scene)
        if pointer is not None:
            path.lineTo(pointer.scene)
        if len(self._corners) > 1:
            path.lineTo(self._corners[0].scene)
        return path

    def _remove_last(self) -> None:
        if self._corners:
            self._corners.pop()

    def _close(self, host: ToolHost) -> None:
        corners = [(c.row, c.column) for c in self._corners]
        self._corners.clear()
        box, mask = polygon_mask(corners, host.section_shape)
        if not box.is_empty:
            host.begin_stroke()
            host.paint(box, mask)
            host.end_stroke()
