"""The fast copy of the survey: built in the background, used for time slices from its first part on."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.bricks.fast_volume import FastVolume
from seisview.data.bricks.folder import DEFAULT_MAX_BYTES
from seisview.data.bricks.opening import open_bricks
from seisview.data.volume import Volume
from seisview.errors import SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.survey.session import Session
from seisview.progress import Progress, ProgressState
from seisview.workflows.bricks import BricksConfig, BricksGrown, BricksOpened, build_bricks, can_have_bricks

PAYS_FROM_BYTES = 64 << 20
"""Samples of smaller surveys are read from the file in a blink."""

_BEGIN_AFTER_MS = 500  # the first section comes first
_NICENESS = 15


class BricksController(QObject):
    """Builds the fast copy of the open survey beside everything else; never in anybody's way.

    Parameters
    ----------
    show_state : callable
        Shows a few words about it, e.g. ``"fast copy 40 %"``; an empty text to clear them.
    show_note : callable
        Shows one sentence in the status line.
    least_bytes : int
        Surveys with fewer bytes of samples get none.

    Attributes
    ----------
    max_bytes : int
        For the fast copies of all surveys together: when one more is begun, those used least recently go.

    Signals
    -------
    grown()
        Time slices that were coarse are better now, or quick from now on.
    """

    grown = Signal()

    def __init__(
        self,
        show_state: Callable[[str], object],
        show_note: Callable[[str], object],
        least_bytes: int = PAYS_FROM_BYTES,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.least_bytes = least_bytes
        self.max_bytes = DEFAULT_MAX_BYTES
        self._show_state = show_state
        self._show_note = show_note
        self._session: Session | None = None
        self._jobs = JobRunner(self)
        self._jobs.progressed.connect(self._on_progress)
        self._jobs.finished.connect(lambda _name: self._show_state(""))
        self._begin_timer = QTimer(self, singleShot=True, interval=_BEGIN_AFTER_MS)
        self._begin_timer.timeout.connect(self._begin)

    @property
    def is_building(self) -> bool:
        """Whether a copy is being built or checked now."""
        return self._jobs.busy is not None

    def set_session(self, session: Session | None) -> None:
        """Build for another survey, or for none; what was built of the one before is kept."""
        if session is not None and self._session is not None and session.cache is self._session.cache:
            self._session = session  # saved elsewhere: the survey is the same
            return
        self.stop()
        self._session = session
        if session is not None and session.fast is not None and self._pays(session.volume):
            self._begin_timer.start()

    def stop(self) -> bool:
        """Stop building and join the thread; False when it hangs in a read."""
        self._begin_timer.stop()
        self._show_state("")
        return self._jobs.shutdown()

    def _pays(self, volume: Volume) -> bool:
        n_inlines, n_crosslines, n_samples = volume.geometry.shape
        return can_have_bricks(volume) and 4 * n_inlines * n_crosslines * n_samples >= self.least_bytes

    def _begin(self) -> None:
        session = self._session
        if session is None or session.fast is None:
            return
        volume, statistics, fast = session.volume, session.statistics, session.fast
        config = BricksConfig(max_bytes=self.max_bytes)
        self._jobs.start(
            "Fast copy",
            lambda progress: _build(volume, statistics, config, progress),
            on_result=lambda _path: self.grown.emit(),
            on_event=lambda event: self._on_event(fast, event),
            on_failure=self._on_failure,
        )

    def _on_event(self, fast: FastVolume, event: object) -> None:
        if isinstance(event, BricksOpened):
            fast.use_bricks(event.bricks)
        elif isinstance(event, BricksGrown):
            self.grown.emit()

    def _on_progress(self, state: ProgressState) -> None:
        if state.fraction is not None:
            self._show_state(f"fast copy {state.fraction:.0%}".replace("%", " %"))

    def _on_failure(self, error: SeisviewError) -> None:
        self._show_note(f"{error.message} {error.hint}")


def _build(volume: Volume, statistics: AmplitudeStatistics, config: BricksConfig, progress: Progress) -> None:
    give_way()
    built = build_bricks(volume, statistics, progress, config)
    if built is None and (bricks := open_bricks(volume)) is not None:
        progress.emit(BricksOpened(bricks))  # another window builds it: use what it has so far


def give_way() -> None:
    """Let this thread run only when nothing else wants to; other systems share out by themselves."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
