"""Rulers along the top and the left of a section, in survey units."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from seisview.gui.section.axis_ticks import Tick, is_uneven, number_text, ticks
from seisview.gui.section.section_picture import AxisScale

_TICK = 5
_GAP = 3
_MARKER = 4.0


class Ruler(QWidget):
    """Marks and numbers along one side of the canvas.

    Parameters
    ----------
    orientation : Qt.Orientation
        Horizontal: along the top. Vertical: along the left, numbers increasing downwards as stored.
    """

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._horizontal = orientation == Qt.Orientation.Horizontal
        self._scale: AxisScale | None = None
        self._offset, self._pixels = 0.0, 1.0
        self._marker: int | None = None
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored
        self.setSizePolicy(*((free, fixed) if self._horizontal else (fixed, free)))

    @property
    def visible_ticks(self) -> tuple[Tick, ...]:
        """The marks now drawn."""
        if self._scale is None:
            return ()
        length = self.width() if self._horizontal else self.height()
        ends = (-self._offset / self._pixels - 0.5, (length - self._offset) / self._pixels - 0.5)
        return ticks(self._scale, min(ends), max(ends), self._spacing() / abs(self._pixels))

    def set_scale(self, scale: AxisScale | None) -> None:
        """Mark another axis; None marks nothing."""
        if scale is not None and self._scale is not None and scale.equals(self._scale):
            return
        self._scale = scale
        self._marker = None
        name = "" if scale is None else f"{scale.title} {self._range_text(scale)}"
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.updateGeometry()
        self.update()

    def set_view(self, offset: float, pixels: float) -> None:
        """Follow the canvas.

        Parameters
        ----------
        offset : float
            Pixel at which index 0 begins.
        pixels : float
            Pixels per index; negative where indices run to the left, or up.
        """
        if (offset, pixels) != (self._offset, self._pixels):
            self._offset, self._pixels = offset, pixels
            self.update()

    def set_marker(self, index: int | None) -> None:
        """Point at the index under the mouse."""
        if index != self._marker:
            for changed in (self._marker, index):
                self._update_marker(changed)
            self._marker = index

    def position_of(self, index: float) -> float:
        """Pixel along the ruler at the centre of an index."""
        return self._offset + (index + 0.5) * self._pixels

    def sizeHint(self) -> QSize:
        """Room for the numbers, the title and the marks."""
        metrics = QFontMetricsF(self.font())
        thickness = metrics.height() + _GAP + _TICK + _GAP
        if self._horizontal:
            return QSize(0, round(thickness + metrics.height()))
        return QSize(round(thickness + self._number_width(metrics)), 0)

    def minimumSizeHint(self) -> QSize:
        """The same: text is never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title, marks, numbers and the pointer's position."""
        if self._scale is None:
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        self._draw_title(painter, self._scale.title)
        for tick in self.visible_ticks:
            self._draw_tick(painter, tick)
        if self._marker is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(self._marker_shape(self._marker))

    def _draw_title(self, painter: QPainter, title: str) -> None:
        height = QFontMetricsF(self.font()).height()
        if self._horizontal:
            painter.drawText(QRectF(0, 0, self.width(), height), Qt.AlignmentFlag.AlignCenter, title)
            return
        painter.save()
        painter.rotate(-90)
        painter.drawText(
            QRectF(-self.height(), 0, self.height(), height), Qt.AlignmentFlag.AlignCenter, title
        )
        painter.restore()

    def _draw_tick(self, painter: QPainter, tick: Tick) -> None:
        at = self.position_of(tick.position)
        metrics = QFontMetricsF(self.font())
        width, height = metrics.horizontalAdvance(tick.text) + 2, metrics.height()
        if self._horizontal:
            edge = self.height()
            painter.drawLine(QPointF(at, edge - _TICK), QPointF(at, edge))
            left = min(max(at - width / 2, 0.0), self.width() - width)
            area = QRectF(left, edge - _TICK - _GAP - height, width, height)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, tick.text)
            return
        edge = self.width()
        painter.drawLine(QPointF(edge - _TICK, at), QPointF(edge, at))
        top = min(max(at - height / 2, 0.0), self.height() - height)
        area = QRectF(edge - _TICK - _GAP - width, top, width, height)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.text)

    def _marker_shape(self, index: int) -> QPolygonF:
        at = self.position_of(index)
        if self._horizontal:
            edge = float(self.height())
            corners = [(at, edge), (at - _MARKER, edge - 2 * _MARKER), (at + _MARKER, edge - 2 * _MARKER)]
        else:
            edge = float(self.width())
            corners = [(edge, at), (edge - 2 * _MARKER, at - _MARKER), (edge - 2 * _MARKER, at + _MARKER)]
        return QPolygonF([QPointF(x, y) for x, y in corners])

    def _update_marker(self, index: int | None) -> None:
        if index is not None:
            self.update(self._marker_shape(index).boundingRect().adjusted(-2, -2, 2, 2).toAlignedRect())

    def _spacing(self) -> float:
        """Pixels from one number to the next."""
        metrics = QFontMetricsF(self.font())
        return self._number_width(metrics) * 1.6 if self._horizontal else metrics.height() * 2.2

    def _number_width(self, metrics: QFontMetricsF) -> float:
        if self._scale is None or not len(self._scale):
            return metrics.horizontalAdvance("0000")
        ends = (float(self._scale.numbers.min()), float(self._scale.numbers.max()))
        if self._scale.continuous and is_uneven(self._scale):  # marked at round numbers, not at its own
            ends = (float(f"{ends[0]:.3g}"), float(f"{ends[1]:.3g}"))
        texts = [number_text(end) for end in ends]
        return max(metrics.horizontalAdvance(text) for text in ("0000", *texts))

    @staticmethod
    def _range_text(scale: AxisScale) -> str:
        return f"{number_text(float(scale.numbers[0]))} to {number_text(float(scale.numbers[-1]))}"
