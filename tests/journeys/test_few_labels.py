"""One painted section: a preview at once, a network minutes later, what to label next, and how good it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QTabWidget, QTreeWidget

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.quality.confusion_table import ConfusionTable
from tests.journeys.interpreter import Interpreter, write_synthetic

STEPS = 4
PAINTED, HELD_OUT = 4, 19
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_synthetic(tmp_path_factory.mktemp("survey"), 24)


def go_to_inline(interpreter: Interpreter, index: int) -> None:
    interpreter.go_to_line(interpreter.application.session.geometry.inlines.number_at(index))


def layer(interpreter: Interpreter) -> str:
    return interpreter.text("layer_facies_description")


def show_page(interpreter: Interpreter, title: str) -> None:
    tabs = interpreter.find(QTabWidget, "work_tabs")
    index = next(i for i in range(tabs.count()) if tabs.tabText(i) == title)
    interpreter.qtbot.mouseClick(tabs.tabBar(), LEFT, pos=tabs.tabBar().tabRect(index).center())
    assert tabs.currentIndex() == index


@pytest.mark.slow
def test_from_one_painted_section_to_a_judged_network(interpreter: Interpreter, survey_path: Path) -> None:
    interpreter.open_survey(survey_path)
    session = interpreter.application.session
    go_to_inline(interpreter, PAINTED)
    interpreter.key(Qt.Key.Key_BracketRight, times=4)
    unpredicted = interpreter.section_picture()
    interpreter.paint_three_classes()
    interpreter.wait_until(lambda: layer(interpreter) == "preview, 1 labelled section", 60)
    interpreter.wait_until(lambda: interpreter.section_picture() != unpredicted)
    check_preview_follows_strokes(interpreter)
    interpreter.picture("few-1-preview")
    check_preview_can_be_switched_off(interpreter)

    go_to_inline(interpreter, HELD_OUT)
    interpreter.wait_until(lambda: layer(interpreter).startswith("preview, "), 30)  # no label is on it
    interpreter.paint_three_classes()
    interpreter.choose_from_menu("hold_out")
    held = SectionKey(Axis.INLINE, HELD_OUT)
    assert session.labels.holdout == {held}
    assert set(np.unique(session.labels.section(held))) >= {1, 2, 3}

    interpreter.set_training(STEPS)
    interpreter.click("train_start")
    interpreter.wait_until(lambda: interpreter.application.jobs.busy is not None)
    interpreter.wait_for_job(150)
    assert interpreter.application.errors.current is None, interpreter.text("train_status")
    result = session.project.current_result
    assert result is not None, interpreter.text("train_status")
    assert result.complete
    interpreter.wait_until(lambda: layer(interpreter).startswith(f"{model(interpreter)}, "))
    facies, _ = result.section(held)
    drawn = interpreter.application.view._active._data.facies
    assert (drawn == facies).all()

    check_quality_page(interpreter, held)
    check_label_next(interpreter)


def model(interpreter: Interpreter) -> str:
    """Name of the model that was trained last: it says whether it started from weights or from scratch."""
    return interpreter.application.session.project.models[-1].name


def check_preview_follows_strokes(interpreter: Interpreter) -> None:
    """The overlay of the section on screen is another one after the next stroke, outside the stroke too."""
    view = interpreter.application.view
    before = view._active._data.facies.copy()
    interpreter.paint(Qt.Key.Key_2, [(20, 10), (20, 50)])
    interpreter.wait_until(lambda: (view._active._data.facies != before).any(), 5)


def check_preview_can_be_switched_off(interpreter: Interpreter) -> None:
    view = interpreter.application.view
    interpreter.choose_from_menu("instant_preview")
    interpreter.wait_until(lambda: view._active._data.facies is None)
    assert "train first" in interpreter.find(QCheckBox, "layer_facies_visible").toolTip()
    interpreter.choose_from_menu("instant_preview")
    interpreter.wait_until(lambda: view._active._data.facies is not None)
    interpreter.wait_until(lambda: layer(interpreter).startswith("preview, "))
    # A window manager gives the keyboard back when a menu closes; without a screen nobody does.
    interpreter.window.activateWindow()
    interpreter.section.canvas.setFocus()


def check_quality_page(interpreter: Interpreter, held: SectionKey) -> None:
    go_to_inline(interpreter, 12)
    show_page(interpreter, "Quality")
    heading = f"{model(interpreter)} on 1 held-out section"
    interpreter.wait_until(lambda: interpreter.text("quality_heading") == heading)
    interpreter.picture("few-2-quality")
    table = interpreter.find(ConfusionTable, "quality_matrix")
    assert table.rowCount() >= 3
    cell = next(
        item
        for row in range(3)
        for column in range(3)
        if (item := table.item(row, column)).text() and row != column
    )
    interpreter.qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualItemRect(cell).center())
    interpreter.wait_until(lambda: interpreter.section.key == held)
    interpreter.wait_until(lambda: interpreter.section.flashed_box is not None)
    box, (true_id, predicted_id) = interpreter.section.flashed_box, cell.data(Qt.ItemDataRole.UserRole)
    labels = interpreter.application.session.labels.section(held, box)
    facies = interpreter.application.session.project.current_result.section(held)[0][box.slices]
    assert ((labels == true_id) & (facies == predicted_id)).any()
    interpreter.picture("few-3-worst-place")


def check_label_next(interpreter: Interpreter) -> None:
    dock = interpreter.window.label_next_dock
    basis = f"by {model(interpreter)}"
    interpreter.wait_until(lambda: interpreter.text("label_next_state").startswith(basis))
    interpreter.wait_until(lambda: bool(dock.rows))
    labelled = {SectionKey(Axis.INLINE, PAINTED), SectionKey(Axis.INLINE, HELD_OUT)}
    assert not labelled & {row.key for row in dock.rows}
    wanted = dock.rows[0].key
    shown = interpreter.find(QTreeWidget, "label_next_list")
    place = shown.visualItemRect(shown.topLevelItem(0)).center()
    interpreter.qtbot.mouseClick(shown.viewport(), LEFT, pos=place)
    interpreter.wait_until(lambda: interpreter.section.key == wanted)
    marks = interpreter.window.section_bar._slider.marks
    assert (wanted.index, "next") in {(mark.index, mark.kind) for mark in marks}
    interpreter.picture("few-4-label-next")


@pytest.mark.slow
def test_pretraining_is_stopped_gone_on_with_and_started_from(
    interpreter: Interpreter, survey_path: Path
) -> None:
    interpreter.open_survey(survey_path)
    project = interpreter.application.session.project
    offer = interpreter.window.pretrain_offer
    assert offer.isVisible()
    interpreter.click("pretrain_dismiss")
    assert not offer.isVisible()
    show_page(interpreter, "Quality")
    interpreter.choose_from_menu("pretrain")
    assert offer.isVisible()
    minutes = interpreter.find(QDoubleSpinBox, "pretrain_minutes")
    minutes.setFocus()
    minutes.selectAll()
    interpreter.qtbot.keyClicks(minutes, "0.2")
    interpreter.qtbot.keyClick(minutes, Qt.Key.Key_Tab)
    interpreter.click("pretrain_start")
    dock = interpreter.window.train_dock
    interpreter.wait_until(lambda: dock._plot.n_points >= 2, 60)
    interpreter.paint(Qt.Key.Key_1, [(30, 40)])  # one paints while it learns
    interpreter.picture("few-5-pretraining")
    interpreter.click("job_cancel")
    interpreter.wait_for_job(30)
    interpreter.wait_until(lambda: "was stopped after" in interpreter.text("pretrain_text"))
    assert project.backbones == ()
    done = int(interpreter.text("pretrain_text").split("after ")[1].split()[0])
    assert done >= 1

    interpreter.click("pretrain_resume")
    interpreter.wait_until(lambda: dock._plot.n_points >= 1, 60)
    assert dock._plot._steps[0].step > done - 1
    interpreter.wait_for_job(120)
    (kept,) = project.backbones
    assert int(kept.details["steps"]) > done
    assert interpreter.find(QComboBox, "train_start_from").currentText() == "this survey's pretraining"
    assert "pretrained-1 learned this survey" in interpreter.text("train_status")
    interpreter.picture("few-6-pretrained")
