"""Layers over the amplitudes: 8-bit indexed images on buffers that stay where they are.

A changed box is written into the buffer and only that part of the screen is repainted; colours, opacity and
classes change the colour table alone. An RGBA picture of a layer is never built.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from seisview.gui.section.indexed_buffer import IndexedBuffer
from seisview.gui.section.outlined_image import EnlargedOutlines
from seisview.gui.section.outlines import OUTLINE, REACH, edge_lines
from seisview.gui.section.section_canvas import element_scale
from seisview.labels.strokes import Box

ByteArray = npt.NDArray[np.uint8]

# From this many device pixels per sample on, along either axis, a ring of whole samples would be thick: lines
# are drawn between the samples instead.
_LINE_SCALE = 3.0
# Areas thinner than this many device pixels keep their colour instead of an outline that would cover it.
_LEAST_PIXELS = 4.0


class IndexedLayer(QGraphicsItem):
    """One overlay: a uint8 array drawn through a table of 256 colours.

    Parameters
    ----------
    level : int
        Layers of a higher level are drawn later.
    """

    def __init__(self, level: int) -> None:
        super().__init__()
        self.setZValue(level)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._buffer: IndexedBuffer | None = None
        self._colors = [0] * 256

    @property
    def values(self) -> ByteArray | None:
        """What is drawn, shape (rows, columns), or None. A view: do not write to it."""
        return None if self._buffer is None else self._buffer.pixels

    def set_values(self, values: ByteArray | None) -> None:
        """Draw `values` (copied into the layer's own buffer); None draws nothing."""
        self._resize(None if values is None else (values.shape[0], values.shape[1]))
        if self._buffer is not None and values is not None:
            self._buffer.pixels[:] = values
        self.update()

    def patch(self, box: Box, values: ByteArray) -> None:
        """Replace the values in `box` and repaint no more than that."""
        if self._buffer is not None:
            self._buffer.pixels[box.slices] = values
            self.update(_rectangle(box))

    def set_colors(self, colors: npt.NDArray[np.uint32]) -> None:
        """Replace the colour table: 256 ARGB values, not premultiplied."""
        self._colors = colors.tolist()
        if self._buffer is not None:
            self._buffer.set_colors(self._colors)
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole section, one unit per element."""
        if self._buffer is None:
            return QRectF()
        rows, columns = self._buffer.pixels.shape
        return QRectF(0, 0, columns, rows)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw nearest-neighbour: a class index has nothing between it and the next."""
        if self._buffer is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(0, 0, self._buffer.image)

    def _resize(self, shape: tuple[int, int] | None) -> None:
        if self._buffer is not None and shape == self._buffer.pixels.shape:
            return
        self.prepareGeometryChange()
        self._buffer = None if shape is None else IndexedBuffer(shape, self._colors)


class LabelLayer(IndexedLayer):
    """Labels: solid areas with a thin outline.

    While samples are small on screen, what is drawn is an :class:`EnlargedOutlines` no finer than the screen.
    Enlarged, where a ring of whole samples would be thick, hairlines are drawn between the samples instead.
    What is too thin on screen to have both is coloured and has no outline.
    """

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self._outlined: EnlargedOutlines | None = None
        self._least = (1, 1)

    def set_values(self, values: ByteArray | None) -> None:
        """Draw `values` (copied into the layer's own buffer); None draws nothing."""
        self._outlined = None
        super().set_values(values)

    def patch(self, box: Box, values: ByteArray) -> None:
        """Replace the values in `box` and repaint that and the outline around it."""
        super().patch(box, values)
        if self._buffer is None:
            return
        if self._least != (1, 1):
            self.update(_rectangle(box).adjusted(-REACH, -REACH, REACH, REACH))
        if self._outlined is not None:
            self.update(self._outlined.refresh(box))

    def set_colors(self, colors: npt.NDArray[np.uint32]) -> None:
        """Replace the colour table; the entry at `OUTLINE` is the ink of the outlines."""
        super().set_colors(colors)
        if self._outlined is not None:
            self._outlined.buffer.set_colors(self._colors)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the labels with their outline, as thin at every zoom as samples allow."""
        if self._buffer is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        scale_x, scale_y = element_scale(painter.deviceTransform())
        if max(scale_x, scale_y) < _LINE_SCALE or min(scale_x, scale_y) < 1:
            outlined = self._outlined_for(scale_x, scale_y)
            painter.drawImage(self.boundingRect(), outlined.buffer.image)
        else:
            self._least = (_least_samples(scale_y), _least_samples(scale_x))
            painter.drawImage(0, 0, self._buffer.image)
            self._draw_hairlines(painter, option.exposedRect)

    def _outlined_for(self, scale_x: float, scale_y: float) -> EnlargedOutlines:
        assert self._buffer is not None
        scale = (scale_y, scale_x)
        if self._outlined is None or not self._outlined.fits(scale):
            self._outlined = EnlargedOutlines(self._buffer.pixels, scale, self._colors)
        return self._outlined

    def _draw_hairlines(self, painter: QPainter, exposed: QRectF) -> None:
        assert self._buffer is not None
        rows, columns = self._buffer.pixels.shape
        lines = edge_lines(self._buffer.pixels, _covering(exposed, (rows, columns)), self._least)
        if lines:
            pen = QPen(self._buffer.image.color(OUTLINE))
            pen.setCosmetic(True)
            pen.setWidthF(painter.device().devicePixelRatioF())
            painter.setPen(pen)
            painter.drawLines(lines)


def _least_samples(scale: float) -> int:
    return min(REACH + 1, math.ceil(_LEAST_PIXELS / scale))


def _rectangle(box: Box) -> QRectF:
    return QRectF(box.column0, box.row0, box.column1 - box.column0, box.row1 - box.row0)


def _covering(rectangle: QRectF, shape: tuple[int, int]) -> Box:
    rows, columns = shape
    return Box(
        min(rows, max(0, int(rectangle.top()) - 1)),
        max(0, min(rows, int(rectangle.bottom()) + 2)),
        min(columns, max(0, int(rectangle.left()) - 1)),
        max(0, min(columns, int(rectangle.right()) + 2)),
    )
