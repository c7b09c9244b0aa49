"""Target C4: a 16 ms timer of the window keeps its beat while a network trains on the processor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from seisview.benchmarks.report import BenchmarkOptions
from seisview.benchmarks.targets import TargetTable
from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.data.opening import open_volume
from seisview.data.synthetic import CLASS_NAMES, SyntheticConfig, synthesize, write_survey
from seisview.data.volume import Volume
from seisview.errors import SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.labels.facies import FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import TrainConfig
from seisview.progress import Progress

_INTERVAL_MS = 16
_LIMIT_P99_MS = 33.0


class Beat(QObject):
    """Collects the intervals of a precise 16 ms timer on the main thread, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.intervals_ms: list[float] = []
        self._last: float | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_INTERVAL_MS)

    def _tick(self) -> None:
        now = time.perf_counter()
        if self._last is not None:
            self.intervals_ms.append((now - self._last) * 1e3)
        self._last = now

    def restart(self) -> None:
        """Forget what was collected."""
        self.intervals_ms, self._last = [], None

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def p99(self) -> float:
        """99th percentile of the intervals."""
        return float(np.percentile(self.intervals_ms, 99))


class Busy:
    """A training that keeps the processor busy, as the window runs it.

    Parameters
    ----------
    volume : Volume
    labels : LabelSnapshot
    statistics : AmplitudeStatistics
    config : TrainConfig
    """

    def __init__(
        self, volume: Volume, labels: LabelSnapshot, statistics: AmplitudeStatistics, config: TrainConfig
    ) -> None:
        self.volume, self.labels, self.statistics, self.config = volume, labels, statistics, config
        self.jobs = JobRunner()
        self.outcome: object = None
        self.n_steps = 0

    def start(self, when_done: Callable[[], None]) -> None:
        """Begin; `when_done` is called on the main thread whatever the outcome."""

        def work(progress: Progress) -> float:
            from seisview.workflows.facies.segment import train_segmenter

            trained = train_segmenter(self.volume, self.labels, self.statistics, self.config, progress)
            return trained.seconds

        def ended(outcome: object) -> None:
            self.outcome = outcome
            when_done()

        self.jobs.start(
            "Training", work,
            on_result=ended, on_failure=ended, on_event=self._count, on_cancelled=when_done,
        )  # fmt: skip

    def _count(self, event: object) -> None:
        self.n_steps += type(event).__name__ == "TrainingStep"

    def check(self) -> None:
        """Make sure that it trained.

        Raises
        ------
        SeisviewError
            What ended it.
        """
        if isinstance(self.outcome, SeisviewError):
            raise self.outcome


@contextmanager
def training_survey(shape: tuple[int, int, int]) -> Iterator[tuple[Volume, LabelSnapshot]]:
    """A synthetic survey on disk with two labelled inlines."""
    survey = synthesize(SyntheticConfig(*shape))
    keys = [SectionKey(Axis.INLINE, shape[0] // 5), SectionKey(Axis.INLINE, shape[0] * 3 // 5)]
    labels = LabelSnapshot(
        FaciesScheme.named(CLASS_NAMES),
        {key: np.ascontiguousarray(section_of(survey.facies, key)) for key in keys},
    )
    with TemporaryDirectory(prefix="seisview-benchmark-") as folder:
        path = Path(folder) / "survey.sgy"
        write_survey(survey, path)
        with closing(open_volume(path)) as volume:
            yield volume, labels


def measure_timer(table: TargetTable, options: BenchmarkOptions) -> None:
    """Add C4's timer to a table."""
    from seisview.gui.app import create_app

    app = create_app()
    options.progress.report("Timer of the window, idle and while training")
    shape = (24, 64, 64) if options.is_quick else (48, 256, 256)
    config = TrainConfig(mode="scratch", backbone="resnet50", steps=40)
    if options.is_quick:
        config = TrainConfig(mode="scratch", backbone="resnet10", steps=3, crop=(32, 64), batch_size=1)
    with training_survey(shape) as (volume, labels):
        busy = Busy(volume, labels, measure_amplitudes(volume), config)
        idle, training, n_beats = _beats(busy, 0.3 if options.is_quick else 5.0, options.progress)
    name = f"{config.backbone}, {config.steps} steps"
    table.below("C4", f"16 ms timer while training ({name}), 99th percentile", training, _LIMIT_P99_MS)
    table.note(f"The timer's 99th percentile is {idle:.1f} ms when idle; {n_beats} beats while training.")
    del app


def _beats(busy: Busy, idle_s: float, progress: Progress) -> tuple[float, float, int]:
    beat, loop, watch = Beat(), QEventLoop(), QTimer()
    watch.timeout.connect(lambda: loop.quit() if progress.is_cancelled else None)
    watch.start(200)
    QTimer.singleShot(round(idle_s * 1e3), loop.quit)
    loop.exec()
    idle = beat.p99()
    beat.restart()
    busy.start(loop.quit)
    loop.exec()
    busy.jobs.shutdown()
    watch.stop()
    beat.stop()
    progress.check()
    busy.check()
    return idle, beat.p99(), len(beat.intervals_ms)
