"""Features that similarity is searched in: made in the background once something was picked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.survey.bricks_controller import give_way
from seisview.gui.survey.session import Session
from seisview.learn.features.config import FeatureConfig
from seisview.learn.features.folder import DEFAULT_MAX_BYTES
from seisview.progress import Progress, ProgressState
from seisview.workflows.features import build_feature_volume, feature_size

_LOOKED_AT = (0.05, 0.25, 0.6)


class SimilarityFeatures(QObject):
    """Makes what is missing along the directions that are wanted; nothing done is done again.

    Attributes
    ----------
    max_bytes : int
        Of surveys that would take more every n-th section is kept.

    Parameters
    ----------
    compute : JobRunner
        The one compute job of the window; while it runs, this waits.
    show_state : callable
        Shows a few words, e.g. ``"similarity features 40 %"``; an empty text to clear them.

    Signals
    -------
    progressed()
        Many more sections have features now, or all.
    failed(SeisviewError)
        They cannot be made, e.g. because the disk is full; no more are tried for this survey.
    """

    progressed = Signal()
    failed = Signal(object)

    def __init__(
        self, compute: JobRunner, show_state: Callable[[str], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.max_bytes = DEFAULT_MAX_BYTES
        self._compute, self._show_state = compute, show_state
        self._session: Session | None = None
        self._config = FeatureConfig.texture()
        self._wanted: list[FeatureConfig] = []
        self._first: SectionKey | None = None
        self._steps = list(_LOOKED_AT)
        self._making: FeatureConfig | None = None
        self._has_failed = False
        self._runner = JobRunner(self)
        self._runner.progressed.connect(self._on_progress)
        compute.started.connect(lambda _name: self._runner.cancel())
        compute.finished.connect(lambda _name: self._start())

    @property
    def config(self) -> FeatureConfig:
        """How those of the open survey are made."""
        return self._config

    @property
    def is_building(self) -> bool:
        """Whether some are being made now."""
        return self._runner.busy is not None

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none."""
        self._runner.shutdown()
        self._show_state("")
        self._session, self._has_failed = session, False
        self._wanted, self._first, self._making = [], None, None
        self._config = FeatureConfig.texture()
        if session is not None:
            size = feature_size(session.volume, self._config)
            self._config = replace(self._config, every=math.ceil(size / max(self.max_bytes, 1)))

    def want(self, configs: Sequence[FeatureConfig], first: SectionKey | None = None) -> None:
        """Make all of these features before any others, beginning around a section.

        Where they could not be made, e.g. on a full disk, they are tried again for a search, which names the
        section it begins with; not when they are only made ready for one.
        """
        if first is not None:
            self._has_failed = False
        self._wanted = [*dict.fromkeys((*configs, *self._wanted))]
        self._first = first
        if self._making is not None and self._making not in configs:
            self._runner.cancel()  # gone on with afterwards: nobody waits for those now
        else:
            self._start()

    def shutdown(self) -> bool:
        """Join the thread; False when it did not stop in time."""
        return self._runner.shutdown()

    def _start(self) -> None:
        session = self._session
        idle = self._runner.busy is None and self._compute.busy is None
        if session is None or not self._wanted or not idle or self._has_failed:
            return
        volume, statistics, config, first = session.volume, session.statistics, self._wanted[0], self._first

        def build(progress: Progress) -> None:
            give_way()
            build_feature_volume(volume, statistics, config, progress, first)

        self._steps, self._making = list(_LOOKED_AT), config
        self._runner.start(
            "Similarity features",
            build,
            on_result=lambda _none: self._on_done(config),
            on_failure=self._on_failed,
            on_cancelled=self._on_cancelled,
        )

    def _on_progress(self, state: ProgressState) -> None:
        if state.fraction is None:
            return
        axis = None if self._making is None else self._making.axis
        which = "" if axis is None else f" of {axis}s"
        self._show_state(f"similarity features{which} {round(100 * state.fraction)} %")
        if self._steps and state.fraction >= self._steps[0]:
            self._steps = [step for step in self._steps if step > state.fraction]
            self.progressed.emit()

    def _on_done(self, config: FeatureConfig) -> None:
        self._making = None
        self._wanted = [each for each in self._wanted if each != config]
        self._show_state("")
        self.progressed.emit()
        self._start()

    def _on_cancelled(self) -> None:
        self._making = None
        self._start()

    def _on_failed(self, error: SeisviewError) -> None:
        self._making = None
        self._has_failed = True
        self._show_state("")
        self.failed.emit(error)
