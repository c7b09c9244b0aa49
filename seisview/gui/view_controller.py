"""Navigation and display: keeps bar, section and layers in step with the view state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.data.colormaps import DEFAULT_COLORMAP, colormaps
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import SeisviewError
from seisview.gui.marked_slider import SliderMark
from seisview.gui.section_bar import SectionBar
from seisview.gui.section_picture import (
    CursorPosition,
    DisplaySettings,
    SectionPicture,
    axis_scales,
    dead_traces,
)
from seisview.gui.section_reader import Overlay, SectionData, SectionReader, SectionRequest
from seisview.gui.section_view import SectionView
from seisview.gui.session import Session
from seisview.gui.status_line import CursorReadout
from seisview.gui.view_state import DisplayChoice, ViewState

if TYPE_CHECKING:
    from seisview.gui.dialogs.go_to import Target

_GAIN_STEP = 1.25
_OPACITY_STEP = 0.05


class ViewController(QObject):
    """Shows the section that the view state names.

    Parameters
    ----------
    section, bar
        The views.
    state : ViewState
    reader : SectionReader
    show_error : callable
        Shows an error.

    Signals
    -------
    section_shown(SectionKey)
        A section is on screen, its amplitudes drawn; labels follow from whoever listens.
    readout_changed(CursorReadout or None)
    display_chosen(dict)
        Clip, gain or map changed, to be remembered for the survey.
    """

    section_shown = Signal(object)
    readout_changed = Signal(object)
    display_chosen = Signal(object)

    def __init__(
        self,
        section: SectionView,
        bar: SectionBar,
        state: ViewState,
        reader: SectionReader,
        show_error: Callable[[SeisviewError], object],
    ) -> None:
        super().__init__()
        self._section = section
        self._bar = bar
        self._state = state
        self._reader = reader
        self._show_error = show_error
        self._session: Session | None = None
        self._data: SectionData | None = None
        self._cursor: CursorPosition | None = None
        self._overlay: Callable[[SectionKey], Overlay] | None = None
        self.label_at: Callable[[int, int], int] = lambda _row, _column: 0
        self._bar.set_colormaps([(m.name, m.label) for m in colormaps()])
        self._connect()

    def _connect(self) -> None:
        self._state.changed.connect(self._on_state_changed)
        self._reader.section_ready.connect(self._on_section_ready)
        self._reader.failed.connect(self._on_read_failed)
        self._bar.key_requested.connect(self._state.set_key)
        self._bar.axis_requested.connect(self.show_axis)
        self._bar.step_requested.connect(self.step)
        self._bar.clip_changed.connect(lambda value: self.choose_display(clip_percent=value))
        self._bar.gain_changed.connect(lambda value: self.choose_display(gain=value))
        self._bar.colormap_changed.connect(lambda name: self.choose_display(colormap=name))
        self._bar.left.connect(self._section.setFocus)
        self._section.section_step_requested.connect(self.step)
        self._section.cursor_moved.connect(self._on_cursor)
        self._section.brush_diameter_changed.connect(self._state.set_brush_diameter)
        self._section.opacity_step_requested.connect(self.step_opacity)

    def set_session(
        self, session: Session | None, display: DisplayChoice, key: SectionKey | None = None
    ) -> None:
        """Show another survey, from a section or from its middle inline, or none."""
        self._reader.forget()
        self._session = session
        self._data = self._cursor = self._overlay = None
        self.readout_changed.emit(None)
        self._bar.set_geometry(None if session is None else session.geometry)
        self._state.set_key(None)
        if session is None:
            self._section.clear("")
            return
        known = {m.name for m in colormaps()}
        colormap = display.colormap if display.colormap in known else DEFAULT_COLORMAP
        self._state.set_display(clip_percent=display.clip_percent, gain=display.gain, colormap=colormap)
        self._show_display()
        self._show_tool()
        self._show_layers()
        middle = SectionKey(Axis.INLINE, session.geometry.count(Axis.INLINE) // 2)
        self._state.set_key(middle if key is None else key)

    def set_overlay(self, overlay: Callable[[SectionKey], Overlay] | None) -> None:
        """Draw another prediction, read section by section by this function, or none."""
        self._overlay = overlay
        self.refresh()

    def refresh(self) -> None:
        """Read the section on screen again, e.g. because its prediction arrived."""
        if self._state.key is not None:
            self._request(self._state.key)

    def step(self, n_sections: int) -> None:
        """Go on by that many sections, and stop at the first or last."""
        if self._session is None or self._state.key is None:
            return
        key = self._state.key
        last = self._session.geometry.count(key.axis) - 1
        self._state.set_key(SectionKey(key.axis, min(max(key.index + n_sections, 0), last)))

    def show_axis(self, axis: Axis) -> None:
        """Show sections across another axis: the one last seen, or the middle one."""
        if self._session is not None and axis in self._session.geometry.axes:
            middle = self._session.geometry.count(axis) // 2
            self._state.set_key(SectionKey(axis, self._state.last_index(axis, middle)))

    def go_to(self, target: Target) -> None:
        """Show the section that a go-to dialog named."""
        self._state.set_key(target.key)

    def choose_display(self, **values: object) -> None:
        """Change clip, gain or colour map because the user said so: it is remembered."""
        self._state.set_display(**values)
        self.display_chosen.emit(self._state.display.to_dict())

    def step_gain(self, steps: int) -> None:
        """Draw stronger (positive) or weaker."""
        self.choose_display(gain=round(self._state.display.gain * _GAIN_STEP**steps, 2))

    def step_opacity(self, steps: int) -> None:
        """Draw the facies less transparent (positive) or more."""
        opacity = self._state.layers["facies"].opacity + steps * _OPACITY_STEP
        self._state.set_layer("facies", opacity=round(opacity, 2))

    def set_marks(self, labelled: tuple[SectionKey, ...], holdout: frozenset[SectionKey]) -> None:
        """Mark labelled and held-out sections of the axis on screen."""
        if self._session is None or self._state.key is None:
            return
        axis, geometry = self._state.key.axis, self._session.geometry
        marks = []
        for key in sorted({*labelled, *holdout}):
            if key.axis is axis:
                kind = "holdout" if key in holdout else "labelled"
                text = f"{geometry.title(key)}: {'held out' if kind == 'holdout' else 'labelled'}"
                marks.append(SliderMark(key.index, kind, text))
        self._bar.set_marks(marks)

    def _on_state_changed(self, name: str) -> None:
        if name == "key" and self._state.key is not None:
            self._bar.set_key(self._state.key)
            self._request(self._state.key)
        elif name == "display":
            self._show_display()
        elif name == "layers":
            self._show_layers()
        elif name in {"tool", "brush_diameter", "active_class", "aspect_locked"}:
            self._show_tool()

    def _request(self, key: SectionKey) -> None:
        if self._session is not None:
            count = self._session.geometry.count(key.axis)
            self._reader.request(
                SectionRequest(self._session.cache, key, count, self._state.direction, self._overlay)
            )

    def _on_section_ready(self, data: SectionData) -> None:
        session, key = self._session, data.request.key
        if session is None or key != self._state.key:
            return
        is_new = self._data is None or self._data.request.key != key
        self._data = data
        if is_new:
            columns, rows = axis_scales(session.geometry, key.axis)
            gaps = None if key.axis is Axis.SAMPLE else dead_traces(data.amplitude)
            title = session.geometry.title(key)
            self._section.set_section(SectionPicture(key, title, data.amplitude, columns, rows, gaps))
        self._section.set_facies(data.facies)
        self._section.set_confidence(data.confidence)
        if is_new:
            self.section_shown.emit(key)
        self._show_readout()

    def _on_read_failed(self, error: SeisviewError) -> None:
        self._data = None
        self._section.clear(f"{error.message} {error.hint}")

    def _show_display(self) -> None:
        if self._session is not None:
            display = self._state.display
            limit = self._session.statistics.clip_limit(display.clip_percent)
            self._section.set_display(DisplaySettings(limit, display.gain, display.colormap))
        self._bar.set_display(self._state.display)

    def _show_layers(self) -> None:
        for name, layer in self._state.layers.items():
            self._section.set_layer(name, layer.visible, layer.opacity)

    def _show_tool(self) -> None:
        self._section.set_tool(self._state.tool)
        self._section.set_brush_diameter(self._state.brush_diameter)
        self._section.set_active_class(self._state.active_class)
        self._section.set_aspect_locked(self._state.aspect_locked)

    def _on_cursor(self, cursor: CursorPosition | None) -> None:
        self._cursor = cursor
        self._show_readout()

    def _show_readout(self) -> None:
        if self._session is None or self._data is None or self._cursor is None:
            self.readout_changed.emit(None)
            return
        row, column = self._cursor.row, self._cursor.column
        rows, columns = self._data.amplitude.shape
        if not (0 <= row < rows and 0 <= column < columns):
            self.readout_changed.emit(None)
            return
        self.readout_changed.emit(self._readout(self._session, self._data, row, column))

    def _readout(self, session: Session, data: SectionData, row: int, column: int) -> CursorReadout:
        geometry = session.geometry
        inline, crossline, sample = geometry.voxel(data.request.key, row, column)
        label, sure = self.label_at(row, column), None
        if not label and data.facies is not None and data.confidence is not None:
            label = int(data.facies[row, column])
            sure = float(data.confidence[row, column]) / 255 if label else None
        return CursorReadout(
            geometry.inlines.number_at(inline),
            geometry.crosslines.number_at(crossline),
            f"{geometry.sample_at(sample):g} {geometry.domain.unit}",
            geometry.xy(inline, crossline),
            _number(data.amplitude, row, column),
            session.labels.scheme.name_of(label) if label else "",
            sure,
        )


def _number(amplitude: npt.NDArray[np.float32], row: int, column: int) -> float | None:
    value = float(amplitude[row, column])
    return value if np.isfinite(value) else None
