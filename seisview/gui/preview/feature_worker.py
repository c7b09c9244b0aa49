"""Features for the preview: of the sections wanted now, then of the survey when nothing else computes."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import Cancelled, SeisviewError, VolumeError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.preview.feature_cuts import FeatureCuts, IntArray
from seisview.gui.preview.stale_progress import StoppedWhen
from seisview.gui.survey.bricks_controller import give_way
from seisview.gui.survey.session import Session
from seisview.learn.features.config import FeatureConfig
from seisview.learn.features.folder import DEFAULT_MAX_BYTES
from seisview.learn.features.slices import FeatureSlice
from seisview.learn.features.store import FeatureArray
from seisview.learn.features.volume import FeatureVolume
from seisview.progress import Progress, ProgressState
from seisview.workflows.features import (
    FeaturesReady,
    build_feature_volume,
    feature_size,
    section_features,
    survey_features,
)

_KEPT_SECTIONS = 96
_TRY_AGAIN_S = 20.0
"""Between attempts that fail: the disk may have room again, but not at every stroke."""


class FeatureWorker(QObject):
    """Makes features in the background and keeps those in use at hand.

    Attributes
    ----------
    config : FeatureConfig
        How features are made; of surveys too large for `max_bytes` every n-th section is kept.
    max_bytes : int
    clock : callable
        Seconds from some moment on.

    Parameters
    ----------
    compute : JobRunner
        The one compute job of the window; while it runs, the rest of the survey waits.
    show_state : callable
        Shows a few words, e.g. ``"preview features 40 %"``; an empty text to clear them.

    Signals
    -------
    ready(SectionKey)
        :meth:`find` has the features of that section from now on.
    progressed()
        Many more sections have features now, or all.
    failed(SeisviewError)
        Features cannot be made, e.g. because the disk is full; after a while it is tried again.
    unreadable(SectionKey, SeisviewError)
        Those of one section cannot: the survey cannot be read there. Others are made all the same.
    incomplete(SeisviewError)
        The rest of the survey stays without features, because a part of it cannot be read.
    """

    ready = Signal(object)
    failed = Signal(object)
    unreadable = Signal(object, object)
    incomplete = Signal(object)
    progressed = Signal()
    _made = Signal(object, object)

    def __init__(
        self, compute: JobRunner, show_state: Callable[[str], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.config = self._fitting = FeatureConfig()
        self.max_bytes = DEFAULT_MAX_BYTES
        self.clock: Callable[[], float] = time.monotonic
        self._compute = compute
        self._show_state = show_state
        self._session: Session | None = None
        self._features: FeatureVolume | None = None
        self._at_hand: OrderedDict[SectionKey, FeatureArray] = OrderedDict()
        self._cuts = FeatureCuts()
        self._lock = Lock()
        self._wanted: tuple[SectionKey, ...] = ()
        self._share = ""
        self._rest_wanted = False
        self._failed_at = self._rest_failed_at = -math.inf
        self._unreadable: dict[SectionKey, float] = {}
        self._urgent = LatestWorker("Preview features", self)
        self._urgent.answered.connect(self._on_urgent_done)
        self._urgent.failed.connect(self._on_failed)
        self._rest = JobRunner(self)
        self._rest.progressed.connect(self._on_progress)
        self._made.connect(self._on_made)
        self.unreadable.connect(self._on_unreadable)
        compute.started.connect(lambda _name: self._pause())
        compute.finished.connect(lambda _name: self._start_rest())

    @property
    def volume(self) -> FeatureVolume | None:
        """The features of the survey on disk, as far as they are made; None before the first ones."""
        return self._features

    @property
    def is_building(self) -> bool:
        """Whether the rest of the survey is being made now."""
        return self._rest.busy is not None

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none."""
        self.stop()
        with self._lock:
            self._at_hand.clear()
        self._cuts.forget()
        self._session, self._features = session, None
        self._failed_at = self._rest_failed_at = -math.inf
        self._unreadable.clear()
        self._fitting = self.config if session is None else _fitting(self.config, session, self.max_bytes)

    def stop(self) -> None:
        """Make no more until something is wanted again."""
        self._urgent.forget()
        self._rest_wanted = False
        self._rest.shutdown()
        self._wanted = ()
        self._share = ""
        self._show_state("")

    def shutdown(self) -> bool:
        """Join the threads; False when one did not stop in time."""
        stopped = self._rest.shutdown()
        return self._urgent.shutdown() and stopped

    def find(self, key: SectionKey) -> FeatureArray | None:
        """Features of a section if they are there; safe from any thread, the same array every time."""
        with self._lock:
            if key in self._at_hand:
                self._at_hand.move_to_end(key)
                return self._at_hand[key]
        features = self._features
        found = None if features is None else features.find(key)
        if found is not None:
            self._keep(key, found)
        return found

    def find_slice(self, sample_index: int) -> FeatureSlice | None:
        """What a slice cuts out of the features that are there, or None; safe from any thread.

        The same object as long as it is the same slice and no more features are there.
        """
        features = self._features
        return None if features is None else self._cuts.slice_at(features, sample_index)

    def find_line(self, inlines: IntArray, crosslines: IntArray) -> FeatureArray | None:
        """What a line cuts out of them, as :meth:`find_slice`."""
        features = self._features
        return None if features is None else self._cuts.along(features, inlines, crosslines)

    def want(self, keys: Sequence[SectionKey]) -> None:
        """Make the features of these sections, in this order, then those of the rest of the survey."""
        session = self._session
        missing = tuple(k for k in dict.fromkeys(keys) if self.find(k) is None and not self._is_hopeless(k))
        if session is None or self.clock() < self._failed_at + _TRY_AGAIN_S:
            return
        self._rest_wanted = True
        if not missing:
            if not self._wanted:
                self._start_rest()
        elif missing != self._wanted:
            self._wanted = missing
            self._urgent.submit(lambda is_stale: self._make(session, missing, is_stale))

    def _make(self, session: Session, keys: Sequence[SectionKey], is_stale: Callable[[], bool]) -> Session:
        """Run in the urgent thread: one section after the other, each told at once."""
        progress: Progress = StoppedWhen(is_stale)
        for key in keys:
            made, error = self._make_one(session, key, progress)
            if is_stale():
                raise Cancelled
            if self._features is None:
                self._features = survey_features(session.volume, session.statistics, self._fitting)
            if made is not None:
                self._made.emit(key, made)
            elif error is not None and self._features is None:
                raise error  # what all sections need could not be made
            else:
                self.unreadable.emit(key, error)
        return session

    def _make_one(
        self, session: Session, key: SectionKey, progress: Progress
    ) -> tuple[FeatureArray | None, VolumeError | None]:
        try:
            made = section_features(session.volume, session.statistics, self._fitting, [key], progress)
        except VolumeError as error:
            return None, error
        return made[key], None

    def _is_hopeless(self, key: SectionKey) -> bool:
        """Whether it was tried a moment ago and the survey could not be read there."""
        return self.clock() < self._unreadable.get(key, -math.inf) + _TRY_AGAIN_S

    def _on_unreadable(self, key: SectionKey, _error: SeisviewError) -> None:
        self._unreadable[key] = self.clock()

    def _on_made(self, key: SectionKey, features: FeatureArray) -> None:
        if self._session is not None:
            self._keep(key, features)
            self.ready.emit(key)

    def _on_urgent_done(self, session: Session) -> None:
        if session is self._session:
            self._wanted = ()
            self._start_rest()

    def _start_rest(self) -> None:
        session = self._session
        if session is None or not self._rest_wanted or self._wanted or self._compute.busy is not None:
            return
        if self._rest.busy is not None or self.clock() < self._rest_failed_at + _TRY_AGAIN_S:
            return
        if self._features is not None and self._features.complete:
            self._on_rest_done(self._features)
            return
        volume, statistics, config = session.volume, session.statistics, self._fitting

        def build(progress: Progress) -> FeatureVolume:
            give_way()
            return build_feature_volume(volume, statistics, config, progress)

        self._rest.start(
            "Preview features",
            build,
            on_result=self._on_rest_done,
            on_event=self._on_event,
            on_failure=self._on_rest_failed,
            on_cancelled=self._start_rest,
        )

    def _pause(self) -> None:
        if self._rest.busy is not None:
            self._rest.cancel()
            self._show_state(f"{self._share} paused".strip() if self._share else "preview features paused")

    def _on_event(self, event: object) -> None:
        if isinstance(event, FeaturesReady):
            self.ready.emit(event.key)

    def _on_progress(self, state: ProgressState) -> None:
        if state.fraction is not None and self._compute.busy is None:
            self._share = f"preview features {round(100 * state.fraction)} %"
            self._show_state(self._share)

    def _on_rest_done(self, features: FeatureVolume) -> None:
        self._features = features
        self._rest_wanted = False
        self._share = ""
        self._show_state("")
        self.progressed.emit()

    def _on_failed(self, error: SeisviewError) -> None:
        self._failed_at, self._wanted, self._rest_wanted = self.clock(), (), False
        self._share = ""
        self._show_state("")
        self.failed.emit(error)

    def _on_rest_failed(self, error: SeisviewError) -> None:
        if not isinstance(error, VolumeError):
            self._on_failed(error)
            return
        self._rest_failed_at = self.clock()  # sections that can be read are still made when they are wanted
        self._share = ""
        self._show_state("")
        self.incomplete.emit(error)

    def _keep(self, key: SectionKey, features: FeatureArray) -> None:
        with self._lock:
            self._at_hand[key] = features
            while len(self._at_hand) > _KEPT_SECTIONS:
                self._at_hand.popitem(last=False)


def _fitting(config: FeatureConfig, session: Session, max_bytes: int) -> FeatureConfig:
    """Keep every n-th section only where all of them would take more disk than allowed."""
    size = feature_size(session.volume, replace(config, every=1))
    return replace(config, every=max(config.every, math.ceil(size / max(max_bytes, 1))))
