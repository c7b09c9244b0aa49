"""Line: corners by clicks on a time or depth slice; the section along them is shown in a pane."""

from __future__ import annotations

from PySide6.QtCore import Qt

from seisview.gui.tools.corners import Corners
from seisview.gui.tools.tool import Pointer, ToolHost, ToolName


class Line(Corners):
    """Draws a line across the survey. On inlines and crosslines, which it cannot cross, it does nothing."""

    name = ToolName.LINE

    def press(self, host: ToolHost, pointer: Pointer) -> None:
        """Place a corner on a slice; the right button takes the last one back."""
        if host.is_slice:
            super().press(host, pointer)

    def wants(self, key: Qt.Key) -> bool:
        """Esc at any time, which gives the drawing up; Enter and Backspace once there are corners."""
        return key == Qt.Key.Key_Escape or super().wants(key)

    def key(self, host: ToolHost, key: Qt.Key) -> None:
        """Enter finishes, Backspace takes the last corner back, Esc gives up."""
        super().key(host, key)
        if key == Qt.Key.Key_Escape:
            host.draw_line([])

    def finish(self, host: ToolHost) -> None:
        """Announce the line."""
        corners = [(c.row, c.column) for c in self.corners]
        self.corners.clear()
        if corners:
            host.draw_line(corners)
