"""Pretraining as a user has it: the strip counts down, Esc stops it from any page, a slip loses nothing."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QMessageBox, QPushButton, QTabWidget

from tests.journeys.interpreter import Interpreter, write_synthetic


class Strip:
    """Reads the job strip whenever it changes."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._name = interpreter.find(QLabel, "job_name")
        self._left = interpreter.find(QLabel, "job_remaining")
        self.seen: list[tuple[str, str]] = []
        interpreter.application.jobs.progressed.connect(lambda _state: self.seen.append(self.now))

    @property
    def now(self) -> tuple[str, str]:
        return self._name.text(), self._left.text()


def offered(interpreter: Interpreter) -> str:
    return str(interpreter.find(QLabel, "pretrain_text").text())


def test_a_stopped_pretraining_survives_a_slip(interpreter: Interpreter, tmp_path) -> None:
    interpreter.open_survey(write_synthetic(tmp_path, 24))
    jobs, strip = interpreter.application.jobs, Strip(interpreter)
    interpreter.choose_from_menu("pretrain")
    minutes = interpreter.find(QDoubleSpinBox, "pretrain_minutes")
    minutes.setFocus()
    minutes.selectAll()
    interpreter.qtbot.keyClicks(minutes, "5")
    interpreter.qtbot.keyClick(minutes, Qt.Key.Key_Return)
    interpreter.click("pretrain_start")
    interpreter.wait_until(lambda: "step 3" in strip.now[0], 60)
    tabs = interpreter.find(QTabWidget, "work_tabs")
    quality = tabs.count() - 1
    place = tabs.tabBar().tabRect(quality).center()
    interpreter.qtbot.mouseClick(tabs.tabBar(), Qt.MouseButton.LeftButton, pos=place)
    interpreter.qtbot.keyClick(tabs.tabBar(), Qt.Key.Key_Escape)
    interpreter.wait_for_job(20)

    shares = [int(left.partition("%")[0]) for _, left in strip.seen if "%" in left]
    assert shares == sorted(shares)
    assert shares[-1] < 60
    assert all(re.fullmatch(r"\d+%, [34]:\d\d min left|\d+%, 5:00 min left", left) for _, left in strip.seen)
    steps = [name for name, _ in strip.seen if "step" in name]
    assert all(re.fullmatch(r"Pretraining pretrained-1: step \d+", name) for name in steps)

    stopped = offered(interpreter)
    done = re.search(r"stopped after (\d+ steps?), ", stopped)
    assert done is not None
    interpreter.qtbot.mouseClick(
        tabs.tabBar(), Qt.MouseButton.LeftButton, pos=tabs.tabBar().tabRect(0).center()
    )
    interpreter.click("pretrain_start")
    question = interpreter.find(QMessageBox, "give_up_question")
    assert question.text().startswith(f"Give up {done[1]} ")
    interpreter.qtbot.mouseClick(
        question.findChild(QPushButton, "give_up_begin_anew"), Qt.MouseButton.LeftButton
    )
    interpreter.wait_until(lambda: jobs.busy is not None)
    interpreter.click("job_cancel")
    interpreter.wait_for_job(20)
    assert offered(interpreter) == stopped
