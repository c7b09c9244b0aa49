"""Labelling between two horizons: from the tool bar to labels that can be undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton

from seisview.data.geometry import Axis
from seisview.gui.tools.between import FIRST_HINT, LOWER_HINT, NEXT_HINT
from seisview.labels.provenance import Provenance
from tests.journeys.interpreter import CONTROL, Interpreter, write_synthetic


def _note(interpreter: Interpreter) -> str:
    return interpreter.window.status_line._note.text()


def _click(interpreter: Interpreter, row: float, column: float) -> None:
    viewport = interpreter.section.canvas.viewport()
    at: QPoint = interpreter.section.pixel_of(row, column)
    interpreter.qtbot.mouseMove(viewport, at)
    interpreter.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)


def test_two_horizons_are_picked_filled_and_undone(interpreter: Interpreter, tmp_path: Path) -> None:
    interpreter.open_survey(write_synthetic(tmp_path, 12))
    interpreter.go_to_line(1004)
    button = interpreter.window.button_of("tool_between")
    assert isinstance(button, QToolButton)
    assert (button.accessibleName(), button.toolTip().endswith("(T)")) == ("Between horizons", True)
    interpreter.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert interpreter.application.state.tool == "between"
    assert _note(interpreter) == FIRST_HINT
    interpreter.key(Qt.Key.Key_2)
    for column in (4, 30, 60):
        _click(interpreter, 30, column)
    interpreter.picture("1-upper")
    interpreter.key(Qt.Key.Key_Return)
    assert _note(interpreter) == LOWER_HINT
    for column in (8, 40, 55):
        _click(interpreter, 60, column)
    interpreter.picture("2-lower")
    interpreter.qtbot.mouseDClick(
        interpreter.section.canvas.viewport(),
        Qt.MouseButton.LeftButton,
        pos=interpreter.section.pixel_of(60, 55),
    )
    assert _note(interpreter) == NEXT_HINT
    interpreter.picture("3-filled")
    labels = interpreter.application.labels.store
    assert labels is not None
    covered = np.flatnonzero(labels.section(interpreter.section.key).any(axis=0))
    assert (covered[0], covered[-1]) == (8, 55)
    assert (labels.section(interpreter.section.key)[36:54, 8:56] == 2).mean() > 0.9
    filled = labels.provenance_counts()[Provenance.HAND]
    interpreter.key(Qt.Key.Key_Z, CONTROL)
    interpreter.wait_until(lambda: not labels.can_undo)
    assert labels.provenance_counts()[Provenance.HAND] == 0
    interpreter.key(Qt.Key.Key_Y, CONTROL)
    interpreter.wait_until(lambda: labels.provenance_counts()[Provenance.HAND] == filled)


def test_on_a_slice_the_tool_is_off_and_says_why(interpreter: Interpreter, tmp_path: Path) -> None:
    interpreter.open_survey(write_synthetic(tmp_path, 12))
    action = interpreter.window.actions_by_id["tool_between"]
    assert action.isEnabled()
    interpreter.key(Qt.Key.Key_3, CONTROL)
    interpreter.wait_until(lambda: interpreter.section.key.axis is Axis.SAMPLE)
    assert not action.isEnabled()
    assert "inline or a crossline" in action.toolTip()
    interpreter.key(Qt.Key.Key_2, CONTROL)
    interpreter.wait_until(lambda: interpreter.section.key.axis is Axis.CROSSLINE)
    interpreter.key(Qt.Key.Key_T)
    assert interpreter.application.state.tool == "between"
    _click(interpreter, 30, 2)
    interpreter.key(Qt.Key.Key_Escape)
    assert _note(interpreter) == FIRST_HINT
    interpreter.key(Qt.Key.Key_B)
    assert _note(interpreter) == ""
