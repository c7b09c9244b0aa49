"""Shows the running job wherever the window has a place for it: job strip, status line, welcome page."""

from __future__ import annotations

from PySide6.QtCore import QObject

from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.main_window import MainWindow
from seisview.gui.status.notes import refusal
from seisview.progress import ProgressState


class JobDisplay(QObject):
    """Connects the job runner with the places that show progress and offer to cancel.

    Parameters
    ----------
    jobs : JobRunner
    window : MainWindow
    """

    def __init__(self, jobs: JobRunner, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        jobs.started.connect(self._on_started)
        jobs.renamed.connect(window.job_strip.rename_job)
        jobs.progressed.connect(self._show)
        jobs.finished.connect(self._on_finished)
        jobs.refused.connect(lambda text: window.status_line.set_note(refusal(text)))
        window.status_line.background_changed.connect(window.job_strip.set_background)
        window.job_strip.cancel_requested.connect(jobs.cancel)
        window.welcome.cancel_requested.connect(jobs.cancel)

    def _on_started(self, name: str) -> None:
        self._window.job_strip.set_job(name)
        self._window.status_line.set_progress(ProgressState(name, None, 0.0, None))
        self._window.welcome.set_progress(ProgressState(name, None, 0.0, None))

    def _show(self, state: ProgressState) -> None:
        self._window.job_strip.set_progress(state)
        self._window.status_line.set_progress(state)
        self._window.welcome.set_progress(state)

    def _on_finished(self, _name: str) -> None:
        self._window.job_strip.set_job(None)
        self._window.status_line.set_progress(None)
        self._window.welcome.set_progress(None)
