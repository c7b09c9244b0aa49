"""A few strokes on one inline of a dipping survey are facies of all of it at once, and stay."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QPushButton, QSpinBox, QTreeWidget
from pytestqt.qtbot import QtBot

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.segy.write import create_segy
from tests.journeys.interpreter import CONTROL, Interpreter

SHAPE = (40, 64, 96)
DIP = 0.9
PAINTED, FAR, WIDE = 8, 36, 20
TOP, GAP = 12, 30
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beds that dip by 0.9 samples a line."""
    path = tmp_path_factory.mktemp("dipping") / "dipping.sgy"
    line, trace, sample = np.meshgrid(*(np.arange(float(n)) for n in SHAPE), indexing="ij")
    beds = sample - DIP * line + 0 * trace
    amplitude = (np.sin(beds / 2.2) + 0.6 * np.sin(beds / 3.7)).astype(np.float32)
    lines = LineNumbers.regular(100, 1, SHAPE[0]), LineNumbers.regular(500, 1, SHAPE[1])
    create_segy(path, amplitude, SurveyGeometry(*lines, SHAPE[2], 0.0, 4.0))
    return path


def pictures() -> Path | None:
    folder = os.environ.get("SEISVIEW_SCREENSHOTS")
    return Path(folder) if folder else None


def key_of(index: int) -> SectionKey:
    return SectionKey(Axis.INLINE, index)


def paint_bands(interpreter: Interpreter) -> None:
    """Two bands across the section, one below the other."""
    interpreter.key(Qt.Key.Key_BracketRight, times=4)
    for key, row in ((Qt.Key.Key_1, TOP), (Qt.Key.Key_2, TOP + GAP)):
        interpreter.paint(key, [(row, column) for column in range(2, 62, 3)])


def carry(interpreter: Interpreter) -> None:
    interpreter.window.activateWindow()
    interpreter.section.canvas.setFocus()
    interpreter.key(Qt.Key.Key_R, CONTROL)
    interpreter.wait_until(lambda: interpreter.application.analysis.result is not None)
    interpreter.wait_for_job(20)


def shown(interpreter: Interpreter) -> np.ndarray:
    """The overlay of the section on screen."""
    view = interpreter.application.view
    interpreter.wait_until(lambda: view._active._data is not None and view._active._data.facies is not None)
    return view._active._data.facies


def middle_of(facies: np.ndarray, class_id: int, column: int) -> float:
    rows = np.flatnonzero(facies[:, column] == class_id)
    assert rows.size, f"class {class_id} is nowhere on trace {column}"
    return float(rows.mean())


def test_strokes_on_one_inline_are_facies_of_all_and_are_there_again(qtbot: QtBot, survey_path: Path) -> None:
    first = Interpreter(qtbot, pictures())
    try:
        kept = work(first, survey_path)
    finally:
        first.leave()
    again = Interpreter(qtbot)
    try:
        again.open_survey(survey_path)
        again.go_to_line(100 + WIDE)
        assert again.application.session.project.current_result.title == "carried"
        assert np.array_equal(shown(again), kept)
        check_list(again, "1 section")
    finally:
        again.leave()


def work(interpreter: Interpreter, survey_path: Path) -> np.ndarray:
    """Paint, carry, look, carry again, accept, save; returns the facies of an inline."""
    window = interpreter.window
    action = window.actions_by_id["carry_labels"]
    interpreter.open_survey(survey_path)
    assert not action.isEnabled()
    assert "Nothing was painted yet" in action.toolTip()
    interpreter.choose_from_menu("instant_preview")  # another thing: switched off here
    window.activateWindow()
    interpreter.go_to_line(100 + PAINTED)
    paint_bands(interpreter)
    session = interpreter.application.session
    painted = session.labels.section(key_of(PAINTED))
    carry(interpreter)
    assert interpreter.application.errors.current is None
    assert interpreter.text("layer_facies_description").startswith("carried from 1 section, ")
    assert "carried from 1 section to the whole survey" in interpreter.text("train_status")

    interpreter.go_to_line(100 + FAR)
    interpreter.wait_until(lambda: interpreter.section.key == key_of(FAR))
    facies = shown(interpreter)
    for class_id in (1, 2):
        moved = middle_of(facies, class_id, 30) - middle_of(painted, class_id, 30)
        assert moved == pytest.approx(DIP * (FAR - PAINTED), abs=2)
    check_colours(interpreter, facies)
    interpreter.picture("carried-1-far-inline")

    check_list(interpreter, "1 section")
    check_label_next(interpreter)
    check_labels_changed_and_carried_again(interpreter)
    check_accepted(interpreter)

    kept = session.project.current_result.section(key_of(WIDE))[0]
    interpreter.qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    interpreter.wait_for_job(10)
    return kept


