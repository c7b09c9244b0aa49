"""The colour bar beside the section: which amplitude has which colour."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from seisview.data.colormaps import ColorTable

_BAR_WIDTH = 14
_MARGIN = 8
_TICK = 4
_GAP = 4
_LONGEST = 420
# Powers of ten between which amplitudes are written out: 0.0123 to 999,000.
_SMALLEST, _LARGEST = -2, 5
_SUPERSCRIPT = str.maketrans(
    "-0123456789",
    "\N{SUPERSCRIPT MINUS}\N{SUPERSCRIPT ZERO}\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}"
    "\N{SUPERSCRIPT FOUR}\N{SUPERSCRIPT FIVE}\N{SUPERSCRIPT SIX}\N{SUPERSCRIPT SEVEN}\N{SUPERSCRIPT EIGHT}"
    "\N{SUPERSCRIPT NINE}",
)


class ColorBar(QWidget):
    """A vertical bar, positive amplitudes at the top, with the limits, zero and a label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._limit = self._center = 0.0
        self._label = ""
        self._scale = NumberScale(1.0)
        self.setObjectName("color_bar")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """(fraction of the bar from its top, text) of every number drawn."""
        if self._image.isNull():
            return ()
        return tuple(
            (fraction, self._scale.text(self._center + self._limit * (1 - 2 * fraction)))
            for fraction in (0.0, 0.25, 0.5, 0.75, 1.0)
        )

    @property
    def label(self) -> str:
        """What is measured, and by which power of ten the numbers are to be multiplied."""
        return f"{self._label}{self._scale.factor_text}"

    @property
    def shown_label(self) -> str:
        """The label as it fits: in a low pane, the filter alone, which must not be missed."""
        metrics, room = QFontMetricsF(self.font()), float(self.height())
        short = self.label.rpartition(", ")[2]
        texts = (self.label, short, short.replace("amplitude", "amp"))  # as in the status line
        fits = next((text for text in texts if metrics.horizontalAdvance(text) <= room), None)
        return metrics.elidedText(short, Qt.TextElideMode.ElideRight, room) if fits is None else fits

    def set_scale(self, table: ColorTable, limit: float, label: str, center: float = 0.0) -> None:
        """Show another scale.

        Parameters
        ----------
        table : ndarray of uint8, shape (n, 3)
            Colours from ``center - limit`` to ``center + limit``.
        limit : float
            Positive.
        label : str
            What is measured, e.g. ``"amplitude"``.
        center : float
            In the middle of the bar.
        """
        self._image = QImage(1, len(table), QImage.Format.Format_RGB888)
        for row, (red, green, blue) in enumerate(table[::-1].tolist()):
            self._image.setPixel(0, row, 0xFF000000 | red << 16 | green << 8 | blue)
        self._limit, self._center, self._label = limit, center, label
        self._scale = NumberScale(limit + abs(center))
        ends = [self._scale.text(center + end) for end in (-limit, limit)]
        text = f"{self.label}: colours from {ends[0]} to {ends[1]}"
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
        area = QRectF(0, -self.width(), self.height(), metrics.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.shown_label)

    def _fitting_ticks(self, height: float, line: float) -> tuple[tuple[float, str], ...]:
        return self.ticks if height > 7 * line else self.ticks[::2]


class NumberScale:
    """How numbers up to `limit` (positive) are written: three digits that mean something, never "2.66e+03".

    Thousands are grouped. Very large and very small numbers are divided by a power of ten, which
    `factor_text` names once for all of them, e.g. ``" × 10⁹"``.
    """

    def __init__(self, limit: float) -> None:
        exponent = math.floor(math.log10(limit))
        self._power = 0 if _SMALLEST <= exponent <= _LARGEST else 3 * (exponent // 3)
        # The limit as it is written decides: 999.7 has as few decimals as 1,000.
        digits = math.floor(math.log10(float(f"{limit:.2e}"))) - self._power
        self._decimals = max(0, 2 - digits)

    @property
    def factor_text(self) -> str:
        """The power of ten to multiply by; empty when there is none."""
        if self._power == 0:
            return ""
        return f" \N{MULTIPLICATION SIGN} 10{str(self._power).translate(_SUPERSCRIPT)}"

    def text(self, number: float) -> str:
        """Write a number, with a true minus sign."""
        scaled = float(f"{number / 10.0**self._power:.3g}")
        if scaled == 0:
            return "0"
        return f"{scaled:,.{self._decimals}f}".replace("-", "\N{MINUS SIGN}", 1)
