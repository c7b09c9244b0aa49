"""One view and what it shows: reads its sections off the main thread, draws them, and knows its cursor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.data.gaps import dead_traces
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import SeisviewError
from seisview.gui.section.display_look import Look, look_for, settings_for
from seisview.gui.section.orientation import orientation_of
from seisview.gui.section.section_picture import (
    CursorPosition,
    DisplaySettings,
    SectionPicture,
    axis_scales,
)
from seisview.gui.section.section_reader import Overlay, SectionData, SectionReader, SectionRequest
from seisview.gui.section.section_view import SectionView
from seisview.gui.status.status_line import CursorReadout
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import DisplayChoice

Voxel = tuple[int, int, int]


class ShownSection(QObject):
    """Shows one section after the other in a view.

    Parameters
    ----------
    view : SectionView
    reader : SectionReader
        Of this view alone.

    Signals
    -------
    drawn(SectionKey)
        Another section is on screen, its amplitudes and facies drawn; labels follow from whoever listens.
    failed(SectionKey, SeisviewError)
        The section cannot be read: a text is there instead.
    pointed()
        The cursor, or what lies under it, is another.
    """

    drawn = Signal(object)
    failed = Signal(object, object)
    pointed = Signal()

    def __init__(self, view: SectionView, reader: SectionReader) -> None:
        super().__init__()
        self.view = view
        self._reader = reader
        self._session: Session | None = None
        self._key: SectionKey | None = None
        self._data: SectionData | None = None
        self._cursor: CursorPosition | None = None
        self._overlay: Callable[[SectionKey], Overlay] | None = None
        self._display = DisplayChoice()
        self._settings: DisplaySettings | None = None
        self._look: Look | None = None
        self._direction = 1
        reader.section_ready.connect(self._on_ready)
        reader.failed.connect(self._on_failed)
        view.cursor_moved.connect(self._on_cursor)

    @property
    def key(self) -> SectionKey | None:
        """The section asked for; it is on screen now or in a moment."""
        return self._key

    @property
    def is_drawn(self) -> bool:
        """Whether the section asked for is on screen."""
        return self._data is not None and self._data.request.key == self._key

    @property
    def voxel(self) -> Voxel | None:
        """Indices (inline, crossline, sample) under the cursor; None when it is off the section."""
        data, cursor = self._data, self._cursor
        if self._session is None or data is None or cursor is None:
            return None
        rows, columns = data.amplitude.shape
        if not (0 <= cursor.row < rows and 0 <= cursor.column < columns):
            return None
        return self._session.geometry.voxel(data.request.key, cursor.row, cursor.column)

    def set_session(self, session: Session | None) -> None:
        """Read from another survey from now on; nothing of it is shown before the next :meth:`show`."""
        self._reader.forget()
        before, self._session = self._session, session
        self._key = self._data = self._cursor = self._overlay = self._look = None
        if session is None or before is None or session.cache is not before.cache:
            self.view.clear("")  # else one could paint on a section of the survey before

    def set_overlay(self, overlay: Callable[[SectionKey], Overlay] | None) -> None:
        """Draw another prediction, read section by section by this function, or none."""
        self._overlay = overlay
        self.refresh()

    def set_display(self, display: DisplayChoice) -> None:
        """Draw amplitudes in another way; vertical sections through another filter, if it is another."""
        self._display = display
        self._show_settings()
        session, before = self._session, self._look
        if session is not None:
            self._look = look_for(display, session.geometry, before)
            if self._look is not before:
                self.refresh()

    def _show_settings(self) -> None:
        if self._session is None:
            return
        is_slice = self._key is not None and self._key.axis is Axis.SAMPLE
        settings = settings_for(self._display, self._session, is_filtered=not is_slice)
        if settings != self._settings:
            self._settings = settings
            self.view.set_display(settings)

    def show(self, key: SectionKey | None, direction: int = 1) -> None:
        """Show a section; its neighbours in `direction` are read in advance. None: nothing."""
        self._key, self._direction = key, direction
        if key is None:
            self._reader.forget()
            self._data = None
            self.view.clear("")
        self.refresh()

    def refresh(self) -> None:
        """Read the section again, e.g. because its prediction arrived."""
        session, key = self._session, self._key
        if session is not None and key is not None:
            count = session.geometry.count(key.axis)
            look = None if key.axis is Axis.SAMPLE else self._look
            request = SectionRequest(session.cache, key, count, self._direction, self._overlay, look)
            self._reader.request(request)

    def sharpen(self) -> None:
        """Read the section again if it is coarse."""
        if self._data is not None and self._data.full < 1:
            self.refresh()

    def readout(self, label_at: Callable[[SectionKey, int, int], int]) -> CursorReadout | None:
        """What lies under the cursor, in survey units; None when it is off the section.

        Parameters
        ----------
        label_at : callable
            Class painted at (section, row, column), 0 for none.
        """
        session, data, cursor, voxel = self._session, self._data, self._cursor, self.voxel
        if session is None or data is None or cursor is None or voxel is None:
            return None
        geometry, row, column = session.geometry, cursor.row, cursor.column
        inline, crossline, sample = voxel
        label, sure = label_at(data.request.key, row, column), None
        if not label and data.facies is not None and data.confidence is not None:
            label = int(data.facies[row, column])
            sure = float(data.confidence[row, column]) / 255 if label else None
        return CursorReadout(
            geometry.inlines.number_at(inline),
            geometry.crosslines.number_at(crossline),
            geometry.domain.text(geometry.sample_at(sample)),
            geometry.xy(inline, crossline),
            _number(data.amplitude, row, column),
            session.labels.scheme.name_of(label) if label else "",
            sure,
        )

    def _on_ready(self, data: SectionData) -> None:
        key = data.request.key
        if self._session is None or key != self._key:
            return
        before, self._data = self._data, data
        is_new = before is None or before.request.key != key
        if is_new:
            self._draw(self._session, data)
        elif before is not None and before.shown is not data.shown:
            self.view.replace_amplitude(data.shown)
        self.view.set_facies(data.facies)
        self.view.set_confidence(data.confidence)
        if is_new:
            self.drawn.emit(key)
        self.pointed.emit()

    def _draw(self, session: Session, data: SectionData) -> None:
        key = data.request.key
        self._show_settings()  # slices are drawn without filters, and say so
        columns, rows = axis_scales(session.geometry, key.axis)
        gaps = None if key.axis is Axis.SAMPLE else dead_traces(data.amplitude)
        title = session.geometry.title(key)
        orientation = orientation_of(key.axis, session.geometry)
        self.view.set_section(SectionPicture(key, title, data.shown, columns, rows, gaps, orientation))

    def _on_failed(self, error: SeisviewError) -> None:
        self._data = None
        self.view.clear(f"{error.message} {error.hint}")
        self.failed.emit(self._key, error)

    def _on_cursor(self, position: CursorPosition | None) -> None:
        self._cursor = position
        self.pointed.emit()


def _number(amplitude: npt.NDArray[np.float32], row: int, column: int) -> float | None:
    value = float(amplitude[row, column])
    return value if np.isfinite(value) else None