def check_colours(interpreter: Interpreter, facies: np.ndarray) -> None:
    """What was carried is what one sees: pixels change where facies are, when the overlay is switched off."""
    window, canvas = interpreter.window, interpreter.section.canvas
    window.activateWindow()
    canvas.setFocus()
    on = interpreter.section_picture()
    interpreter.key(Qt.Key.Key_X)
    interpreter.wait_until(lambda: interpreter.section_picture() != on)
    off = interpreter.section_picture()
    interpreter.key(Qt.Key.Key_X)

    def changed(row: float, column: int) -> bool:
        place: QPoint = canvas.viewport().mapTo(canvas, interpreter.section.pixel_of(row, column))
        return on.pixel(place) != off.pixel(place)

    middles = [middle_of(facies, class_id, 30) for class_id in (1, 2)]
    assert all(changed(middle, 30) for middle in middles)
    assert not changed(sum(middles) / 2, 30)


def check_list(interpreter: Interpreter, labels: str) -> None:
    """The training page lists what was carried, as shown, and says how to do it again."""
    table = interpreter.find(QTreeWidget, "model_table")
    (row,) = [i for i in map(table.topLevelItem, range(table.topLevelItemCount())) if i.text(0) == "carried"]
    assert row.text(2) == labels
    assert row.font(0).bold()
    predict = interpreter.find(QPushButton, "model_predict")
    assert not predict.isEnabled()
    assert "Ctrl+R" in predict.toolTip()


def check_label_next(interpreter: Interpreter) -> None:
    """What is worth labelling next is what the labels have come farthest to."""
    interpreter.wait_until(lambda: interpreter.text("label_next_state").startswith("by carried"))
    dock = interpreter.window.label_next_dock
    interpreter.wait_until(lambda: bool(dock.rows))
    inlines = [row.key.index for row in dock.rows if row.key.axis is Axis.INLINE]
    assert inlines
    assert inlines[0] > FAR - 12


def check_labels_changed_and_carried_again(interpreter: Interpreter) -> None:
    """The layer says that labels changed; carried again, the older facies are gone."""
    project = interpreter.application.session.project
    before = project.current_result
    interpreter.paint(Qt.Key.Key_3, [(5, 10), (5, 50)])
    interpreter.wait_until(
        lambda: interpreter.text("layer_facies_description").endswith("labels changed since")
    )
    carry(interpreter)
    interpreter.wait_until(lambda: project.current_result is not before)
    assert interpreter.text("layer_facies_description").startswith("carried from 2 sections, ")
    assert [result.title for result in project.results] == ["carried"]
    assert 3 in project.current_result.section(key_of(FAR))[0]
    interpreter.undo()
    carry(interpreter)
    interpreter.wait_until(
        lambda: interpreter.text("layer_facies_description").startswith("carried from 1 section, ")
    )


def check_accepted(interpreter: Interpreter) -> None:
    """On another inline what was carried becomes labels: the dialog asks for less confidence there."""
    interpreter.go_to_line(100 + WIDE)
    facies = shown(interpreter).copy()
    interpreter.choose_from_menu("accept_prediction")
    box = interpreter.find(QSpinBox, "accept_confidence")
    summary = lambda: interpreter.text("accept_summary")  # noqa: E731
    assert box.value() == 50
    interpreter.wait_until(lambda: "will become labels" in summary())
    for percent, said in (("80", "nothing more to accept"), ("50", "will become labels")):
        box.setFocus()
        box.selectAll()
        interpreter.qtbot.keyClicks(box, percent)
        interpreter.qtbot.keyClick(box, Qt.Key.Key_Tab)
        interpreter.wait_until(lambda said=said: said in summary())
    interpreter.click("accept_start")
    labels = interpreter.application.session.labels
    assert np.array_equal(labels.section(key_of(WIDE)), facies)
    interpreter.click("accept_close")
    interpreter.wait_until(lambda: interpreter.window.findChild(QDialog, "accept_prediction_dialog") is None)
    interpreter.choose_from_menu("undo")
    assert not labels.section(key_of(WIDE)).any()
