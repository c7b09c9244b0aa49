"""Pick class: a click makes the class under it the active one."""

from __future__ import annotations

from PySide6.QtCore import Qt

from seisview.gui.tools.tool import Pointer, Tool, ToolHost, ToolName


class Pick(Tool):
    """Says where; which class lies there is for the labels to know."""

    name = ToolName.PICK
    cursor = Qt.CursorShape.PointingHandCursor

    def press(self, host: ToolHost, pointer: Pointer) -> None:
        """Pick at the clicked element, if it lies on the section."""
        row, column = pointer.element
        rows, columns = host.section_shape
        if pointer.button == Qt.MouseButton.LeftButton and 0 <= row < rows and 0 <= column < columns:
            host.pick_class(row, column)

    def double_click(self, host: ToolHost, pointer: Pointer) -> None:
        """Nothing: the first click picked already."""
