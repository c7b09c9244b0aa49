"""The arbitrary line: drawn on the base map or a slice, read in the background, shown in a pane."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from seisview.errors import SeisviewError
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.panes.line_display import LineDisplay
from seisview.gui.panes.line_path import LinePath, Vertex, traces_along
from seisview.gui.panes.line_reading import (
    FaciesAlong,
    LineData,
    LineLabels,
    read_exactly,
    read_quickly,
    readout_of,
    seen_through,
    with_compared,
    with_facies,
)
from seisview.gui.panes.pane import Pane, PaneKind
from seisview.gui.panes.panes_controller import PanesController
from seisview.gui.section.display_look import Look, look_for
from seisview.gui.section.section_picture import CursorPosition
from seisview.gui.section.section_view import SectionView
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.labels.along import labels_along

HOW_TO_DRAW = "Click along the line; a double click or Enter ends it, Esc gives it up."


class LineController(QObject):
    """Connects base maps and slices, where the line is drawn, with the panes that show it.

    Parameters
    ----------
    panes : PanesController
    state : ViewState
        Its tool says whether a line is being drawn.
    show_error, show_note : callable
        Show an error; show one sentence in the status line.
    drawn_layers : callable
        Names of the layers that are switched on and have something to show.

    Signals
    -------
    readout_changed(CursorReadout or None)
        What lies under the pointer on the line.
    """

    readout_changed = Signal(object)

    def __init__(
        self,
        panes: PanesController,
        state: ViewState,
        show_error: Callable[[SeisviewError], object],
        show_note: Callable[[str], object],
        drawn_layers: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        super().__init__()
        self._panes, self._state, self._show_note = panes, state, show_note
        self._session: Session | None = None
        self._path: LinePath | None = None
        self._data: LineData | None = None
        self._painted: LineLabels | None = None
        self._facies_along: FaciesAlong | None = None
        self._compared_along: FaciesAlong | None = None
        self._display = LineDisplay(panes, state, drawn_layers)
        self._look: Look | None = None
        self._tool_before = state.tool
        self._worker = LatestWorker("Reading the line", self)
        self._worker.answered.connect(self._on_read)
        self._worker.failed.connect(show_error)
        self._label_worker = LatestWorker("Labels along the line", self)
        self._label_worker.answered.connect(self._on_labels)
        self._label_worker.failed.connect(show_error)
        panes.pane_connected.connect(self._connect)
        for pane in panes.all_panes:
            self._connect(pane)
        state.changed.connect(self._on_state_changed)

    @property
    def is_drawing(self) -> bool:
        """Whether clicks on maps and slices draw a line."""
        return self._state.tool == "line"

    def set_session(self, session: Session | None) -> None:
        """Forget the line: it lies in another survey."""
        self._worker.forget()
        self._label_worker.forget()
        self._session, self._path = session, None
        self._data = self._painted = self._facies_along = self._compared_along = self._look = None
        self._end_drawing()
        self._display.clear()
        self._show_display()

    def shutdown(self) -> None:
        """Join the threads."""
        self._worker.shutdown()
        self._label_worker.shutdown()

    def toggle_drawing(self) -> None:
        """Draw a line by clicks on maps and slices, or go back to the tool before."""
        if self.is_drawing:
            self._end_drawing()
        else:
            self._state.set_tool("line")

    def set_facies(self, facies_along: FaciesAlong | None) -> None:
        """Draw other facies, or none: those before may be deleted in a moment."""
        self._facies_along = facies_along
        self.refresh()

    def set_compared(self, compared_along: FaciesAlong | None) -> None:
        """Draw other facies left of the divider, or none: those before may be deleted in a moment."""
        self._compared_along = compared_along
        if compared_along is None and self._data is not None:
            self._data = replace(self._data, compared=None)
            self._draw()
        self.refresh()

    def update_title(self) -> None:
        """Say anew which layers the line is shown without."""
        self._display.show_title()

    def refresh(self) -> None:
        """Read the facies along the line again, because more of them arrived or they are others."""
        data, completed = self._data, self._completed()
        if data is not None and data.path is self._path:
            self._worker.submit(lambda _is_stale: completed(data))
        elif self._path is not None:
            self._request(self._path)

    def update_labels(self) -> None:
        """Draw the labels along the line anew: some were painted or undone, or classes changed."""
        if self._path is not None:
            self._read_labels(self._path)
            self._show_display()

    def _connect(self, pane: Pane) -> None:
        pane.base_map.line_drawn.connect(lambda vertices: self._on_drawn(vertices, pane))
        pane.base_map.drawing_ended.connect(self._end_drawing)
        pane.base_map.set_drawing(self.is_drawing)
        pane.section_view.line_drawn.connect(lambda corners: self._on_drawn_on_slice(pane, corners))
        view = pane.line_view
        view.swipe_moved.connect(self._state.set_swipe_at)
        view.opacity_step_requested.connect(self._panes.step_opacity)
        view.cursor_moved.connect(lambda position: self._on_cursor(view, position))
        self._display.show_in(pane, self._painted)
        self._show_display()

    def _on_drawn_on_slice(self, pane: Pane, corners: list[Vertex]) -> None:
        """Take (row, column) corners, which on a slice are (crossline, inline)."""
        self._end_drawing()
        self._on_drawn([(inline, crossline) for crossline, inline in corners], pane)

    def _on_drawn(self, vertices: list[Vertex], pane: Pane) -> None:
        path = None if self._session is None else traces_along(vertices, self._session.geometry)
        if path is None:
            return
        self._bring_up(pane)
        self._request(path)

    def _bring_up(self, drawn_on: Pane) -> None:
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

    def _request(self, path: LinePath) -> None:
        assert self._session is not None
        self._path = path
        volume, fast, completed = self._session.volume, self._session.fast, self._completed()

        def read(_is_stale: Callable[[], bool]) -> LineData:
            return completed(read_quickly(fast, path) or read_exactly(volume, path))

        self._worker.submit(read)
        self._read_labels(path)

    def _on_read(self, data: LineData) -> None:
        self._data = data
        self._draw()
        if not data.is_exact and self._session is not None:
            volume, completed = self._session.volume, self._completed()
            self._worker.submit(lambda _is_stale: completed(read_exactly(volume, data.path)))

    def _completed(self) -> Callable[[LineData], LineData]:
        """What is done in the thread with amplitudes that were read: facies, and the filter for looking."""
        facies, compared, look = self._facies_along, self._compared_along, self._look
        return lambda data: seen_through(with_compared(with_facies(data, facies), compared), look)

    def _read_labels(self, path: LinePath) -> None:
        if self._session is None:
            return
        snapshot, n_samples = self._session.labels.snapshot(), self._session.geometry.n_samples
        where = path.inlines, path.crosslines
        self._label_worker.submit(
            lambda _is_stale: LineLabels(path, labels_along(snapshot, *where, n_samples))
        )

    def _on_labels(self, painted: LineLabels) -> None:
        self._painted = painted
        self._display.show_labels(painted)

    def _draw(self) -> None:
        if self._data is not None and self._session is not None:
            self._display.show(self._data, self._painted, self._session)

    def _on_cursor(self, view: SectionView, position: CursorPosition | None) -> None:
        data, session = self._data, self._session
        if data is None or session is None or position is None:
            self.readout_changed.emit(None)
            self._panes.links.show_cursor(None)
            return
        place = position.row, position.column
        painted = self._painted.labels if self._painted and self._painted.path is data.path else None
        scheme = session.labels.scheme
        at, width = self._state.swipe, view.canvas.viewport().width()
        is_left = at is not None and view.pixel_of(*place).x() < at * width
        self.readout_changed.emit(readout_of(data, place, painted, session.geometry, scheme, is_left))
        inline, crossline = int(data.path.inlines[place[1]]), int(data.path.crosslines[place[1]])
        self._panes.links.show_cursor((inline, crossline, place[0]))

    def _end_drawing(self) -> None:
        if self.is_drawing:
            self._state.set_tool(self._tool_before)
            self._show_note("")

    def _on_state_changed(self, name: str) -> None:
        if name == "tool":
            self._on_tool()
        elif name in {"display", "layers", "hidden_classes", "swipe_on", "swipe_at", "exaggeration"}:
            self._show_display()

    def _on_tool(self) -> None:
        if not self.is_drawing:
            self._tool_before = self._state.tool
        else:
            self._show_note(HOW_TO_DRAW)
            self._bring_up_map()
        for pane in self._panes.all_panes:
            pane.base_map.set_drawing(self.is_drawing)

    def _bring_up_map(self) -> None:
        """Show the base map, unless it or a slice is on screen already."""
        panes = self._panes
        if not any(_can_be_drawn_on(pane) for pane in panes.shown):
            panes.choose_count(max(panes.count, 2))
        if not any(_can_be_drawn_on(pane) for pane in panes.shown):
            panes.choose_kind(panes.shown[-1], PaneKind.MAP)

    def _show_display(self) -> None:
        if self._session is None:
            return
        before, display = self._look, self._state.display
        self._look = look_for(display, self._session.geometry, before)
        if self._look is not before:
            self.refresh()
        self._display.show_settings(self._session)


def _can_be_drawn_on(pane: Pane) -> bool:
    return pane.kind in (PaneKind.MAP, PaneKind.SAMPLE)
