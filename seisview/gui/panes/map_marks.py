"""Marks on the base map, and the line below it that says what they mean."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette

from seisview.gui.panes.map_frame import Area
from seisview.gui.view.mark_symbols import MARK_NAMES, draw_mark, mark_pen

LEGEND_HEIGHT = 20
_RADIUS = 4.5
_GAP = 6.0


def draw_place(painter: QPainter, kind: str, start: QPointF, end: QPointF) -> None:
    """Draw a section as a line with its symbol at both ends, or a point as its symbol alone."""
    if start != end:
        painter.setPen(mark_pen(kind))
        painter.drawLine(start, end)
        draw_mark(painter, kind, end, _RADIUS)
    draw_mark(painter, kind, start, _RADIUS)


def draw_legend(painter: QPainter, kinds: Iterable[str], area: Area, palette: QPalette) -> None:
    """Name the kinds of marks that are there, in a line below the map; as many as there is room for."""
    shown = set(kinds)
    top, x, right = area.top + area.height + 3, area.left, area.left + area.width
    for kind, name in MARK_NAMES.items():
        width = painter.fontMetrics().horizontalAdvance(name) + 2
        if kind not in shown or x + 2 * _RADIUS + _GAP + width > right:
            continue
        draw_mark(painter, kind, QPointF(x + _RADIUS, top + LEGEND_HEIGHT / 2), _RADIUS)
        x += 2 * _RADIUS + _GAP
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(QRectF(x, top, width, LEGEND_HEIGHT), Qt.AlignmentFlag.AlignVCenter, name)
        x += width + 2 * _GAP
