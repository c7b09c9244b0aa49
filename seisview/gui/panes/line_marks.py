"""Marks over the section along a drawn line: its ends A and A′, and where it bends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainterPath

from seisview.gui.panes.sign import Sign, size_of
from seisview.gui.section.section_canvas import SectionCanvas
from seisview.gui.section.tool_outline import ToolOutline

LINE_COLOR = "#9b5de5"
"""Colour of the line that the user drew."""
END_GROUND = QColor("#6b2fb8")
"""Ground of the letters at its ends: dark enough for white letters."""
ENDS = ("A", "A\N{PRIME}")

_LEVEL = 9  # above the labels, below the outline of the tool
_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Bend:
    """Where a line bends.

    Attributes
    ----------
    column : int
        Of the section along the line.
    inline, crossline : int
        Line numbers there.
    """

    column: int
    inline: int
    crossline: int

    @property
    def texts(self) -> tuple[str, str]:
        """What is written beside it: where there is room, and where there is little."""
        return f"inline {self.inline}\ncrossline {self.crossline}", f"{self.inline}\n{self.crossline}"


class LineMarks:
    """Letters at the top of both ends, a thin upright line at every bend and its line numbers at the foot.

    Numbers that would cover others are left out; the marks are not, and what is left out comes when the user
    zooms in.

    Parameters
    ----------
    canvas : SectionCanvas
    """

    def __init__(self, canvas: SectionCanvas) -> None:
        self._canvas = canvas
        self._lines = ToolOutline(_LEVEL)
        canvas.scene().addItem(self._lines)
        self._ends = tuple(Sign(canvas, _LEVEL, END_GROUND) for _ in ENDS)
        for sign, letter in zip(self._ends, ENDS, strict=True):
            sign.set_text(letter)
        self._bends: tuple[Bend, ...] = ()
        self._numbers: list[Sign] = []
        self._is_shown = False
        canvas.view_changed.connect(self._place)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters shown."""
        return tuple(sign.text for sign in self._ends if sign.isVisible())

    @property
    def columns(self) -> tuple[int, ...]:
        """Columns that are marked."""
        return tuple(bend.column for bend in self._bends)

    @property
    def signs(self) -> tuple[Sign, ...]:
        """What is written at the bends now."""
        return tuple(sign for sign in self._numbers if sign.isVisible())

    def show(self, bends: Sequence[Bend]) -> None:
        """Mark another line, by its bends in order."""
        self._is_shown, self._bends = True, tuple(bends)
        while len(self._numbers) < len(self._bends):
            self._numbers.append(Sign(self._canvas, _LEVEL))
        self._place()

    def clear(self) -> None:
        """Mark nothing."""
        self._is_shown, self._bends = False, ()
        self._place()

    def _place(self) -> None:
        shape = self._canvas.section_shape
        for sign in (*self._ends, *self._numbers):
            sign.place(None)
        if shape is None or not self._is_shown:
            self._lines.set_path(QPainterPath(), (1.0, 1.0))
            return
        rows, columns = shape
        self._draw_lines(rows)
        to_pixels = self._canvas.viewportTransform()
        first, last = to_pixels.map(QPointF(0, 0)), to_pixels.map(QPointF(columns, rows))
        top = max(first.y(), 0.0) + _GAP
        self._ends[0].place(QPointF(first.x() + _GAP, top))
        self._ends[1].place(QPointF(last.x() - _GAP - self._ends[1].size.width(), top))
        places = [to_pixels.map(QPointF(bend.column + 0.5, 0)).x() for bend in self._bends]
        foot = min(last.y(), float(self._canvas.viewport().height())) - _GAP
        self._write(places, foot, QRectF(first, last))

    def _draw_lines(self, rows: int) -> None:
        path = QPainterPath()
        for bend in self._bends:
            path.moveTo(bend.column + 0.5, 0)
            path.lineTo(bend.column + 0.5, rows)
        self._lines.set_path(path, self._canvas.element_scale)

    def _write(self, places: Sequence[float], foot: float, section: QRectF) -> None:
        """Write the numbers beside their marks: shorter ones where the longer ones do not all fit."""
        font = self._canvas.font()
        for length in (0, 1):
            texts = [bend.texts[length] for bend in self._bends]
            widths = [size_of(text, font).width() for text in texts]
            lefts = [_beside(x, width, section) for x, width in zip(places, widths, strict=True)]
            free = _not_covered(lefts, widths)
            if all(free):
                break
        for sign, bend, text, left, fits in zip(self._numbers, self._bends, texts, lefts, free, strict=False):
            sign.set_text(text, f"The line bends at inline {bend.inline}, crossline {bend.crossline}")
            sign.place(QPointF(left, foot - sign.size.height()) if fits else None)


def _beside(x: float, width: float, section: QRectF) -> float:
    """Left side of a sign on the right of a mark, or on its left near the end of the section."""
    right_of = x + _GAP
    return right_of if right_of + width <= section.right() else x - _GAP - width


def _not_covered(lefts: Sequence[float], widths: Sequence[float]) -> list[bool]:
    """Which boxes lie free of those before them that do."""
    taken: list[tuple[float, float]] = []
    free = []
    for left, width in zip(lefts, widths, strict=True):
        is_free = all(left + width <= start or left >= end for start, end in taken)
        free.append(is_free)
        if is_free:
            taken.append((left, left + width))
    return free
