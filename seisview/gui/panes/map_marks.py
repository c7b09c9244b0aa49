"""Marks on the base map, and the legend below it that says what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.panes.map_frame import Point
from seisview.gui.view.mark_symbols import MARK_NAMES, draw_mark, mark_pen

LEGEND_HEIGHT = 20
_RADIUS = 4.5
_GAP = 6.0
_BETWEEN = 12.0
_EDGE = 4.0


@dataclass(frozen=True, slots=True)
class MapMark:
    """Something worth a look: a line from one grid position to another, or a point when both are equal.

    Attributes
    ----------
    start, end : (float, float)
        (inline index, crossline index).
    kind : str
        ``"labelled"``, ``"holdout"``, ``"next"`` or ``"match"``; decides shape and colour.
    text : str
        What hovering says.
    """

    start: Point
    end: Point
    kind: str
    text: str


def section_mark(key: SectionKey, geometry: SurveyGeometry, kind: str, text: str) -> MapMark | None:
    """The mark of a vertical section; None for a time or depth slice, which is everywhere."""
    ends = ends_of(key, geometry)
    return None if ends is None else MapMark(*ends, kind, text)


def ends_of(key: SectionKey, geometry: SurveyGeometry) -> tuple[Point, Point] | None:
    """Ends of a vertical section, (inline index, crossline index) each; None for a slice."""
    if key.axis is Axis.SAMPLE:
        return None
    if key.axis is Axis.INLINE:
        return (key.index, 0), (key.index, geometry.shape[1] - 1)
    return (0, key.index), (geometry.shape[0] - 1, key.index)


def draw_place(painter: QPainter, kind: str, start: QPointF, end: QPointF) -> None:
    """Draw a section as a line with its symbol at both ends, or a point as its symbol alone."""
    if start != end:
        painter.setPen(mark_pen(kind))
        painter.drawLine(start, end)
        draw_mark(painter, kind, end, _RADIUS)
    draw_mark(painter, kind, start, _RADIUS)


@dataclass(frozen=True, slots=True)
class Legend:
    """Names of the kinds of marks that are there, in as many rows as they need.

    Attributes
    ----------
    rows : tuple of tuple of str
        Kinds by row.
    left : float
        Where the rows begin.
    """

    rows: tuple[tuple[str, ...], ...]
    left: float

    @classmethod
    def fitted(cls, kinds: Iterable[str], metrics: QFontMetrics, left: float, width: float) -> Legend:
        """In one row from `left`, or in rows across the whole `width`."""
        shown = set(kinds)
        named = [(kind, _entry_width(name, metrics)) for kind, name in MARK_NAMES.items() if kind in shown]
        if left + sum(needed for _, needed in named) - _BETWEEN <= width:
            return cls((tuple(kind for kind, _ in named),), left)
        rows: list[list[str]] = [[]]
        x = _EDGE
        for kind, needed in named:
            if rows[-1] and x + needed - _BETWEEN > width:
                rows.append([])
                x = _EDGE
            rows[-1].append(kind)
            x += needed
        return cls(tuple(tuple(row) for row in rows), _EDGE)

    @property
    def height(self) -> int:
        """Pixels, at least one row."""
        return LEGEND_HEIGHT * len(self.rows)

    def draw(self, painter: QPainter, top: float, palette: QPalette) -> None:
        """Draw symbols and names."""
        metrics = painter.fontMetrics()
        for number, row in enumerate(self.rows):
            x, y = self.left, top + number * LEGEND_HEIGHT
            for kind in row:
                draw_mark(painter, kind, QPointF(x + _RADIUS, y + LEGEND_HEIGHT / 2), _RADIUS)
                name, after = MARK_NAMES[kind], x + _entry_width(MARK_NAMES[kind], metrics)
                x += 2 * _RADIUS + _GAP
                painter.setPen(palette.color(QPalette.ColorRole.Text))
                area = QRectF(x, y, after - x, LEGEND_HEIGHT)
                painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
                x = after


def _entry_width(name: str, metrics: QFontMetrics) -> float:
    return 2 * _RADIUS + _GAP + _BETWEEN + metrics.horizontalAdvance(name) + 2
