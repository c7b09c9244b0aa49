"""The arbitrary line: drawn on the base map, read in the background, shown in a pane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import Volume
from seisview.errors import SeisviewError
from seisview.gui.jobs import LatestWorker
from seisview.gui.panes.line_path import LinePath, Vertex, traces_along
from seisview.gui.panes.pane import Pane, PaneKind
from seisview.gui.panes.panes_controller import PanesController
from seisview.gui.section.section_picture import (
    AxisScale,
    DisplaySettings,
    SectionPicture,
    axis_scales,
    dead_traces,
)
from seisview.gui.session import Session
from seisview.gui.view_state import ViewState
from seisview.project.results import FaciesResult

ByteArray = npt.NDArray[np.uint8]
NO_LINE = "No line was drawn yet. Press K, click along it on the base map, and end with a double click."


@dataclass(frozen=True, slots=True, eq=False)
class LineData:
    """What was read along a line, (n_samples, n) each; no facies and confidence without a prediction."""

    path: LinePath
    amplitude: npt.NDArray[np.float32]
    facies: ByteArray | None = None
    confidence: ByteArray | None = None


class LineController(QObject):
    """Connects the base maps with the panes that show the line.

    Parameters
    ----------
    panes : PanesController
    state : ViewState
    result : callable
        The facies on screen, or None.
    show_error : callable

    Signals
    -------
    drawing_changed(bool)
        Clicks on the base map draw a line from now on, or go there again.
    """

    drawing_changed = Signal(bool)

    def __init__(
        self,
        panes: PanesController,
        state: ViewState,
        result: Callable[[], FaciesResult | None],
        show_error: Callable[[SeisviewError], object],
    ) -> None:
        super().__init__()
        self._panes, self._state, self._result, self._show_error = panes, state, result, show_error
        self._session: Session | None = None
        self._data: LineData | None = None
        self._vertices: list[Vertex] = []
        self._is_predicted = False
        self._worker = LatestWorker("Reading the line", self)
        self._worker.answered.connect(self._on_read)
        self._worker.failed.connect(show_error)
        panes.pane_connected.connect(self._connect)
        for pane in panes.all_panes:
            self._connect(pane)
        state.changed.connect(self._on_state_changed)

    def set_session(self, session: Session | None) -> None:
        """Forget the line: it lies in another survey."""
        self._worker.forget()
        self._session, self._data, self._vertices = session, None, []
        self.set_drawing(False)
        for pane in self._panes.all_panes:
            pane.base_map.set_line(())
            pane.line_view.clear(NO_LINE)

    def shutdown(self) -> None:
        """Join the thread."""
        self._worker.shutdown()

    def set_drawing(self, drawing: bool) -> None:
        """Draw a line by clicks on the base map, which is brought up if need be; or go there again."""
        if drawing and not any(pane.kind is PaneKind.MAP for pane in self._panes.shown):
            self._panes.choose_count(max(self._panes.count, 2))
            if not any(pane.kind is PaneKind.MAP for pane in self._panes.shown):
                self._panes.choose_kind(self._panes.shown[-1], PaneKind.MAP)
        for pane in self._panes.all_panes:
            pane.base_map.set_drawing(drawing)
        self.drawing_changed.emit(drawing)

    def set_predicted(self, predicted: bool) -> None:
        """Draw another prediction, or none: the one before may be deleted in a moment."""
        self._is_predicted = predicted
        self.refresh()

    def refresh(self) -> None:
        """Read the line again, e.g. because its prediction arrived."""
        if self._data is not None and self._session is not None:
            self._request(self._data.path)

    def _connect(self, pane: Pane) -> None:
        pane.base_map.line_drawn.connect(self._on_drawn)
        pane.base_map.drawing_ended.connect(lambda: self.set_drawing(False))
        pane.line_view.clear(NO_LINE)
        self._show_display()
        if self._data is not None:
            self._show(pane, self._data)

    def _on_drawn(self, vertices: list[Vertex]) -> None:
        if self._session is None:
            return
        path = traces_along(vertices, self._session.geometry)
        if path is None:
            return
        self._vertices = vertices
        if not any(pane.kind is PaneKind.LINE for pane in self._panes.shown):
            self._panes.choose_count(4)
            free = [p for p in self._panes.shown[1:] if p.kind is not PaneKind.MAP]
            self._panes.choose_kind(free[0], PaneKind.LINE)
        self._request(path)

    def _request(self, path: LinePath) -> None:
        assert self._session is not None
        volume, result = self._session.volume, self._result() if self._is_predicted else None
        self._worker.submit(lambda _is_stale: _read(volume, path, result))

    def _on_read(self, data: LineData) -> None:
        self._data = data
        for pane in self._panes.all_panes:
            self._show(pane, data)

    def _show(self, pane: Pane, data: LineData) -> None:
        if self._session is None:
            return
        geometry = self._session.geometry
        pane.base_map.set_line(self._vertices)
        pane.line_view.set_section(_picture(data, geometry))
        pane.line_view.set_facies(data.facies)
        pane.line_view.set_confidence(data.confidence)
        self._show_display()

    def _on_state_changed(self, name: str) -> None:
        if name in {"display", "layers", "hidden_classes"}:
            self._show_display()

    def _show_display(self) -> None:
        if self._session is None:
            return
        display = self._state.display
        limit = self._session.statistics.clip_limit(display.clip_percent)
        palette = self._session.labels.scheme.color_table()
        for pane in self._panes.all_panes:
            view = pane.line_view
            view.set_palette(palette)
            view.set_display(DisplaySettings(limit, display.gain, display.colormap))
            view.set_hidden_classes(self._state.hidden_classes)
            for name, layer in self._state.layers.items():
                view.set_layer(name, layer.visible, layer.opacity)


def _read(volume: Volume, path: LinePath, result: FaciesResult | None) -> LineData:
    amplitude = np.ascontiguousarray(volume.read_traces(path.inlines, path.crosslines).T)
    if result is None:
        return LineData(path, amplitude)
    facies, confidence = (
        np.ascontiguousarray(array[path.inlines, path.crosslines].T)
        for array in (result.facies, result.confidence)
    )
    return LineData(path, amplitude, facies, confidence)


def _picture(data: LineData, geometry: SurveyGeometry) -> SectionPicture:
    """The picture of a line; its key is that of the inline it begins on, which the view tells axes by."""
    unit = "" if data.path.has_coordinates else "traces"
    along = AxisScale("distance along the line", unit, np.round(data.path.distance))
    samples = axis_scales(geometry, Axis.INLINE)[1]
    key = SectionKey(Axis.INLINE, int(data.path.inlines[0]))
    return SectionPicture(key, "line", data.amplitude, along, samples, dead_traces(data.amplitude))
