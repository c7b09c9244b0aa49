"""The job strip: what runs, how long it still takes, and stopping it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QToolButton
from pytestqt.qtbot import QtBot

from seisview.gui.jobs.job_strip import JobStrip
from seisview.gui.widgets.elided_label import ElidedLabel
from seisview.progress import ProgressState
from tests.gui.shown_widget import shown_widget


@pytest.fixture
def strip(qtbot: QtBot) -> JobStrip:
    return shown_widget(qtbot, JobStrip(), 700, 30)


def test_a_quiet_strip_cannot_cancel(strip: JobStrip) -> None:
    cancel = strip.findChild(QToolButton, "job_cancel")
    assert not cancel.isEnabled()
    assert cancel.toolTip() == "Nothing is running."
    assert not strip.findChild(QProgressBar, "job_progress").isVisible()


def test_a_running_job_shows_its_share_and_what_is_left(strip: JobStrip) -> None:
    strip.set_job("Training")
    strip.set_progress(ProgressState("step 140 of 400", 0.35, 60.0, 72.0))
    assert strip.findChild(QLabel, "job_name").text() == "Training: step 140 of 400"
    assert strip.findChild(QLabel, "job_remaining").text() == "35%, 1:12 min left"
    bar = strip.findChild(QProgressBar, "job_progress")
    assert bar.value() / bar.maximum() == pytest.approx(0.35)


def test_the_job_is_not_named_twice(strip: JobStrip) -> None:
    strip.set_job("Training tuned-1")
    strip.set_progress(ProgressState("Training: step 3 of 25", 0.1, 1.0, 9.0))
    assert strip.findChild(QLabel, "job_name").text() == "Training tuned-1: step 3 of 25"


def test_without_an_estimate_the_time_so_far_is_shown(strip: JobStrip) -> None:
    strip.set_job("Reading")
    strip.set_progress(ProgressState("Reading", None, 12.0, None))
    assert strip.findChild(QLabel, "job_remaining").text() == "12 s so far"
    assert strip.findChild(QProgressBar, "job_progress").maximum() == 0  # busy, share unknown


def test_a_job_that_goes_on_to_something_else_says_so(strip: JobStrip) -> None:
    strip.set_job("Training tuned-1")
    strip.set_progress(ProgressState("Training: step 25 of 25", 1.0, 60.0, 0.0))
    strip.rename_job("Predicting with tuned-1")
    strip.set_progress(ProgressState("Predicting facies", 0.1, 61.0, 9.0))
    assert strip.findChild(QLabel, "job_name").text() == "Predicting with tuned-1"
    strip.set_progress(ProgressState("Measuring dips, 3 of 24", None, 62.0, None))
    assert strip.findChild(QLabel, "job_name").text() == "Predicting with tuned-1: Measuring dips, 3 of 24"


def test_what_is_made_in_the_background_is_told_beside_the_job(strip: JobStrip) -> None:
    background = strip.findChild(QLabel, "job_background")
    assert not background.isVisible()
    strip.set_background("similarity features 61 %")
    assert background.isVisible()
    assert background.text() == "In the background: similarity features 61 %"
    assert strip.minimumSizeHint().width() < 400  # a narrow window stays narrow
    strip.set_background("")
    assert not background.isVisible()


def test_what_is_made_in_the_background_is_not_cut_off_for_a_wide_bar(qtbot: QtBot, strip: JobStrip) -> None:
    strip.resize(1100, 30)
    strip.set_job("Predicting with tuned-1")
    strip.set_progress(ProgressState("", 0.35, 60.0, 72.0))
    strip.set_background("preview features 93 % paused")
    background = strip.findChild(ElidedLabel, "job_background")
    qtbot.waitUntil(lambda: background.shown_text == "In the background: preview features 93 % paused")
    assert strip.findChild(QProgressBar, "job_progress").width() >= 150


def test_cancel_is_asked_for_once_and_shown_at_once(qtbot: QtBot, strip: JobStrip) -> None:
    strip.set_job("Training")
    cancel = strip.findChild(QToolButton, "job_cancel")
    with qtbot.waitSignal(strip.cancel_requested):
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not cancel.isEnabled()
    assert "Stopping" in cancel.text()
    strip.set_job("Export")
    assert cancel.isEnabled()
    assert cancel.text() == "Cancel"


def test_a_late_report_after_the_end_is_ignored(strip: JobStrip) -> None:
    strip.set_job("Training")
    strip.set_job(None)
    strip.set_progress(ProgressState("step 400 of 400", 1.0, 60.0, 0.0))
    assert strip.findChild(QLabel, "job_name").text() == "Nothing is running."
