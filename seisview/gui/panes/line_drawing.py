"""Drawing a line across the survey: by clicks on base maps and slices, while the line tool is in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from seisview.data.line_path import Vertex
from seisview.gui.panes.pane import Pane, PaneKind
from seisview.gui.panes.panes_controller import PanesController
from seisview.gui.view.view_state import ViewState

HOW_TO_DRAW = "Click along the line; a double click or Enter ends it, Esc gives it up."


class LineDrawing(QObject):
    """Takes the line tool in hand and back, and brings up panes to draw on and to show the line in.

    Parameters
    ----------
    panes : PanesController
    state : ViewState
        Its tool says whether a line is being drawn.
    show_note : callable
        Shows one sentence in the status line.

    Signals
    -------
    drawn(list of (float, float), Pane)
        A line through these (inline index, crossline index) places, and where it was drawn.
    """

    drawn = Signal(object, object)

    def __init__(self, panes: PanesController, state: ViewState, show_note: Callable[[str], object]) -> None:
        super().__init__()
        self._panes, self._state, self._show_note = panes, state, show_note
        self._tool_before = state.tool
        panes.pane_connected.connect(self._connect)
        for pane in panes.all_panes:
            self._connect(pane)
        state.changed.connect(lambda name: self._on_tool() if name == "tool" else None)

    @property
    def is_on(self) -> bool:
        """Whether clicks on maps and slices draw a line."""
        return self._state.tool == "line"

    def toggle(self) -> None:
        """Draw a line by clicks on maps and slices, or go back to the tool before."""
        if self.is_on:
            self.end()
        else:
            self._state.set_tool("line")

    def end(self) -> None:
        """Go back to the tool before."""
        if self.is_on:
            self._state.set_tool(self._tool_before)
            self._show_note("")

    def bring_up_line(self, drawn_on: Pane) -> None:
        """See to it that a pane shows the line, and not the one it was drawn on."""
        panes = self._panes
        if any(pane.kind is PaneKind.LINE for pane in panes.shown):
            return
        if panes.count == 1:
            panes.choose_count(2)
        elif all(_can_be_drawn_on(pane) for pane in panes.shown[1:]):
            panes.choose_count(4)
        free = sorted(panes.shown[1:], key=lambda pane: (_can_be_drawn_on(pane), pane is drawn_on))
        panes.choose_kind(free[0], PaneKind.LINE)

    def _connect(self, pane: Pane) -> None:
        pane.base_map.line_drawn.connect(lambda vertices: self.drawn.emit(vertices, pane))
        pane.base_map.drawing_ended.connect(self.end)
        pane.base_map.set_drawing(self.is_on)
        pane.section_view.line_drawn.connect(lambda corners: self._on_drawn_on_slice(pane, corners))

    def _on_drawn_on_slice(self, pane: Pane, corners: list[Vertex]) -> None:
        """Take (row, column) corners, which on a slice are (crossline, inline)."""
        self.end()
        self.drawn.emit([(inline, crossline) for crossline, inline in corners], pane)

    def _on_tool(self) -> None:
        if not self.is_on:
            self._tool_before = self._state.tool
        else:
            self._show_note(HOW_TO_DRAW)
            self._bring_up_map()
        for pane in self._panes.all_panes:
            pane.base_map.set_drawing(self.is_on)

    def _bring_up_map(self) -> None:
        """Show the base map, unless it or a slice is on screen already."""
        panes = self._panes
        if not any(_can_be_drawn_on(pane) for pane in panes.shown):
            panes.choose_count(max(panes.count, 2))
        if not any(_can_be_drawn_on(pane) for pane in panes.shown):
            panes.choose_kind(panes.shown[-1], PaneKind.MAP)


def _can_be_drawn_on(pane: Pane) -> bool:
    return pane.kind in (PaneKind.MAP, PaneKind.SAMPLE)
