"""The colour bar beside the section: which amplitude has which colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from seisview.data.colormaps import ColorTable

_BAR_WIDTH = 14
_MARGIN = 8
_TICK = 4
_GAP = 4
_LONGEST = 420


class ColorBar(QWidget):
    """A vertical bar, positive amplitudes at the top, with the limits, zero and a label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._limit = 0.0
        self._label = ""
        self.setObjectName("color_bar")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """(fraction of the bar from its top, text) of every number drawn."""
        if self._image.isNull():
            return ()
        return tuple(
            (fraction, amplitude_text(self._limit * (1 - 2 * fraction)))
            for fraction in (0.0, 0.25, 0.5, 0.75, 1.0)
        )

    def set_scale(self, table: ColorTable, limit: float, label: str) -> None:
        """Show another scale.

        Parameters
        ----------
        table : ndarray of uint8, shape (n, 3)
            Colours from ``-limit`` to ``limit``.
        limit : float
            Positive.
        label : str
            What is measured, e.g. ``"amplitude"``.
        """
        self._image = QImage(1, len(table), QImage.Format.Format_RGB888)
        for row, (red, green, blue) in enumerate(table[::-1].tolist()):
            self._image.setPixel(0, row, 0xFF000000 | red << 16 | green << 8 | blue)
        self._limit, self._label = limit, label
        text = f"{label}: colours from {amplitude_text(-limit)} to {amplitude_text(limit)}"
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the bar, the numbers and the label."""
        metrics = QFontMetricsF(self.font())
        numbers = max((metrics.horizontalAdvance(text) for _, text in self.ticks), default=0.0)
        width = _MARGIN + _BAR_WIDTH + _TICK + _GAP + numbers + _GAP + metrics.height() + _GAP
        return QSize(round(width), 160)

    def minimumSizeHint(self) -> QSize:
        """As wide as wanted, and lower when there is no room."""
        return QSize(self.sizeHint().width(), 60)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar at the bottom, no longer than it needs to be."""
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        metrics = QFontMetricsF(self.font())
        height = min(float(_LONGEST), self.height() - metrics.height() - 2)
        bar = QRectF(_MARGIN, self.height() - height - metrics.height() / 2, _BAR_WIDTH, height)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, self._image)
        painter.drawRect(bar)
        for fraction, text in self._fitting_ticks(bar.height(), metrics.height()):
            at = bar.top() + fraction * bar.height()
            painter.drawLine(QPointF(bar.right(), at), QPointF(bar.right() + _TICK, at))
            left = bar.right() + _TICK + _GAP
            area = QRectF(left, at - metrics.height() / 2, self.width() - left, metrics.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.rotate(90)
        area = QRectF(bar.top(), -self.width(), bar.height(), metrics.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._label)

    def _fitting_ticks(self, height: float, line: float) -> tuple[tuple[float, str], ...]:
        return self.ticks if height > 7 * line else self.ticks[::2]


def amplitude_text(amplitude: float) -> str:
    """Three digits that mean something, with a true minus sign."""
    return f"{amplitude:.3g}".replace("-", "\N{MINUS SIGN}", 1) if amplitude else "0"
