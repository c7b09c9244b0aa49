"""What stays behind in the real window: ``python -m tests.robustness.leaks``.

Changes sections, overlays and starts and cancels trainings, each kind after a warm-up, and compares before
and after: memory of the process, threads, Qt objects under the window and the program, widgets of the
application, timers, and wrappers of Qt objects that Python keeps alive. Prints a table; 1 if something grew.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import shiboken6
from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from seisview.benchmarks.memory import anonymous_mb
from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.gui.app import create_app
from seisview.gui.application import Application, build
from seisview.labels.boxes import Box
from seisview.learn.config import TrainConfig

SHAPE = (24, 96, 96)
LABELLED = (SectionKey(Axis.INLINE, 5), SectionKey(Axis.INLINE, 15))
QUICK = TrainConfig(mode="scratch", backbone="resnet10", crop=(32, 64), batch_size=1, device="cpu")
# What the allocator may keep, in MB: a section is 0.04, a network with its optimiser 60.
MOST_MB = {"sections": 6.0, "overlays": 6.0, "trainings": 25.0}
_WAIT_MS = 120_000


@dataclass(frozen=True)
class Count:
    """What there is at one moment; kinds of Qt objects by their class."""

    memory_mb: float
    threads: int
    widgets: int
    timers: int
    objects: Counter[str]
    wrappers: Counter[str]

    def growth(self, before: Count) -> dict[str, float]:
        """How much more there is than before, of everything but memory: nothing is as it should be."""
        more: dict[str, float] = {
            "threads": self.threads - before.threads,
            "widgets": self.widgets - before.widgets,
            "timers": self.timers - before.timers,
        }
        for now, then in ((self.objects, before.objects), (self.wrappers, before.wrappers)):
            more |= now - then
        return {name: count for name, count in more.items() if count > 0}


class Window:
    """The program on a small survey with labels on two sections."""

    def __init__(self, survey: Path, facies: np.ndarray) -> None:
        self.app: Application = build((str(survey),))
        self.app.window.resize(1200, 800)
        self.app.show()
        self.wait(lambda: self.app.session is not None and self.is_drawn())
        assert self.app.session is not None
        store = self.app.session.labels
        for class_id in range(1, 4):
            for key in LABELLED:
                mask = np.ascontiguousarray(section_of(facies, key)) == class_id
                if mask.any():
                    store.apply(key, Box.whole(mask.shape), mask, store.scheme.ids[class_id - 1])
        self.app.analysis.update_labels()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the window live until something is so."""
        clock, loop, look = QElapsedTimer(), QEventLoop(), QTimer()
        clock.start()
        look.timeout.connect(lambda: loop.quit() if condition() or clock.elapsed() > _WAIT_MS else None)
        look.start(1)
        if not condition():
            loop.exec()
        look.stop()
        assert condition(), "the window did not get there in time"

    def is_drawn(self) -> bool:
        """Whether every section pane shows what it was asked for."""
        view = self.app.view
        return all(s.key is not None and s.key == view.key_of(s) for s in view.views)

    def count(self) -> Count:
        """What there is now, garbage collected and deletions done."""
        self.settle(500)  # single-shot timers end
        for _ in range(3):
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            self.settle(20)
            gc.collect()
        objects = [o for root in (self.app, self.app.window) for o in root.findChildren(QObject)]
        wrappers = Counter(type(o).__name__ for o in shiboken6.getAllValidWrappers())
        wrappers.pop("QMetaObject", None)  # of the classes asked for here; each is kept once
        return Count(
            anonymous_mb(),
            threading.active_count(),
            len(QApplication.allWidgets()),
            sum(isinstance(o, QTimer) and o.isActive() and not o.isSingleShot() for o in objects),
            Counter(o.metaObject().className() for o in objects),
            wrappers,
        )

    def settle(self, milliseconds: int) -> None:
        """Do nothing for a while, so that queued signals arrive."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def change_sections(self, count: int) -> None:
        """Go through sections of all directions, one after another."""
        keys = [SectionKey(axis, i) for axis in Axis for i in range(SHAPE[list(Axis).index(axis)])]
        for number in range(count):
            key = keys[number * 37 % len(keys)]
            self.app.state.set_key(key)
            self.wait(self.is_drawn)
            assert self.app.view.active.key == key

    def change_overlays(self, count: int) -> None:
        """Change what lies over the section: shown, its opacity, single classes, the swipe."""
        state = self.app.state
        changes: list[Callable[[], object]] = [
            lambda: state.set_layer("facies", visible=False),
            lambda: state.set_layer("facies", visible=True, opacity=0.3),
            lambda: state.toggle_class(1),
            lambda: state.set_swipe_on(True),
            lambda: state.set_swipe_at(0.3),
            lambda: state.toggle_class(1),
            lambda: state.set_swipe_on(False),
            lambda: state.set_layer("facies", opacity=0.6),
            self.app.view.refresh,
            self.app.analysis.refresh_needed.emit,
        ]
        for number in range(count):
            changes[number % len(changes)]()
            QApplication.sendPostedEvents()
            self.app.window.section_view.canvas.viewport().repaint()
            self.wait(self.is_drawn)

    def cancel_trainings(self, count: int) -> None:
        """Start trainings and cancel each after its first step."""
        endless = TrainConfig(**{**_fields(QUICK), "steps": 100_000})
        for _ in range(count):
            steps: list[object] = []
            progressed = self.app.jobs.progressed.connect(steps.append)
            self.app.analysis.train(endless)
            assert self.app.jobs.busy, self.app.window.status_line.note
            self.wait(lambda steps=steps: any("step" in str(s.message).lower() for s in steps))
            self.app.jobs.cancel()
            self.wait(lambda: self.app.jobs.busy is None and not self.app.analysis.is_running)
            self.app.jobs.progressed.disconnect(progressed)

    def train_once(self) -> None:
        """A training that ends, so that there is a prediction to lay over the sections."""
        self.app.analysis.train(TrainConfig(**{**_fields(QUICK), "steps": 2}))
        self.wait(lambda: self.app.jobs.busy is None and self.app.analysis.has_result)
        self.app.analysis.keep()


def _fields(config: TrainConfig) -> dict[str, object]:
    return {name: getattr(config, name) for name in config.__dataclass_fields__}


@contextmanager
def opened_window() -> Iterator[Window]:
    """The window on empty user folders, closed in the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {f"SEISVIEW_{kind}_DIR": str(folder / kind) for kind in ("DATA", "CACHE", "CONFIG")}
        made = synthesize(SyntheticConfig(*SHAPE, seed=1))
        write_survey(made, folder / "survey.sgy")
        qt = create_app()
        window = Window(folder / "survey.sgy", made.facies)
        try:
            yield window
        finally:
            window.app.shutdown()
            del qt


