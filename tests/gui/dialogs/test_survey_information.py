"""File > Survey information: what `seisview info` says, in the window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QTreeWidget

from seisview.gui.dialogs.survey_information import SurveyInformationDialog
from seisview.workflows.surveys import describe_survey
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def opened(scene) -> SurveyInformationDialog:
    scene.key(Qt.Key.Key_I, CONTROL_SHIFT)
    scene.wait(lambda: scene.window.findChild(SurveyInformationDialog) is not None)
    dialog = scene.window.findChild(SurveyInformationDialog)
    scene.qtbot.waitExposed(dialog)
    return dialog


def rows(dialog) -> dict[str, str]:
    tree = dialog.findChild(QTreeWidget, "survey_information_facts")
    groups = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    found = [group.child(i) for group in groups for i in range(group.childCount())]
    return {item.text(0): item.text(1) for item in found}


def test_the_key_shows_what_the_command_line_prints(scene) -> None:
    session = scene.app.session
    dialog, printed = opened(scene), describe_survey(session.volume, session.statistics)
    shown = rows(dialog)
    assert shown["inlines"] == "1000 to 1022, step 2 (12)"
    assert shown["crosslines"] == "400 to 415, step 1 (16)"
    assert shown["range"] == "100 to 256 ms"
    assert shown["sample interval"] == "4 ms"
    assert shown["samples per trace"] == "40"
    assert shown["sample format"] == printed["sample_format"]
    assert shown["byte order"] == printed["byte_order"]
    assert shown["line bytes"] == f"inline {printed['inline_byte']}, crossline {printed['crossline_byte']}"
    assert shown["coordinate bytes"] == f"X {printed['x_byte']}, Y {printed['y_byte']}"
    assert shown["sorted by"] == printed["sorting"]
    assert shown["in the file"] == "192"
    assert shown["missing in the grid"] == "0"
    assert shown["dead traces"] == str(printed["n_dead_traces"])
    assert shown["1st, 99th percentile"] == "{p1:.5g}, {p99:.5g}".format(**printed["amplitude"])
    assert shown["fingerprint"] == printed["fingerprint"]
    assert shown["inline 1022, crossline 415"] == "X 452187.50  Y 6780275.00 m"
    text = dialog.findChild(QPlainTextEdit, "survey_information_text_header")
    assert text.toPlainText() == session.volume.info.text_header != ""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    assert text.font().family() == fixed.family() != dialog.font().family()


def test_everything_is_copied(scene, qtbot) -> None:
    dialog = opened(scene)
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(dialog.findChild(QPushButton, "survey_information_copy"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "  inlines: 1000 to 1022, step 2 (12)" in copied
    assert scene.app.session.volume.info.text_header in copied


def test_it_stays_open_once_and_goes_with_the_survey(scene, tmp_path) -> None:
    dialog = opened(scene)
    scene.key(Qt.Key.Key_I, CONTROL_SHIFT)
    assert scene.window.findChildren(SurveyInformationDialog) == [dialog]
    scene.app.open_path(write_segy(tmp_path, "other.sgy", seed=1))
    scene.wait(lambda: scene.app.session.name == "other")
    scene.wait(lambda: scene.window.findChild(SurveyInformationDialog) is None)


@pytest.mark.parametrize("kind", ["npy", "zarr"])
def test_arrays_have_facts_too(scene, tmp_path, kind) -> None:
    amplitude = np.random.default_rng(0).normal(size=(6, 8, 10)).astype(np.float32)
    path = tmp_path / f"cube.{kind}"
    if kind == "npy":
        np.save(path, amplitude)
    else:
        import zarr

        zarr.save_array(path, amplitude)
    scene.app.open_path(path)
    scene.wait(lambda: scene.app.session.name == "cube" and scene.drawn())
    dialog = opened(scene)
    shown = rows(dialog)
    assert shown["inlines"].endswith("(6)")
    assert shown["measures"] == "not known: samples are counted"
    assert shown["map coordinates"] == "none"
    assert "line bytes" not in shown
    text = dialog.findChild(QPlainTextEdit, "survey_information_text_header")
    assert text.toPlainText() == "There is no text header."


def test_without_a_survey_the_action_says_why(qtbot) -> None:
    from seisview.gui.main_window import MainWindow

    window = MainWindow()
    qtbot.addWidget(window)
    action = window.actions_by_id["survey_information"]
    assert not action.isEnabled()
    assert "Open a survey first." in action.toolTip()


def test_warnings_are_shown_whole_and_copied(scene, qtbot, tmp_path) -> None:
    whole = write_segy(tmp_path, "cut.sgy")
    whole.write_bytes(whole.read_bytes()[:-100])
    scene.app.open_path(whole)
    scene.wait(lambda: scene.app.session.name == "cut" and scene.drawn())
    (warning,) = scene.app.session.volume.info.warnings
    dialog = opened(scene)
    shown = dialog.findChild(QPlainTextEdit, "survey_information_warnings")
    assert shown.toPlainText() == warning
    assert shown.lineWrapMode() is QPlainTextEdit.LineWrapMode.WidgetWidth
    qtbot.mouseClick(dialog.findChild(QPushButton, "survey_information_copy"), Qt.MouseButton.LeftButton)
    assert warning in QGuiApplication.clipboard().text()
