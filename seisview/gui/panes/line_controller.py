"""The arbitrary line: drawn on the base map or a slice, read in the background, shown in a pane."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from seisview.data.line_path import LinePath, Vertex, traces_along
from seisview.errors import SeisviewError
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.panes.line_display import LineDisplay
from seisview.gui.panes.line_drawing import LineDrawing
from seisview.gui.panes.line_reading import (
    ComparedAlong,
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
from seisview.gui.panes.pane import Pane
from seisview.gui.panes.panes_controller import PanesController
from seisview.gui.section.display_look import Look, look_for
from seisview.gui.section.section_picture import CursorPosition
from seisview.gui.section.section_view import SectionView
from seisview.gui.status.notes import refusal
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.labels.along import labels_along


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

    Attributes
    ----------
    drawing : LineDrawing
        How a line is drawn.

    Signals
    -------
    drawn(tuple of (float, float))
        The user drew a line through these (inline index, crossline index) corners.
    readout_changed(CursorReadout or None)
        What lies under the pointer on the line.
    compared(Agreement or None)
        How far two results agree along the line; None without a comparison or a line.
    """

    drawn = Signal(object)
    compared = Signal(object)
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
        self._panes, self._state = panes, state
        self._show_note, self._show_error = show_note, show_error
        self._session: Session | None = None
        self._path: LinePath | None = None
        self._data: LineData | None = None
        self._painted: LineLabels | None = None
        self._facies_along: FaciesAlong | None = None
        self._compared_along: ComparedAlong | None = None
        self._display = LineDisplay(panes, state, drawn_layers)
        self._look: Look | None = None
        self._is_restored = False
        self.drawing = LineDrawing(panes, state, show_note)
        self.drawing.drawn.connect(self._on_drawn)
        self._worker = LatestWorker("Reading the line", self)
        self._worker.answered.connect(self._on_read)
        self._worker.failed.connect(self._on_failed)
        self._label_worker = LatestWorker("Labels along the line", self)
        self._label_worker.answered.connect(self._on_labels)
        self._label_worker.failed.connect(show_error)
        panes.pane_connected.connect(self._connect)
        for pane in panes.all_panes:
            self._connect(pane)
        state.changed.connect(self._on_state_changed)

    def set_session(self, session: Session | None) -> None:
        """Forget the line: it lies in another survey."""
        self._worker.forget()
        self._label_worker.forget()
        self._session, self._path = session, None
        self._data = self._painted = self._facies_along = self._compared_along = self._look = None
        self.drawing.end()
        self._display.clear()
        self._show_display()

    def restore(self, corners: Sequence[Vertex]) -> None:
        """Show a line drawn another time, in the panes that are there; ignored when it leads nowhere."""
        path = None if self._session is None else traces_along(corners, self._session.geometry)
        if path is not None:
            self._is_restored = True
            self._request(path)

    def shutdown(self) -> None:
        """Join the threads."""
        self._worker.shutdown()
        self._label_worker.shutdown()

    def set_facies(self, facies_along: FaciesAlong | None) -> None:
        """Draw other facies, or none: those before may be deleted in a moment."""
        self._facies_along = facies_along
        self.refresh()

    def set_compared(self, compared_along: ComparedAlong | None) -> None:
        """Draw other facies left of the divider, or none: those before may be deleted in a moment."""
        self._compared_along = compared_along
        if compared_along is None and self._data is not None:
            self._data = with_compared(self._data, None)
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
        view = pane.line_view
        view.swipe_moved.connect(self._state.set_swipe_at)
        view.opacity_step_requested.connect(self._panes.step_opacity)
        view.cursor_moved.connect(lambda position: self._on_cursor(view, position))
        self._display.show_in(pane, self._painted)
        self._show_display()

    def _on_drawn(self, vertices: list[Vertex], pane: Pane) -> None:
        path = None if self._session is None else traces_along(vertices, self._session.geometry)
        if path is None:
            return
        self.drawing.bring_up_line(pane)
        self._is_restored = False
        self._request(path)
        self.drawn.emit(path.corners)

    def _request(self, path: LinePath) -> None:
        assert self._session is not None
        self._path = path
        volume, fast, completed = self._session.volume, self._session.fast, self._completed()

        def read(_is_stale: Callable[[], bool]) -> LineData:
            return completed(read_quickly(fast, path) or read_exactly(volume, path))

        self._worker.submit(read)
        self._read_labels(path)

    def _on_failed(self, error: SeisviewError) -> None:
        """Keep the line before; one nobody asked for just now is no reason for a box over the window."""
        self._path = None if self._data is None else self._data.path
        if self._is_restored:
            self._show_note(refusal(f"The line could not be read. {error.message}"))
        else:
            self._show_error(error)

    def _on_read(self, data: LineData) -> None:
        self._data = data
        self._draw()
        self.compared.emit(data.agreement)
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

    def _on_state_changed(self, name: str) -> None:
        if name in {"display", "layers", "hidden_classes", "swipe_on", "swipe_at", "exaggeration"}:
            self._show_display()

    def _show_display(self) -> None:
        if self._session is None:
            return
        before, display = self._look, self._state.display
        self._look = look_for(display, self._session.geometry, before)
        if self._look is not before:
            self.refresh()
        self._display.show_settings(self._session)
