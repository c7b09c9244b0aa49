"""One compute job at a time, in a thread whose answers reach the main thread as queued signals.

Only the main thread ever touches widgets, the project or the labels.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from seisview.errors import Cancelled, SeisviewError
from seisview.gui.jobs.failures import as_seisview_error, duration_text
from seisview.gui.jobs.running_job import RunningJob
from seisview.progress import Progress, ProgressState

Result = TypeVar("Result")

_JOIN_SECONDS = 10.0


class JobRunner(QObject):
    """Runs one compute job at a time in a thread and answers on the main thread.

    Signals
    -------
    started(str), finished(str)
        Name of the job. `finished` comes before the job's own callback, which may start the next job.
    progressed(ProgressState)
        The latest report; reports that come faster than the main thread takes them are skipped.
    renamed(str)
        The running job goes by another name now.
    cancelling(str)
        The user asked the job of that name to stop; it will, at its next report.
    refused(str)
        A second job was asked for: one sentence with what runs and how long it still takes.
    """

    started = Signal(str)
    progressed = Signal(object)
    finished = Signal(str)
    renamed = Signal(str)
    cancelling = Signal(str)
    refused = Signal(str)
    _progress_waiting = Signal(object)
    _event_sent = Signal(object, object)
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: RunningJob | None = None
        queued = Qt.ConnectionType.QueuedConnection
        self._progress_waiting.connect(self._take_progress, queued)
        self._event_sent.connect(self._take_event, queued)
        self._ended.connect(self._take_end, queued)

    @property
    def busy(self) -> str | None:
        """Name of the running job, or None."""
        return None if self._job is None else self._job.name

    @property
    def state(self) -> ProgressState | None:
        """The latest report of the running job, or None."""
        return None if self._job is None else self._job.latest

    def busy_text(self) -> str:
        """One sentence saying what runs and how long it still takes; empty when idle."""
        if self._job is None:
            return ""
        seconds = None if self._job.latest is None else self._job.latest.remaining_s
        left = "" if seconds is None else f", about {duration_text(seconds)} left"
        return f"{self._job.name} is running{left}. Wait for it to end, or cancel it first."

    def start(
        self,
        name: str,
        work: Callable[[Progress], Result],
        *,
        on_result: Callable[[Result], None],
        on_event: Callable[[Any], None] | None = None,
        on_failure: Callable[[SeisviewError], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
    ) -> bool:
        """Run `work` in a thread; exactly one of the three last callbacks follows, on the main thread.

        Parameters
        ----------
        name : str
            What the user calls it, e.g. ``"Training"``.
        work : callable
            Takes a :class:`~seisview.progress.Progress`; returns a frozen result.
        on_result, on_failure, on_cancelled : callable
            Called once the job is over and the runner is free again. A result that arrives after
            :meth:`cancel` is dropped in favour of `on_cancelled`.
        on_event : callable, optional
            Receives every object that the job emits, in order, before the end.

        Returns
        -------
        bool
            False when another job runs; then `refused` was sent and nothing else happens.
        """
        if self._job is not None:
            self.refused.emit(self.busy_text())
            return False
        job = RunningJob(name, work, on_result, on_event, on_failure, on_cancelled)
        job.progress = Progress(
            on_report=lambda state: self._keep_progress(job, state),
            on_event=lambda event: self._event_sent.emit(job, event),
        )
        job.thread = threading.Thread(target=self._run, args=(job,), name=f"job: {name}", daemon=True)
        self._job = job
        self.started.emit(name)
        job.thread.start()
        return True

    def rename(self, name: str) -> None:
        """Call the running job something else from now on, e.g. once it has trained and predicts."""
        if self._job is not None:
            self._job.name = name
            self.renamed.emit(name)

    def cancel(self) -> None:
        """Ask the running job to stop at its next report; nothing happens when idle."""
        if self._job is not None and not self._job.progress.is_cancelled:
            self._job.progress.cancel()
            self.cancelling.emit(self._job.name)

    def shutdown(self, timeout_s: float = _JOIN_SECONDS) -> bool:
        """Cancel the running job and join its thread without calling back.

        Returns False when the thread did not stop in time; it is a daemon and ends with the program.
        """
        job, self._job = self._job, None
        if job is None or job.thread is None:
            return True
        job.progress.cancel()
        job.thread.join(timeout_s)
        return not job.thread.is_alive()

    def _run(self, job: RunningJob) -> None:
        try:
            job.result = job.work(job.progress)
        except Cancelled:
            job.progress.cancel()
        except Exception as error:  # the job runner is one of the two places that may catch everything
            job.error = as_seisview_error(error, job.name)
        self._ended.emit(job)

    def _keep_progress(self, job: RunningJob, state: ProgressState) -> None:
        with job.lock:
            job.latest = state
            announced, job.announced = job.announced, True
        if not announced:
            self._progress_waiting.emit(job)

    def _take_progress(self, job: RunningJob) -> None:
        with job.lock:
            state, job.announced = job.latest, False
        if job is self._job and state is not None:
            self.progressed.emit(state)

    def _take_event(self, job: RunningJob, event: object) -> None:
        if job is self._job and job.on_event is not None:
            job.on_event(event)

    def _take_end(self, job: RunningJob) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.thread is not None:
            job.thread.join()
        self.finished.emit(job.name)
        if job.error is not None:
            if job.on_failure is not None:
                job.on_failure(job.error)
        elif job.progress.is_cancelled:
            if job.on_cancelled is not None:
                job.on_cancelled()
        else:
            job.on_result(job.result)
