"""Layers over the amplitudes: 8-bit indexed images on buffers that stay where they are.

A changed box is written into the buffer and only that part of the screen is repainted; colours, opacity and
classes change the colour table alone. An RGBA picture of a layer is never built.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from seisview.gui.outlines import OUTLINE, edge_lines, ringed
from seisview.labels.strokes import Box

ByteArray = npt.NDArray[np.uint8]

# From this many device pixels per sample on, a line between samples is drawn instead of a ring of samples.
_LINE_SCALE = 3.0


class IndexedBuffer:
    """An 8-bit indexed image whose pixels are a numpy array.

    Attributes
    ----------
    image : QImage
        Never copied or handed out for keeping: a second reference would detach it from `pixels`.
    pixels : ndarray of uint8, shape (rows, columns)
        The image's own memory.
    """

    def __init__(self, shape: tuple[int, int], colors: list[int]) -> None:
        rows, columns = shape
        self.image = QImage(columns, rows, QImage.Format.Format_Indexed8)
        self.image.setColorTable(colors)
        memory = np.frombuffer(self.image.bits(), np.uint8)
        self.pixels: ByteArray = memory.reshape(rows, self.image.bytesPerLine())[:, :columns]

    def set_colors(self, colors: list[int]) -> None:
        """Replace the colour table (256 ARGB values, not premultiplied)."""
        self.image.setColorTable(colors)


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
        if values is None:
            self._resize(None)
            return
        self._resize((values.shape[0], values.shape[1]))
        self._write(Box.whole((values.shape[0], values.shape[1])), values)
        self.update()

    def patch(self, box: Box, values: ByteArray) -> None:
        """Replace the values in `box` and repaint no more than that."""
        self.update(_rectangle(self._write(box, values)))

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

    def _write(self, box: Box, values: ByteArray) -> Box:
        """Store `values` and return the box that looks different now."""
        if self._buffer is not None:
            self._buffer.pixels[box.slices] = values
        return box


class LabelLayer(IndexedLayer):
    """Labels: solid areas with a thin outline.

    A second buffer holds the same labels with the samples along their borders set to the index
    :data:`~seisview.gui.outlines.OUTLINE`; it is drawn while samples are small. Enlarged, where a ring of
    whole samples would be thick, hairlines are drawn between the samples instead.
    """

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self._ringed: IndexedBuffer | None = None

    def set_colors(self, colors: npt.NDArray[np.uint32]) -> None:
        """Replace the colour table; the entry at `OUTLINE` is the ink of the outlines."""
        super().set_colors(colors)
        if self._ringed is not None:
            self._ringed.set_colors(self._colors)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the labels with their outline; smooth when shrunk, so that thin outlines survive."""
        if self._buffer is None or self._ringed is None:
            return
        transform = painter.deviceTransform()
        smallest = min(abs(transform.m11()), abs(transform.m22()))
        if smallest < _LINE_SCALE:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smallest < 1)
            painter.drawImage(0, 0, self._ringed.image)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(0, 0, self._buffer.image)
        self._draw_hairlines(painter, option.exposedRect)

    def _draw_hairlines(self, painter: QPainter, exposed: QRectF) -> None:
        assert self._buffer is not None
        rows, columns = self._buffer.pixels.shape
        box = _covering(exposed, (rows, columns))
        lines = edge_lines(self._buffer.pixels, box)
        if lines:
            pen = QPen(self._buffer.image.color(OUTLINE))
            pen.setCosmetic(True)
            pen.setWidthF(1.5)
            painter.setPen(pen)
            painter.drawLines(lines)

    def _resize(self, shape: tuple[int, int] | None) -> None:
        super()._resize(shape)
        if self._buffer is None:
            self._ringed = None
        elif self._ringed is None or self._ringed.pixels.shape != shape:
            assert shape is not None
            self._ringed = IndexedBuffer(shape, self._colors)

    def _write(self, box: Box, values: ByteArray) -> Box:
        super()._write(box, values)
        if self._buffer is None or self._ringed is None:
            return box
        rows, columns = self._buffer.pixels.shape
        # The border of an area changes up to one sample outside the changed box.
        wide = Box(
            max(0, box.row0 - 1),
            min(rows, box.row1 + 1),
            max(0, box.column0 - 1),
            min(columns, box.column1 + 1),
        )
        self._ringed.pixels[wide.slices] = ringed(self._buffer.pixels, wide)
        return wide


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
