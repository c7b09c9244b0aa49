"""The amplitudes of a section as an 8-bit indexed image.

Amplitudes become indices once per section and display change; the colour map is the colour table alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from seisview.data.gaps import on_stripe
from seisview.gui.section.color_tables import FIRST_LEVEL, GAP_TONES, LAST_LEVEL, ZERO_LEVEL
from seisview.gui.section.indexed_buffer import IndexedBuffer
from seisview.gui.section.section_canvas import element_scale

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

_CHUNK_ROWS = 64
_LARGEST_SHRINK = 32
# Barely enlarged samples would be one or two pixels wide by turns, which looks like noise.
_CRISP_SCALE = 2.0


class AmplitudeLayer(QGraphicsItem):
    """Grey or coloured amplitudes; gaps are hatched.

    Where the screen is coarser than the section, neighbouring amplitudes are averaged by powers of two before
    they become indices, and the rest is left to bilinear scaling: thin events do not flicker while zooming.
    Clearly enlarged samples are drawn as they are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(0)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._amplitude: FloatArray | None = None
        self._gaps: BoolArray | None = None
        self._limit, self._center = 1.0, 0.0
        self._colors = [0] * 256
        self._reduced: dict[tuple[int, int], IndexedBuffer] = {}
        self._stale: set[tuple[int, int]] = set()
        self._drawn: tuple[tuple[int, int], QImage] | None = None

    @property
    def amplitude(self) -> FloatArray | None:
        """The section shown; not to be changed."""
        return self._amplitude

    @property
    def limit(self) -> float:
        """How far the colour map reaches on either side of its middle."""
        return self._limit

    def set_section(self, amplitude: FloatArray | None, gaps: BoolArray | None = None) -> None:
        """Show another section; None shows nothing. The array is kept, not copied."""
        old = None if self._amplitude is None else self._amplitude.shape
        new = None if amplitude is None else amplitude.shape
        if old != new:
            self.prepareGeometryChange()
            self._reduced.clear()
        self._amplitude = amplitude
        self._gaps = _full_gaps(gaps, amplitude)
        self._invalidate()

    def set_limit(self, limit: float, center: float = 0.0) -> None:
        """Choose how far (positive) the colour map reaches on either side of the amplitude `center`."""
        if (limit, center) != (self._limit, self._center):
            self._limit, self._center = limit, center
            self._invalidate()

    def set_colors(self, colors: npt.NDArray[np.uint32]) -> None:
        """Replace the colour table: 256 ARGB values."""
        self._colors = colors.tolist()
        for buffer in self._reduced.values():
            buffer.set_colors(self._colors)
        self._drawn = None
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole section, one unit per element."""
        if self._amplitude is None:
            return QRectF()
        rows, columns = self._amplitude.shape
        return QRectF(0, 0, columns, rows)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the section, smooth when shrunk and crisp when clearly enlarged."""
        if self._amplitude is None:
            return
        scale_x, scale_y = element_scale(painter.deviceTransform())
        image = self._image_for((_shrink(scale_y), _shrink(scale_x)))
        smooth = scale_x * scale_y < _CRISP_SCALE**2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(self.boundingRect(), image)

    def indexed(self, shrink_rows: int, shrink_columns: int) -> IndexedBuffer:
        """Return the section's indices, shrunk by powers of two; made when first asked for."""
        assert self._amplitude is not None
        factors = (shrink_rows, shrink_columns)
        if factors not in self._reduced or factors in self._stale:
            amplitude = _averaged(self._amplitude, factors)
            if factors not in self._reduced:
                self._reduced[factors] = IndexedBuffer(amplitude.shape, self._colors)
            quantise(amplitude, self._limit, self._reduced[factors].pixels, self._center)
            if self._gaps is not None:
                gaps = _averaged(self._gaps.astype(np.float32), factors) >= 0.5
                _hatch(self._reduced[factors].pixels, gaps)
            self._stale.discard(factors)
        return self._reduced[factors]

    def _image_for(self, factors: tuple[int, int]) -> QImage:
        """The colours of the indices: Qt scales those several times faster than an indexed image."""
        buffer = self.indexed(*factors)
        if self._drawn is None or self._drawn[0] != factors:
            self._drawn = (factors, buffer.image.convertToFormat(QImage.Format.Format_RGB32))
        return self._drawn[1]

    def _invalidate(self) -> None:
        self._stale = set(self._reduced)
        self._drawn = None
        self.update()


def quantise(amplitude: FloatArray, limit: float, out: npt.NDArray[np.uint8], center: float = 0.0) -> None:
    """Write the colour index of every amplitude to `out`; NaN lies in the middle.

    Parameters
    ----------
    amplitude : ndarray of float32, shape (rows, columns)
    limit : float
        Amplitudes this far from `center`, and farther, reach the ends of the table.
    out : ndarray of uint8, shape (rows, columns)
    center : float
        Amplitude in the middle of the table.
    """
    factor = np.float32((LAST_LEVEL - ZERO_LEVEL) / limit)
    offset = np.float32(ZERO_LEVEL + 0.5 - center * float(factor))  # truncation then rounds
    for start in range(0, len(amplitude), _CHUNK_ROWS):  # small enough for the processor's cache
        chunk = amplitude[start : start + _CHUNK_ROWS] * factor
        chunk += offset
        np.clip(chunk, FIRST_LEVEL, LAST_LEVEL, out=chunk)
        if np.isnan(np.min(chunk)):
            chunk[np.isnan(chunk)] = ZERO_LEVEL
        out[start : start + _CHUNK_ROWS] = chunk


def _shrink(scale: float) -> int:
    """Largest power of two by which samples can be averaged with the screen still the coarser one."""
    shrink = 1
    while shrink < _LARGEST_SHRINK and scale * shrink * 2 <= 1.0:
        shrink *= 2
    return shrink


def _averaged(values: FloatArray, factors: tuple[int, int]) -> FloatArray:
    rows, columns = factors
    while columns > 1 and values.shape[1] > 1:
        values = _halved_columns(values)
        columns //= 2
    while rows > 1 and values.shape[0] > 1:
        values = _halved_rows(values)
        rows //= 2
    return values


def _halved_columns(values: FloatArray) -> FloatArray:
    if values.shape[1] % 2:
        values = np.concatenate([values, values[:, -1:]], axis=1)
    halved: FloatArray = values[:, 0::2] + values[:, 1::2]
    halved *= np.float32(0.5)
    return halved


def _halved_rows(values: FloatArray) -> FloatArray:
    if values.shape[0] % 2:
        values = np.concatenate([values, values[-1:]], axis=0)
    halved: FloatArray = values[0::2] + values[1::2]
    halved *= np.float32(0.5)
    return halved


def _full_gaps(gaps: BoolArray | None, amplitude: FloatArray | None) -> BoolArray | None:
    if gaps is None or amplitude is None or not gaps.any():
        return None
    full: BoolArray = np.broadcast_to(gaps, amplitude.shape)
    return full


def _hatch(pixels: npt.NDArray[np.uint8], gaps: BoolArray) -> None:
    rows, columns = np.nonzero(gaps)
    pixels[rows, columns] = np.where(on_stripe(rows, columns), GAP_TONES[1], GAP_TONES[0])
