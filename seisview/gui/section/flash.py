"""A box drawn over the section for a moment, to show where to look."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer
from PySide6.QtGui import QPainterPath

from seisview.gui.section.section_canvas import SectionCanvas
from seisview.gui.section.tool_outline import ToolOutline
from seisview.labels.boxes import Box

SHOWN_MS = 4000
_LEVEL = 11
_LEAST_SAMPLES = 6


class BoxFlash(QObject):
    """Draws one box at a time and takes it away after a few seconds.

    Parameters
    ----------
    canvas : SectionCanvas
    """

    def __init__(self, canvas: SectionCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._outline = ToolOutline(_LEVEL)
        canvas.scene().addItem(self._outline)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.clear)
        self.box: Box | None = None
        canvas.view_changed.connect(self._draw)

    def show(self, box: Box) -> None:
        """Draw the box now, a little larger where it is tiny, and bring it into sight."""
        self.box = box
        middle = self._canvas.pixel_of((box.row0 + box.row1) / 2, (box.column0 + box.column1) / 2)
        visible = self._canvas.viewport().rect()
        if not visible.contains(middle):
            self._canvas.pan(QPointF(visible.center() - middle))
        self._draw()
        self._timer.start()

    def clear(self) -> None:
        """Take it away."""
        self.box = None
        self._timer.stop()
        self._outline.set_path(QPainterPath(), (1.0, 1.0))

    def _draw(self) -> None:
        box = self.box
        if box is None:
            return
        rectangle = QRectF(box.column0, box.row0, box.shape[1], box.shape[0])
        more_x = max(_LEAST_SAMPLES - rectangle.width(), 2) / 2
        more_y = max(_LEAST_SAMPLES - rectangle.height(), 2) / 2
        path = QPainterPath()
        path.addRect(rectangle.adjusted(-more_x, -more_y, more_x, more_y))
        self._outline.set_path(path, self._canvas.element_scale)
