"""What is wrong with the open survey: what was found on opening, and that its file is gone meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.survey.session import Session

_LOOK_MS = 15_000


class SurveyWatch(QObject):
    """Looks now and then whether the file is still there.

    An open file can be read on after it was deleted, so that nothing else would tell before the window is
    closed, and then it is too late. A disk that does not answer holds up a thread, not the window.

    Parameters
    ----------
    show_note : callable
        Told once when the file is gone.
    interval_ms : int
        Between looks.

    Signals
    -------
    warnings_changed(tuple of str)
        All that is wrong with the survey; nothing when none is open.
    """

    warnings_changed = Signal(object)

    def __init__(
        self, show_note: Callable[[str], object], interval_ms: int = _LOOK_MS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._show_note = show_note
        self._session: Session | None = None
        self._is_there = True
        self._worker = LatestWorker("Looking for the survey", self)
        self._worker.answered.connect(self._on_looked)
        self._timer = QTimer(self, interval=interval_ms)
        self._timer.timeout.connect(self._look)

    def set_session(self, session: Session | None) -> None:
        """Watch another survey, or none."""
        self._worker.forget()
        self._session, self._is_there = session, True
        if session is None:
            self._timer.stop()
        else:
            self._timer.start()
            self._look()  # the thread is there from now on: begun in the middle, it takes a job's memory pool
        self._tell()

    def shutdown(self) -> bool:
        """Join the thread; False when it did not stop in time."""
        self._timer.stop()
        return self._worker.shutdown()

    def _look(self) -> None:
        if self._session is not None:
            path = self._session.volume.info.path
            self._worker.submit(lambda _is_stale: _is_there(path))

    def _on_looked(self, is_there: bool) -> None:
        if is_there == self._is_there or self._session is None:
            return
        self._is_there = is_there
        self._tell()
        if not is_there:
            self._show_note(gone_text(self._session.volume.info.path))

    def _tell(self) -> None:
        if self._session is None:
            self.warnings_changed.emit(())
            return
        info = self._session.volume.info
        gone = () if self._is_there else (gone_text(info.path),)
        self.warnings_changed.emit((*gone, *info.warnings))


def gone_text(path: Path) -> str:
    """What is said of a file that is not where it was opened."""
    return (
        f"{path.name} is not in {path.parent} any more: deleted, renamed, or its disk is gone. "
        "Your labels are kept; bring the file back before you close the window."
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
