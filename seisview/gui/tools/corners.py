"""What tools share that are used by clicking one corner after the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from seisview.gui.tools.tool import Pointer, Tool, ToolHost

CLOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HANDLE_PIXELS = 3.0


class Corners(Tool):
    """Corners by clicks; a double click or Enter finishes, Backspace or the right button takes one back.

    Attributes
    ----------
    corners : list of Pointer
        Those placed so far.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self.corners: list[Pointer] = []

    @property
    def busy(self) -> bool:
        """Whether corners have been placed."""
        return bool(self.corners)

    def finish(self, host: ToolHost) -> None:
        """Do what the corners are for, and forget them."""
        raise NotImplementedError

    def press(self, _host: ToolHost, pointer: Pointer) -> None:
        """Place a corner; the right button takes the last one back."""
        if pointer.button == Qt.MouseButton.LeftButton:
            self.corners.append(pointer)
        elif pointer.button == Qt.MouseButton.RightButton:
            self._remove_last()

    def double_click(self, host: ToolHost, pointer: Pointer) -> None:
        """Finish at the corner that the first of the two clicks placed."""
        if pointer.button == Qt.MouseButton.LeftButton:
            self.finish(host)

    def wants(self, key: Qt.Key) -> bool:
        """Enter, Backspace and Esc once there are corners."""
        return self.busy and key in (*CLOSE_KEYS, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)

    def key(self, host: ToolHost, key: Qt.Key) -> None:
        """Enter finishes, Backspace takes the last corner back, Esc gives up."""
        if key in CLOSE_KEYS:
            self.finish(host)
        elif key == Qt.Key.Key_Backspace:
            self._remove_last()
        else:
            self.cancel(host)

    def cancel(self, _host: ToolHost) -> None:
        """Forget the corners; nothing has come of them yet."""
        self.corners.clear()

    def outline(self, host: ToolHost, pointer: Pointer | None) -> QPainterPath:
        """The corners, the sides between them, and the side that the next click would add."""
        path = QPainterPath()
        if not self.corners:
            return path
        scale_x, scale_y = host.pixel_scale
        for corner in self.corners:
            path.addEllipse(corner.scene, _HANDLE_PIXELS / scale_x, _HANDLE_PIXELS / scale_y)
        path.moveTo(self.corners[0].scene)
        for corner in self.corners[1:]:
            path.lineTo(corner.scene)
        if pointer is not None:
            path.lineTo(pointer.scene)
        return path

    def _remove_last(self) -> None:
        if self.corners:
            self.corners.pop()
