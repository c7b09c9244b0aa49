"""What a tool is, and what it may ask of the canvas it works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from seisview.labels.horizons.following import Rows
from seisview.labels.horizons.picks import Pick
from seisview.labels.strokes import Box

Mask = npt.NDArray[np.bool_]


class ToolName(StrEnum):
    """The tools of the section view."""

    PAN = "pan"
    BRUSH = "brush"
    ERASER = "eraser"
    POLYGON = "polygon"
    FILL = "fill"
    PICK = "pick"
    LINE = "line"
    WAND = "wand"
    BETWEEN = "between"
    MATCH = "match"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A mouse position on the section.

    Attributes
    ----------
    row, column : float
        In samples, the centre of the first element at (0, 0) as in :mod:`seisview.labels.strokes`.
    button : Qt.MouseButton
        The button pressed or released, or the one held while moving.
    """

    row: float
    column: float
    button: Qt.MouseButton = Qt.MouseButton.NoButton

    @property
    def element(self) -> tuple[int, int]:
        """(row, column) of the element under the pointer; may lie outside the section."""
        return int(np.floor(self.row + 0.5)), int(np.floor(self.column + 0.5))

    @property
    def scene(self) -> QPointF:
        """The position in scene units, where the first element covers 0..1."""
        return QPointF(self.column + 0.5, self.row + 0.5)


class FollowedReflections(Protocol):
    """The reflections of the section, as tools see them."""

    def snapped(self, pick: Pick, first: Pick | None) -> Pick:
        """Move a pick to the nearest peak or trough, to that which the first pick of the horizon is on."""

    def joined(self, picks: Sequence[Pick]) -> Rows:
        """Sample on every trace of the horizon through some picks, NaN where it is not."""

    def joined_in_time(self, picks: Sequence[Pick]) -> Rows | None:
        """As :meth:`joined` while the mouse moves: None when it is too soon, and asked for again later."""


class ToolHost(Protocol):
    """The canvas, as tools see it."""

    @property
    def section_shape(self) -> tuple[int, int]:
        """(rows, columns) of the section."""

    @property
    def is_slice(self) -> bool:
        """Whether the section is a time or depth slice."""

    @property
    def pixel_scale(self) -> tuple[float, float]:
        """Logical pixels per column and per row."""

    @property
    def brush_radii(self) -> tuple[float, float]:
        """Radii of the brush in rows and columns, so that it is round on screen."""

    def begin_stroke(self) -> None:
        """Start a group of edits that undo takes back together."""

    def paint(self, box: Box, mask: Mask, *, erase: bool = False) -> None:
        """Give the samples of `mask` the active class, or none."""

    def end_stroke(self) -> None:
        """Close the group."""

    def pick_class(self, row: int, column: int) -> None:
        """Make the class at an element the active one."""

    @property
    def patch_size(self) -> tuple[int, int]:
        """Rows and columns of the patch that a click picks."""

    def pick_patch(self, box: Box, *, unlike: bool) -> None:
        """Search for the patch in `box`, or for what is not like it."""

    def request_fill(self, row: int, column: int) -> None:
        """Fill the area around an element with the active class."""

    def similar_samples(self, row: int, column: int, tolerance: float) -> tuple[Box, Mask]:
        """Connected samples around an element whose amplitude differs by no more than `tolerance`.

        A share of the amplitude at the end of the colours; samples of other classes are left out.
        """

    @property
    def reflections(self) -> FollowedReflections:
        """The reflections of the section."""

    @property
    def is_adding(self) -> bool:
        """Whether Ctrl was held at the last event of the mouse."""

    def give_hint(self, text: str) -> None:
        """Say in the status line what to do next."""

    def draw_line(self, corners: list[tuple[float, float]]) -> None:
        """Show the section along a line through (row, column) corners of a slice; none: it was given up."""


class Tool:
    """A tool does nothing unless it says so; subclasses answer the events they care for.

    Attributes
    ----------
    name : ToolName
    cursor : Qt.CursorShape
        Shape of the mouse pointer over the section.
    has_size : bool
        Whether the brush size matters, so that Shift+wheel changes it.
    is_bright : bool
        Whether the outline is drawn so that it is told from reflections.
    """

    name = ToolName.PAN
    cursor = Qt.CursorShape.OpenHandCursor
    has_size = False
    is_bright = False

    @property
    def busy(self) -> bool:
        """Whether an edit has begun and not ended: the section must stay meanwhile."""
        return False

    def press(self, host: ToolHost, pointer: Pointer) -> None:
        """A button went down."""

    def move(self, host: ToolHost, pointer: Pointer) -> None:
        """The mouse moved, with or without a button held."""

    def release(self, host: ToolHost, pointer: Pointer) -> None:
        """A button went up."""

    def double_click(self, host: ToolHost, pointer: Pointer) -> None:
        """A button went down twice; the first time came as a press."""
        self.press(host, pointer)

    def wants(self, _key: Qt.Key) -> bool:
        """Whether the tool needs this key right now, before the window's shortcuts."""
        return False

    def key(self, host: ToolHost, key: Qt.Key) -> None:
        """A key it wanted was pressed."""

    def cancel(self, host: ToolHost) -> None:
        """Give up what has begun; what was painted stays, as one stroke."""

    def outline(self, _host: ToolHost, _pointer: Pointer | None) -> QPainterPath:
        """What to draw over the section for this tool, in scene units."""
        return QPainterPath()
