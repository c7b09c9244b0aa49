"""Fill: a click asks for the area around it to be filled with the active class."""

from __future__ import annotations

from PySide6.QtCore import Qt

from seisview.gui.tools.tool import Pointer, Tool, ToolHost, ToolName


class Fill(Tool):
    """Says where; what bounds the area is for the labels to know."""

    name = ToolName.FILL
    cursor = Qt.CursorShape.PointingHandCursor

    def press(self, host: ToolHost, pointer: Pointer) -> None:
        """Ask for a fill at the clicked element, if it lies on the section."""
        row, column = pointer.element
        rows, columns = host.section_shape
        if pointer.button == Qt.MouseButton.LeftButton and 0 <= row < rows and 0 <= column < columns:
            host.request_fill(row, column)

    def double_click(self, host: ToolHost, pointer: Pointer) -> None:
        """Nothing: the first click filled already."""
