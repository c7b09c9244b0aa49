"""Targets C3 and C4 in the window itself: from a stroke to the painted preview, alone and while training."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

from seisview.benchmarks.gui_timer import Beat
from seisview.benchmarks.report import BenchmarkOptions
from seisview.benchmarks.targets import TargetTable
from seisview.benchmarks.timing import Timing
from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.errors import SeisviewError
from seisview.gui.application import Application, build
from seisview.labels.boxes import Box
from seisview.labels.store import LabelStore
from seisview.learn.config import TrainConfig
from seisview.progress import Progress

_IDLE_LIMIT_MS, _BUSY_LIMIT_MS, _BEAT_LIMIT_MS = 30.0, 60.0, 33.0
_DAB = 24
_LONGEST_S = 240.0
_PAUSE_MS = 150
_ENDLESS = TrainConfig(mode="scratch", backbone="resnet50", steps=100_000)
_QUICK = TrainConfig(mode="scratch", backbone="resnet10", steps=100_000, crop=(32, 64), batch_size=1)


def measure_strokes(table: TargetTable, options: BenchmarkOptions) -> None:
    """Add the time from a stroke to the painted preview, and the timer's beat beside a training."""
    from seisview.gui.app import create_app

    app = create_app()
    shape = (24, 64, 64) if options.is_quick else (24, 896, 480)
    n_strokes = 3 if options.is_quick else 21
    with _own_user_folders() as folder, _window(folder, shape, options.progress) as strokes:
        options.progress.report("Strokes with nothing else running")
        strokes.paint(2)
        before = time.process_time()
        alone = strokes.paint(n_strokes)
        processor_ms = (time.process_time() - before) * 1e3 / n_strokes
        options.progress.report("Strokes while a network trains")
        config = TrainConfig(mode="scratch", steps=100_000)
        if options.is_quick:
            config = TrainConfig(
                mode="scratch", backbone="resnet10", steps=100_000, crop=(32, 64), batch_size=1
            )
        beside, beat = strokes.beside_training(config, n_strokes)
    where = f"stroke to painted preview in the window, section of {shape[2]} x {shape[1]}"
    table.below("C3", where, alone.median, _IDLE_LIMIT_MS)
    table.below("C4", f"{where}, beside a training", beside.median, _BUSY_LIMIT_MS)
    table.below("C4", "16 ms timer beside a training and strokes, 99th percentile", beat, _BEAT_LIMIT_MS)
    table.note(
        f"Strokes: medians of {n_strokes}; slowest {max(alone.durations_ms):.0f} ms alone, "
        f"{max(beside.durations_ms):.0f} ms beside the training. Alone one takes {processor_ms:.0f} ms of "
        "processor time on all threads, with what follows the paint (marks, quality, what to label next)."
    )
    del app


class Strokes(QObject):
    """Paints on the section on screen and waits until the preview that follows is painted.

    Parameters
    ----------
    application : Application
        Its features of the section are there, and so is a first preview.
    facies : ndarray of uint8, shape (n_samples, n_traces)
        Of that section: what an interpreter would paint.
    progress : Progress
    """

    def __init__(self, application: Application, facies: npt.NDArray[np.uint8], progress: Progress) -> None:
        super().__init__()
        self._application, self._facies, self._progress = application, facies, progress
        self._viewport = application.window.section_view.canvas.viewport()
        self._places = np.random.default_rng(0)
        self._stage = ""
        self._loop = QEventLoop()
        application.preview.fitted.connect(self._on_fitted)
        application.reader.section_ready.connect(self._on_ready)
        self._viewport.installEventFilter(self)

    def paint(self, n_strokes: int) -> Timing:
        """Make strokes, each after the one before was seen."""
        return Timing(tuple(self._stroke() for _ in range(n_strokes)))

    def beside_training(self, config: TrainConfig, n_strokes: int) -> tuple[Timing, float]:
        """Make strokes while the window's job trains; also the 99th percentile of a 16 ms timer."""
        jobs, session = self._application.jobs, self._application.session
        assert session is not None
        labels, steps, failures = session.labels.snapshot(), list[object](), list[SeisviewError]()

        def work(progress: Progress) -> object:
            from seisview.workflows.facies.segment import train_segmenter

            return train_segmenter(session.volume, labels, session.statistics, config, progress)

        jobs.start(
            "Training", work, on_result=steps.append, on_event=steps.append, on_failure=failures.append
        )
        wait_until(lambda: len(steps) > 2 or bool(failures), self._progress)
        beat = Beat()
        try:
            durations = self.paint(n_strokes)
        finally:
            beat.stop()
            jobs.cancel()
            wait_until(lambda: jobs.busy is None, self._progress)
        if failures:
            raise failures[0]
        return durations, beat.p99()

    def _stroke(self) -> float:
        session = self._application.session
        assert session is not None
        pause(_PAUSE_MS)
        rows, columns = (int(self._places.integers(0, n - _DAB)) for n in self._facies.shape)
        class_id = _class_id(session.labels, int(self._facies[rows + 12, columns + 12]))
        box = Box(rows, rows + _DAB, columns, columns + _DAB)
        key = self._application.state.key
        assert key is not None
        self._progress.check()
        self._stage = "painting"
        start = time.perf_counter()
        session.labels.apply(key, box, np.ones((_DAB, _DAB), np.bool_), class_id)
        self._application.labels.labels_changed.emit()
        wait_until(lambda: self._stage == "", self._progress, self._loop)
        return (time.perf_counter() - start) * 1e3

    def _on_fitted(self) -> None:
        session, last = self._application.session, self._application.preview.last
        if self._stage != "painting" or session is None or last is None or last.model is None:
            return
        if last.model.label_revision == session.labels.revision:
            self._stage = "fitted"

    def _on_ready(self, _data: object) -> None:
        if self._stage == "fitted":
            self._stage = "read"

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """See the paint event that follows; it is over when the event loop comes back."""
        if event.type() == QEvent.Type.Paint and self._stage == "read":
            self._stage = "drawn"
            QTimer.singleShot(0, self._finish)
        return False

    def _finish(self) -> None:
        self._stage = ""
        self._loop.quit()


