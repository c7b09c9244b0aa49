"""The benchmark of waiting at a tiny size."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from seisview.benchmarks.gui_timer import Busy, training_survey
from seisview.benchmarks.latency import run
from seisview.benchmarks.report import BenchmarkOptions
from seisview.benchmarks.startup import start_window
from seisview.data.amplitude import measure_amplitudes
from seisview.errors import SeisviewError
from seisview.learn.config import TrainConfig


@pytest.mark.slow
def test_every_target_has_its_row(qtbot: QtBot) -> None:
    report = run(BenchmarkOptions(budget="quick"))
    assert {row[0] for row in report.rows} >= {"C1", "C2", "C3", "C4", "F1"}
    beats = [float(str(row[3])) for row in report.rows if "16 ms timer" in str(row[1])]
    assert len(beats) == 2
    assert min(beats) > 10
    strokes = [float(str(row[3])) for row in report.rows if "painted preview" in str(row[1])]
    assert len(strokes) == 2
    assert min(strokes) > 1


def test_a_training_that_fails_ends_the_measurement(qtbot: QtBot) -> None:
    with training_survey((24, 32, 32)) as (volume, labels):
        config = TrainConfig(mode="scratch", backbone="resnet10", steps=1, crop=(32, 64), device="cuda:9")
        busy = Busy(volume, labels, measure_amplitudes(volume), config)
        done: list[bool] = []
        busy.start(lambda: done.append(True))
        qtbot.waitUntil(lambda: bool(done), timeout=30_000)
        with pytest.raises(SeisviewError):
            busy.check()


def test_a_window_that_does_not_start_is_an_error() -> None:
    with pytest.raises(SeisviewError, match=r"did not start: .*no_such_module"):
        start_window(("no_such_module",))
