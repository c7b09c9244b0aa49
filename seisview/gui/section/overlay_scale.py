"""A small scale beside the section: what the colours of the layer that lies over it mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

_BAR_WIDTH = 14
_MARGIN = 8
_TICK = 4
_GAP = 4
_LEAST_HEIGHT = 96
_GREY = 150  # amplitudes around zero, which the colours lie over


@dataclass(frozen=True, slots=True, eq=False)
class LayerScale:
    """What a scale shows.

    Attributes
    ----------
    label : str
        What the layer is about, e.g. ``"anomaly score"``.
    ticks : tuple of (float, str)
        Fraction of the bar from its bottom, and the number there.
    colors : ndarray of uint32, shape (n,)
        ARGB from the lowest to the highest value, as drawn over the section.
    hover : str
        What the numbers mean.
    """

    label: str
    ticks: tuple[tuple[float, str], ...]
    colors: npt.NDArray[np.uint32]
    hover: str


def percent_scale(label: str, colors: npt.NDArray[np.uint32], hover: str) -> LayerScale:
    """Scale of a layer whose values 1 to 255 stand for 0 to 100 %."""
    ticks = ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %"))
    return LayerScale(label, ticks, colors[1:256], hover)


def anomaly_scale(colors: npt.NDArray[np.uint32], first: int, unit: float) -> LayerScale:
    """Scale of the anomaly layer.

    Parameters
    ----------
    colors : ndarray of uint32, shape (256,)
        By stored value.
    first : int
        Stored value from which on something is drawn.
    unit : float
        Score that a step of the stored value stands for; the highest one stands for all above as well.
    """
    low, high = first * unit, 255 * unit
    middle = f"{(low + high) / 2:.2f}"
    ticks = ((0.0, f"{low:.2f}"), (0.5, middle), (1.0, f"\N{GREATER-THAN OR EQUAL TO} {high:.2f}"))
    hover = f"How unusual a place is: scores from {low:.2f} on are drawn, 1 is usual"
    return LayerScale("anomaly score", ticks, colors[min(first, 255) :], hover)


class OverlayScale(QWidget):
    """A vertical bar with its name, the highest value at the top; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale: LayerScale | None = None
        self._image = QImage()
        self.setObjectName("overlay_scale")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def scale(self) -> LayerScale | None:
        """What is shown."""
        return self._scale

    def set_scale(self, scale: LayerScale | None) -> None:
        """Show another scale, or none."""
        self._scale = scale
        if scale is None:
            return
        self._image = _over_grey(scale.colors)
        self.setToolTip(scale.hover)
        low, high = scale.ticks[0][1], scale.ticks[-1][1]
        self.setAccessibleName(f"{scale.label}: colours from {low} to {high}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the bar, the numbers and the name, which runs along it."""
        if self._scale is None:
            return QSize(0, 0)
        metrics = QFontMetricsF(self.font())
        numbers = max(metrics.horizontalAdvance(text) for _, text in self._scale.ticks)
        width = _MARGIN + _BAR_WIDTH + _TICK + _GAP + numbers + _GAP + metrics.height() + _GAP
        height = metrics.horizontalAdvance(self._scale.label) + metrics.height() + 12
        return QSize(round(width), round(max(height, _LEAST_HEIGHT)))

    def minimumSizeHint(self) -> QSize:
        """The same: nothing is cut."""
        return self.sizeHint()

    def bar_area(self) -> QRectF:
        """Where the colours are drawn."""
        line = QFontMetricsF(self.font()).height()
        return QRectF(_MARGIN, line / 2 + 1, _BAR_WIDTH, self.height() - line - 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bar, numbers and name."""
        if self._scale is None:
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        bar, line = self.bar_area(), QFontMetricsF(self.font()).height()
        painter.drawImage(bar, self._image)
        painter.drawRect(bar)
        left = bar.right() + _TICK + _GAP
        for fraction, text in self._scale.ticks:
            at = bar.bottom() - fraction * bar.height()
            painter.drawLine(QPointF(bar.right(), at), QPointF(bar.right() + _TICK, at))
            area = QRectF(left, at - line / 2, self.width() - left, line)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.rotate(90)
        area = QRectF(0, -self.width(), self.height(), line)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._scale.label)


def _over_grey(colors: npt.NDArray[np.uint32]) -> QImage:
    """Colours as they look over a section, the last one at the top."""
    argb = colors[::-1].astype(np.uint32)
    alpha = (argb >> 24) / 255
    image = QImage(1, len(argb), QImage.Format.Format_RGB32)
    channels = [np.rint(((argb >> shift) & 0xFF) * alpha + _GREY * (1 - alpha)) for shift in (16, 8, 0)]
    for row, (red, green, blue) in enumerate(np.stack(channels, axis=1).astype(int).tolist()):
        image.setPixel(0, row, 0xFF000000 | red << 16 | green << 8 | blue)
    return image
