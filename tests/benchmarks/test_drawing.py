"""The benchmark of drawing at a tiny size, and that it times nothing which was not painted."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from seisview.benchmarks.drawing import run
from seisview.benchmarks.drawing_case import PaintCounter, draw, make_case
from seisview.benchmarks.drawing_ways import SectionViews
from seisview.benchmarks.report import BenchmarkOptions
from seisview.errors import SeisviewError


def test_sections_and_strokes_are_measured_in_one_pane_and_four(qtbot: QtBot) -> None:
    report = run(BenchmarkOptions(budget="quick"))
    assert [row[0] for row in report.rows] == ["B1", "B2", "", "B1", "B2", ""]
    assert sum("four panes" in str(row[1]) for row in report.rows) == 3
    assert all(float(str(row[3])) > 0 and float(str(row[5])) > 0 for row in report.rows)


def test_what_was_not_painted_is_not_timed(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    counter = PaintCounter([widget])
    widget.update()
    draw()
    counter.check()
    draw()
    with pytest.raises(SeisviewError, match="not painted"):
        counter.check()


def test_a_stroke_draws_on_every_pane(qtbot: QtBot) -> None:
    ways = SectionViews(make_case((90, 120)), 4)
    qtbot.addWidget(ways.window)
    qtbot.waitExposed(ways.window)
    draw()
    before = [np.array(_pixels(view)) for view in ways.viewports]
    ways.stroke(0)
    changed = [int((_pixels(view) != old).sum()) for view, old in zip(ways.viewports, before, strict=True)]
    assert all(changed)
    assert changed[0] > 5 * max(changed[1:]), "24 columns here, one there"


def _pixels(viewport: QWidget) -> np.ndarray:
    image = viewport.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).copy()
