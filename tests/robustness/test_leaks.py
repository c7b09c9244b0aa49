"""The leak check of the real window, in small; ``python -m tests.robustness.leaks`` does it in full."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.robustness.leaks import Window


@pytest.mark.slow
def test_nothing_is_left_of_sections_overlays_and_trainings_gone_by() -> None:
    command = [sys.executable, "-m", "tests.robustness.leaks"]
    command += ["--sections", "60", "--overlays", "30", "--trainings", "2"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("left behind: nothing") == 3


def test_the_check_sees_a_widget_a_timer_and_a_wrapper_that_stay(qtbot: QtBot) -> None:
    window = Window.__new__(Window)
    window.app = QObject()  # type: ignore[assignment]
    window.app.window = QWidget()  # type: ignore[attr-defined, assignment]
    qtbot.addWidget(window.app.window)
    before = window.count()
    assert window.count().growth(before) == {}
    label = QLabel(window.app.window)
    timer = QTimer(window.app)
    timer.start(10)
    gc.collect()
    left = window.count().growth(before)
    assert left["widgets"] == 1
    assert left["timers"] == 1
    assert left["QLabel"] == 1
    timer.stop()
    del label
