"""Axes of the base map: round coordinates along the top and the left, and where north is."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen

from seisview.gui.panes.map_frame import MapFrame
from seisview.gui.panes.map_marks import LEGEND_HEIGHT
from seisview.gui.section.axis_ticks import nice_step, number_text

MARGIN = (74, 40, 16, 12 + LEGEND_HEIGHT)
"""Room for axes and legend in pixels: left, top, right, bottom."""

_X_SPACING, _Y_SPACING = 90.0, 44.0
_TICK = 5
_NORTH_HEIGHT = 48


def draw_axes(painter: QPainter, frame: MapFrame, palette: QPalette, xy_unit: str = "") -> None:
    """Draw both axes with their titles, and the direction of north when there are coordinates."""
    area = frame.area
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1))
    painter.drawRect(QRectF(area.left, area.top, area.width, area.height))
    height = painter.fontMetrics().height()
    for x in round_numbers(frame.left, frame.right, _X_SPACING / frame.scale_x):
        pixel = frame.pixel_of_map(x, frame.top)[0]
        painter.drawLine(QPointF(pixel, area.top - _TICK), QPointF(pixel, area.top))
        width = painter.fontMetrics().horizontalAdvance(number_text(x)) + 2
        left = min(pixel - width / 2, area.left + area.width + MARGIN[2] - width)  # whole at the right edge
        box = QRectF(left, area.top - _TICK - height, width, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number_text(x))
    for y in round_numbers(frame.bottom, frame.top, _Y_SPACING / frame.scale_y):
        pixel = frame.pixel_of_map(frame.left, y)[1]
        painter.drawLine(QPointF(area.left - _TICK, pixel), QPointF(area.left, pixel))
        box = QRectF(0, pixel - height / 2, area.left - _TICK - 3, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number_text(y))
    x_title, y_title = titles(frame, xy_unit)
    painter.drawText(QRectF(area.left, 0, area.width, height + 2), Qt.AlignmentFlag.AlignCenter, x_title)
    painter.drawText(QRectF(4, 0, area.left, height + 2), Qt.AlignmentFlag.AlignLeft, y_title)
    if frame.has_coordinates and area.height >= _NORTH_HEIGHT:
        _draw_north(painter, area.left + area.width - 14, area.top + 8)


def titles(frame: MapFrame, xy_unit: str) -> tuple[str, str]:
    """What is measured along the top and along the left, with the unit as far as the survey says it."""
    if not frame.has_coordinates:
        return "inline", "crossline"
    return (f"X ({xy_unit})", f"Y ({xy_unit})") if xy_unit else ("X (m or ft, as in the survey)", "Y")


def round_numbers(low: float, high: float, least_step: float) -> list[float]:
    """Round numbers between two numbers, no closer together than `least_step`."""
    step = nice_step(least_step)
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _draw_north(painter: QPainter, x: float, y: float) -> None:
    painter.drawLine(QPointF(x, y), QPointF(x, y + 22))
    painter.drawLine(QPointF(x, y), QPointF(x - 4, y + 7))
    painter.drawLine(QPointF(x, y), QPointF(x + 4, y + 7))
    painter.drawText(QRectF(x - 8, y + 22, 16, 16), Qt.AlignmentFlag.AlignCenter, "N")