@contextmanager
def _window(folder: Path, shape: tuple[int, int, int], progress: Progress) -> Iterator[Strokes]:
    """The window on a synthetic survey: three sections labelled, features made, a first preview shown."""
    progress.report("Opening the window on a synthetic survey")
    made = synthesize(SyntheticConfig(*shape))
    write_survey(made, folder / "survey.sgy")
    application = build((str(folder / "survey.sgy"),))
    application.window.resize(1366, 800)
    application.show()
    try:
        wait_until(lambda: application.session is not None, progress)
        session = application.session
        assert session is not None
        keys = [SectionKey(Axis.INLINE, index) for index in (4, 12, 20)]
        application.state.set_key(keys[1])
        for key in keys:
            _label_edge(session.labels, key, section_of(made.facies, key))
        application.labels.labels_changed.emit()
        progress.report("Making features")
        wait_until(lambda: _is_ready(application, keys), progress)
        yield Strokes(application, np.ascontiguousarray(section_of(made.facies, keys[1])), progress)
    finally:
        application.shutdown()
        application.window.deleteLater()


def _label_edge(labels: LabelStore, key: SectionKey, facies: npt.NDArray[np.uint8]) -> None:
    for value in np.unique(facies):
        mask = np.ascontiguousarray(facies == value)
        mask[:, mask.shape[1] // 10 :] = False
        labels.apply(key, Box.whole(mask.shape), mask, _class_id(labels, int(value)))


def _class_id(labels: LabelStore, facies: int) -> int:
    ids = labels.scheme.ids
    return ids[(facies - 1) % len(ids)]


def _is_ready(application: Application, keys: list[SectionKey]) -> bool:
    last, features = application.preview.last, application.features
    fitted = last is not None and last.model is not None and last.n_used == len(keys)
    return fitted and not features.is_building and all(features.find(key) is not None for key in keys)


def wait_until(condition: Callable[[], bool], progress: Progress, loop: QEventLoop | None = None) -> None:
    """Let the window live until something is so, looking 50 times a second or when the loop is ended.

    Raises
    ------
    Cancelled
        If interrupted.
    SeisviewError
        If it does not come about.
    """
    loop, look, latest = loop or QEventLoop(), QTimer(), time.monotonic() + _LONGEST_S

    def ended() -> bool:
        return condition() or progress.is_cancelled or time.monotonic() > latest

    look.timeout.connect(lambda: loop.quit() if ended() else None)
    look.start(20)
    while not ended():
        loop.exec()
    look.stop()
    progress.check()
    if not condition():
        raise SeisviewError("The window did not answer in time.", "Run it when less else is running.")


def pause(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@contextmanager
def _own_user_folders() -> Iterator[Path]:
    """Settings, projects and caches in a temporary folder: those of the user are left alone."""
    names = [f"SEISVIEW_{kind}_DIR" for kind in ("DATA", "CACHE", "CONFIG")]
    before = {name: os.environ.get(name) for name in names}
    with TemporaryDirectory(prefix="seisview-benchmark-") as folder:
        os.environ.update({name: str(Path(folder) / name) for name in names})
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
