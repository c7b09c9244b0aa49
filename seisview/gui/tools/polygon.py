"""Polygon: corners by clicks, closed by a double click or Enter."""

from __future__ import annotations

from PySide6.QtGui import QPainterPath

from seisview.gui.tools.corners import Corners
from seisview.gui.tools.tool import Pointer, ToolHost, ToolName
from seisview.labels.strokes import polygon_mask


class Polygon(Corners):
    """Fills the area inside the clicked corners with the active class."""

    name = ToolName.POLYGON

    def finish(self, host: ToolHost) -> None:
        """Paint the inside as one stroke."""
        corners = [(c.row, c.column) for c in self.corners]
        self.corners.clear()
        box, mask = polygon_mask(corners, host.section_shape)
        if not box.is_empty:
            host.begin_stroke()
            host.paint(box, mask)
            host.end_stroke()

    def outline(self, host: ToolHost, pointer: Pointer | None) -> QPainterPath:
        """The corners and sides, closed."""
        path = super().outline(host, pointer)
        if len(self.corners) > 1:
            path.lineTo(self.corners[0].scene)
        return path
