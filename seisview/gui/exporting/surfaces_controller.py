"""Surfaces of a class from the window: asks, measures and writes in the background, and shows the map."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from seisview.errors import SeisviewError
from seisview.export.surface import Surface
from seisview.gui.analysis.analysis_texts import result_text
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.labels.snapshot import LabelSnapshot
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.gui.dialogs.surface_dialog import SurfaceDialog, SurfaceOffer, SurfaceRequest, SurfaceSource


class SurfacesController(QObject):
    """Connects the form with the project and the job runner.

    Parameters
    ----------
    jobs : JobRunner
    window : QWidget
    state : ViewState
        Knows the active class, which is proposed.
    show_error, show_note : callable
        Show an error; show one sentence in the status line.

    Signals
    -------
    measured(Surface)
        A surface that is to be shown on the base map.
    shown(SurfaceRequest)
        How it was asked for.
    """

    measured = Signal(object)
    shown = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        window: QWidget,
        state: ViewState,
        show_error: Callable[[SeisviewError], None],
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._jobs, self._window, self._state = jobs, window, state
        self._show_error, self._show_note = show_error, show_note
        self._session: Session | None = None
        self._folder: Path | None = None

    def set_session(self, session: Session | None) -> None:
        """Work for another project, or for none."""
        self._session, self._folder = session, None

    def show(self) -> SurfaceDialog | None:
        """Open the form; None when there is nothing to measure."""
        offer = None if self._session is None else self._offer(self._session)
        if offer is None:
            return None
        from seisview.gui.dialogs.surface_dialog import SurfaceDialog

        dialog = SurfaceDialog(offer, self._window)
        dialog.export_requested.connect(self.write)
        dialog.open()
        return dialog

    def write(self, request: SurfaceRequest) -> None:
        """Measure and write what was asked for, in the background."""
        session = self._session
        if session is None:
            return
        labels = session.labels.snapshot()
        name = f"Exporting {request.path.name}"

        def finish(done: tuple[Surface, str]) -> None:
            surface, words = done
            if request.on_map and session is self._session:
                self.measured.emit(surface)
                self.shown.emit(request)
            self._show_note(f"Wrote {request.path}: {surface.name}, {words}.")

        def work(progress: Progress) -> tuple[Surface, str]:
            return _measure_and_write(session, labels, request, progress)

        if self._jobs.start(name, work, on_result=finish, on_failure=self._show_error):
            self._folder = request.path.parent

    def _offer(self, session: Session) -> SurfaceOffer | None:
        from seisview.gui.dialogs.surface_dialog import SurfaceOffer

        sources = _sources(session)
        if not sources:
            return None
        geometry, path = session.geometry, session.volume.info.path
        folder = self._folder or path.parent
        return SurfaceOffer(
            sources,
            self._state.active_class,
            geometry.domain.unit or "samples",
            geometry.transform is not None,
            folder if os.access(folder, os.W_OK) else Path.home(),
            path.name,
        )


def _sources(session: Session) -> list[SurfaceSource]:
    """The facies on screen, those of other models, and the labels, if there are any."""
    from seisview.gui.dialogs.surface_dialog import SurfaceSource
    from seisview.workflows.facies.surfaces import FACIES, LABELS

    project, labels = session.project, session.labels
    shown = project.current_result
    found = []
    if shown is not None:
        found.append(SurfaceSource(FACIES, result_text(shown, labels.revision), shown.scheme))
    others = {result.title: result for result in project.results}
    for title, result in reversed(others.items()):
        if shown is None or title != shown.title:
            found.append(SurfaceSource(title, result_text(result, labels.revision), result.scheme))
    if any(labels.counts().values()):
        found.append(SurfaceSource(LABELS, "painted labels", labels.scheme))
    return found


def _measure_and_write(
    session: Session, labels: LabelSnapshot, request: SurfaceRequest, progress: Progress
) -> tuple[Surface, str]:
    from seisview.workflows.facies.surfaces import write_project_surface

    return write_project_surface(
        session.project, request.kind, request.path, request.config, progress, labels
    )
