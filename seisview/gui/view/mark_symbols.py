"""Marks of sections and places worth a look, on the slider and on the base map: each kind its own shape.

Hues are those that people with any colour vision tell apart (Okabe and Ito, with a deeper blue); shapes tell
them apart without colour.
"""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

MARK_COLORS = MappingProxyType(
    {"labelled": "#e69f00", "holdout": "#56b4e9", "next": "#4f74ff", "match": "#009e73"}
)
MARK_NAMES = MappingProxyType(
    {"labelled": "labelled", "holdout": "held out", "next": "label next", "match": "match"}
)
# Corners around the middle, for a mark that reaches from -1 to 1: bar, square, triangle, diamond.
_SHAPES = MappingProxyType(
    {
        "labelled": ((-0.4, -1), (0.4, -1), (0.4, 1), (-0.4, 1)),
        "holdout": ((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),
        "next": ((0, -1), (1, 1), (-1, 1)),
        "match": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    }
)
_HOLLOW = frozenset({"holdout"})
_LINES = MappingProxyType(
    {
        "labelled": Qt.PenStyle.SolidLine,
        "holdout": Qt.PenStyle.DashLine,
        "next": Qt.PenStyle.DotLine,
        "match": Qt.PenStyle.SolidLine,
    }
)


def draw_mark(painter: QPainter, kind: str, middle: QPointF, radius: float) -> None:
    """Draw the symbol of a kind of mark."""
    color = QColor(MARK_COLORS[kind])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.6) if kind in _HOLLOW else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if kind in _HOLLOW else color)
    painter.drawPolygon(QPolygonF([middle + QPointF(radius * x, radius * y) for x, y in _SHAPES[kind]]))


def mark_pen(kind: str, width: float = 2.5) -> QPen:
    """How a whole section of a kind is drawn on the map: solid, dashed or dotted."""
    return QPen(QColor(MARK_COLORS[kind]), width, _LINES[kind])