def grown(window: Window, work: Callable[[int], None], warm_up: int, count: int) -> tuple[float, dict]:
    """Memory in MB and things that a kind of work left behind, after a warm-up of the same."""
    work(warm_up)
    before = window.count()
    work(count)
    after = window.count()
    return after.memory_mb - before.memory_mb, after.growth(before)


def main() -> int:
    """Print a line per kind of work; 1 if something was left behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, count in (("sections", 1000), ("overlays", 100), ("trainings", 20)):
        parser.add_argument(f"--{name}", type=int, default=count)
    options = parser.parse_args()
    failed = False
    with opened_window() as window:
        window.train_once()
        works = {
            "sections": (window.change_sections, max(options.sections // 3, sum(SHAPE))),
            "overlays": (window.change_overlays, 20),
            "trainings": (window.cancel_trainings, max(options.trainings // 4, 2)),
        }
        for name, (work, warm_up) in works.items():
            count = getattr(options, name)
            memory_mb, left = grown(window, work, warm_up, count)
            failed |= bool(left) or memory_mb > MOST_MB[name]
            print(f"{count} {name}: {memory_mb:+.1f} MB, left behind: {left or 'nothing'}", flush=True)
    threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    print(f"threads after the window closed: {threads or 'none'}")
    return int(failed or bool(threads))


if __name__ == "__main__":
    sys.exit(main())
