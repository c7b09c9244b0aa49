"""Thin lines over a section: where the other panes cut it, and where the cursor of another pane is."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsLineItem

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.gui.panes.drawn_line import DrawnLine
from seisview.gui.section.section_canvas import SectionCanvas

AXIS_COLORS = MappingProxyType({Axis.INLINE: "#ff4fa3", Axis.CROSSLINE: "#00d5e0", Axis.SAMPLE: "#a6e22e"})
"""Colour of the sections across each axis, wherever they are drawn as a line."""

CURSOR_COLOR = "#ffe040"
_LEVEL = 9  # above the labels, below the outline of the tool


def place_of(key: SectionKey, voxel: tuple[int, int, int]) -> tuple[int, int]:
    """(row, column) on which a voxel (inline, crossline, sample) is projected in a section."""
    inline, crossline, sample = voxel
    if key.axis is Axis.INLINE:
        return sample, crossline
    return (sample, inline) if key.axis is Axis.CROSSLINE else (crossline, inline)


class Crosshair:
    """The lines over one section; moving them repaints the lines and nothing else.

    Parameters
    ----------
    canvas : SectionCanvas
    """

    def __init__(self, canvas: SectionCanvas) -> None:
        self._cuts = {
            axis: _line(canvas, color, Qt.PenStyle.SolidLine) for axis, color in AXIS_COLORS.items()
        }
        self._cursor = [_line(canvas, CURSOR_COLOR, Qt.PenStyle.DashLine) for _ in range(2)]
        self._drawn = DrawnLine(canvas, _LEVEL)

    @property
    def cut_axes(self) -> tuple[Axis, ...]:
        """Axes whose sections are drawn as a line now."""
        return tuple(axis for axis, line in self._cuts.items() if line.isVisible())

    @property
    def cursor_place(self) -> tuple[float, float] | None:
        """(row, column) at which the cursor of another pane is shown."""
        across, down = self._cursor
        return (across.line().y1() - 0.5, down.line().x1() - 0.5) if across.isVisible() else None

    def show_cuts(self, key: SectionKey | None, others: dict[Axis, int], geometry: SurveyGeometry) -> None:
        """Draw where the sections `others` (index by axis) cut the section `key`; None draws nothing."""
        for axis, line in self._cuts.items():
            index = others.get(axis)
            visible = key is not None and axis is not key.axis and index is not None
            if visible and key is not None and index is not None:
                rows, columns = geometry.section_shape(key.axis)
                if _is_across(axis, key.axis):
                    line.setLine(0, index + 0.5, columns, index + 0.5)
                else:
                    line.setLine(index + 0.5, 0, index + 0.5, rows)
            line.setVisible(visible)

    def show_line(self, corners: Sequence[tuple[float, float]]) -> None:
        """Draw the user's line through (row, column) corners; none draws nothing."""
        self._drawn.show_corners(corners)

    def show_cursor(self, place: tuple[int, int] | None, shape: tuple[int, int]) -> None:
        """Draw the cursor of another pane at (row, column) of a section of this shape; None: nowhere."""
        across, down = self._cursor
        if place is not None:
            rows, columns = shape
            across.setLine(0, place[0] + 0.5, columns, place[0] + 0.5)
            down.setLine(place[1] + 0.5, 0, place[1] + 0.5, rows)
        across.setVisible(place is not None)
        down.setVisible(place is not None)


def _is_across(axis: Axis, of: Axis) -> bool:
    """Whether sections across `axis` cut a section across `of` in a horizontal line."""
    return axis is (Axis.CROSSLINE if of is Axis.SAMPLE else Axis.SAMPLE)


def _line(canvas: SectionCanvas, color: str, style: Qt.PenStyle) -> QGraphicsLineItem:
    line = QGraphicsLineItem()
    pen = QPen(QColor(color), 0, style)
    pen.setCosmetic(True)
    line.setPen(pen)
    line.setZValue(_LEVEL)
    line.setVisible(False)
    line.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
    canvas.scene().addItem(line)
    return line
