"""The whole window on real files, driven by real mouse and key events."""

from __future__ import annotations

import re
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QWidget,
)

from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import HeaderBytes
from seisview.errors import SeisviewError
from seisview.gui.application import build
from seisview.gui.dialogs.go_to import GoToDialog
from seisview.gui.dialogs.survey_preview import SurveyChoice
from seisview.preferences import Preferences
from tests.gui.survey_fixtures import GEOMETRY, write_segy


class Scene:
    def __init__(self, qtbot, app):
        self.qtbot, self.app, self.window = qtbot, app, app.window
        self.section = app.window.section_view
        self.window.resize(1200, 700)
        app.show()
        qtbot.waitExposed(app.window)

    def open(self, path):
        self.app.open_path(path)
        self.qtbot.waitUntil(lambda: self.app.session is not None and self.section.key == self.app.state.key)

    def trigger(self, action_id):
        self.window.actions_by_id[action_id].trigger()

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.qtbot.keyClick(self.section.canvas, key, modifier)

    def drag(self, *elements):
        viewport = self.section.canvas.viewport()
        places = [self.section.pixel_of(*element) for element in elements]
        self.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            self.qtbot.mouseMove(viewport, place)
        self.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=places[-1])

    def labels(self):
        return self.app.session.labels

    def status(self, name):
        return self.window.findChild(QLabel, f"status_{name}").text()


@pytest.fixture
def scene(qtbot):
    made = Scene(qtbot, build())
    yield made
    made.app.shutdown()
    made.app.window.deleteLater()


@pytest.fixture
def opened(scene, tmp_path):
    scene.open(write_segy(tmp_path))
    return scene


def test_survey_named_on_the_command_line_is_opened(qtbot, tmp_path):
    app = build((str(write_segy(tmp_path)),))
    qtbot.waitUntil(lambda: app.session is not None)
    app.shutdown()


def test_painting_with_the_mouse_labels_and_saves(opened):
    opened.key(Qt.Key.Key_2)
    opened.drag((10, 3), (12, 12))
    assert opened.labels().counts()[2] > 10
    assert opened.window.actions_by_id["undo"].isEnabled()
    opened.qtbot.waitUntil(lambda: opened.status("saved").startswith("saved"), timeout=5000)
    marks = opened.window.section_bar._slider.marks
    assert [m.text for m in marks] == ["inline 1012: labelled"]


def test_hovering_a_mark_names_the_classes_painted_there(opened):
    for key, row in ((Qt.Key.Key_1, 8), (Qt.Key.Key_3, 30)):
        opened.key(key)
        opened.drag((row, 3), (row, 12))
    slider = opened.window.section_bar._slider
    index = opened.app.state.key.index
    assert slider.hover_text(slider.position_of(index)) == "inline 1012: labelled (Facies 1, Facies 3)"


def test_the_key_of_training_says_why_nothing_happens(opened):
    opened.key(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert opened.status("note") == "Paint at least two classes first."
    assert opened.app.jobs.busy is None


def test_removing_a_class_says_what_went_and_how_to_get_it_back(opened):
    opened.key(Qt.Key.Key_2)
    opened.drag((10, 3), (12, 12))
    painted = opened.labels().counts()[2]
    opened.window.facies_dock.remove_active()
    assert opened.status("note") == (
        f"Facies 2 and its {painted} labelled samples are removed; Ctrl+Z brings them back."
    )
    opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert opened.labels().counts()[2] == painted


def test_a_larger_survey_with_labels_follows_a_small_one(opened, tmp_path):
    """Labels may be looked at only when everything knows the survey that they belong to."""
    large = opened.app.session.volume.info.path
    opened.key(Qt.Key.Key_2)
    opened.drag((10, 3), (12, 12))
    np.save(tmp_path / "small.npy", np.ones((2, 2, 4), np.float32))
    for path in (tmp_path / "small.npy", large):
        before = opened.app.session
        opened.app.open_path(path)
        opened.qtbot.waitUntil(lambda before=before: opened.app.session is not before)
    assert opened.window.findChild(QDialog, "error_dialog") is None
    assert opened.labels().counts()[2] > 10


def test_undo_key_after_scrolling_goes_back_and_takes_the_stroke_away(opened):
    opened.key(Qt.Key.Key_1)
    opened.drag((10, 3), (12, 12))
    painted = opened.app.state.key
    opened.key(Qt.Key.Key_D)
    opened.qtbot.waitUntil(lambda: opened.section.key != painted)
    opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    opened.qtbot.waitUntil(lambda: opened.section.key == painted)
    assert sum(opened.labels().counts().values()) == 0
    opened.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert opened.labels().counts()[1] > 10


def test_tools_by_key_and_their_buttons_agree(opened):
    for key, name in ((Qt.Key.Key_E, "eraser"), (Qt.Key.Key_P, "polygon"), (Qt.Key.Key_G, "fill")):
        opened.key(key)
        assert opened.app.state.tool == name
        assert opened.window.button_of(f"tool_{name}").isChecked()
    opened.key(Qt.Key.Key_B)
    opened.key(Qt.Key.Key_BracketRight)
    assert opened.app.state.brush_diameter == 13
    assert opened.window.facies_dock.findChild(QWidget, "brush_size").value() == 13


def test_polygon_is_closed_by_a_double_click(opened):
    opened.key(Qt.Key.Key_P)
    opened.key(Qt.Key.Key_3)
    viewport = opened.section.canvas.viewport()
    for element in ((5, 2), (5, 12), (30, 12)):
        opened.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=opened.section.pixel_of(*element))
    opened.qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=opened.section.pixel_of(30, 2))
    assert opened.labels().counts()[3] > 100


def test_axes_keys_and_slices(opened):
    opened.trigger("axis_sample")
    opened.qtbot.waitUntil(lambda: opened.section.key == SectionKey(Axis.SAMPLE, 20))
    assert opened.window.actions_by_id["axis_sample"].isChecked()
    opened.key(Qt.Key.Key_Right)
    assert opened.app.state.key == SectionKey(Axis.SAMPLE, 21)


def test_a_line_that_is_not_there_is_refused_with_the_range(opened):
    box = opened.window.findChild(QDoubleSpinBox, "section_number")
    box.setFocus()
    box.selectAll()
    opened.qtbot.keyClicks(box, "77777")
    opened.qtbot.keyClick(box, Qt.Key.Key_Return)
    assert opened.status("note") == "There is no inline 77777: they go from 1000 to 1022."
    assert opened.app.state.key == SectionKey(Axis.INLINE, 6)


def test_go_to_dialog(opened):
    opened.trigger("go_to")
    dialog = opened.window.findChild(GoToDialog)
    dialog._number.setText("1004")
    opened.qtbot.keyClick(dialog._number, Qt.Key.Key_Return)
    assert opened.app.state.key == SectionKey(Axis.INLINE, 2)


def test_go_to_a_point_brings_it_to_the_middle_of_a_zoomed_section(opened):
    for _ in range(5):
        opened.trigger("zoom_in")
    opened.trigger("go_to")
    dialog = opened.window.findChild(GoToDialog)
    geometry = opened.app.session.geometry
    dialog._number.setText("1004")
    dialog._column.setText(str(geometry.crosslines.number_at(12)))
    dialog._row.setText(f"{geometry.sample_at(30):g}")
    opened.qtbot.keyClick(dialog._row, Qt.Key.Key_Return)
    opened.qtbot.waitUntil(lambda: opened.section.key == SectionKey(Axis.INLINE, 2))
    middle = opened.section.canvas.viewport().rect().center()
    opened.qtbot.waitUntil(
        lambda: (opened.section.pixel_of(30, 12) - middle).manhattanLength() <= 4, timeout=3000
    )


def test_vertical_exaggeration_is_chosen_in_the_menu_and_undone(opened):
    def ratio():
        width, height = opened.section.canvas.element_scale
        return height / width

    filled = ratio()
    opened.trigger("aspect_5")
    assert ratio() == pytest.approx(5)
    opened.trigger("axis_sample")
    opened.qtbot.waitUntil(lambda: opened.section.key.axis is Axis.SAMPLE)
    assert ratio() == pytest.approx(1)  # nothing to exaggerate from above
    opened.trigger("axis_inline")
    opened.qtbot.waitUntil(lambda: opened.section.key.axis is Axis.INLINE)
    assert ratio() == pytest.approx(5)
    opened.trigger("aspect_1")
    assert ratio() == pytest.approx(1)
    assert opened.window.actions_by_id["aspect_1"].isChecked()
    opened.trigger("aspect_fill")
    opened.trigger("fit")
    assert ratio() == pytest.approx(filled)


def test_cursor_is_read_out_in_survey_units(opened):
    opened.qtbot.mouseMove(opened.section.canvas.viewport(), opened.section.pixel_of(10, 4))
    opened.qtbot.waitUntil(lambda: opened.status("inline") != "")
    assert opened.status("inline") == "inline 1012"
    assert opened.status("crossline") == "crossline 404"
    assert opened.status("position") == "140 ms"
    assert opened.status("xy") == "X 452050  Y 6780150"
    assert "metres or feet" in opened.window.findChild(QLabel, "status_xy").toolTip()
    assert opened.status("amplitude").startswith("amp ")


def test_classes_are_added_by_menu_and_by_dock(opened):
    opened.trigger("add_class")
    opened.qtbot.mouseClick(
        opened.window.facies_dock.findChild(QAbstractButton, "facies_add"), Qt.MouseButton.LeftButton
    )
    assert len(opened.labels().scheme) == 5
    assert opened.window.actions_by_id["class_5"].isEnabled()
    opened.trigger("undo")
    opened.trigger("undo")
    assert len(opened.labels().scheme) == 3


def test_layers_switch_by_key_dock_and_menu_together(opened):
    action = opened.window.actions_by_id["toggle_overlay"]
    assert action.isChecked()
    opened.key(Qt.Key.Key_X)
    assert not opened.app.state.layers["facies"].visible
    assert not action.isChecked()
    opened.window.layers_dock.visibility_changed.emit("labels", False)
    assert not opened.window.actions_by_id["toggle_labels"].isChecked()


def test_hold_out_marks_the_slider_and_can_be_undone(opened):
    opened.trigger("hold_out")
    assert opened.window.section_bar._slider.marks[0].kind == "holdout"
    assert opened.window.actions_by_id["hold_out"].isChecked()
    opened.trigger("undo")
    assert opened.window.section_bar._slider.marks == ()
    assert not opened.window.actions_by_id["hold_out"].isChecked()


def test_opening_from_the_welcome_page_shows_progress_and_can_be_cancelled(scene, monkeypatch, tmp_path):
    def endless(request, current, progress):
        while True:
            progress.report("Reading", 1, 2)

    monkeypatch.setattr("seisview.gui.survey.survey_controller.load", endless)
    scene.app.open_path(tmp_path / "huge.sgy")
    cancel = scene.window.findChild(QAbstractButton, "welcome_cancel")
    assert cancel.isVisible()
    scene.qtbot.waitUntil(lambda: scene.window.findChild(QProgressBar, "welcome_progress").value() == 500)
    assert not scene.window.findChild(QAbstractButton, "welcome_open").isEnabled()
    scene.qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: scene.app.jobs.busy is None)
    assert not cancel.isVisible()
    assert scene.window.welcome.isVisible()
    assert scene.app.errors.current is None


def test_recent_surveys_show_what_they_looked_like(qtbot, opened):
    opened.app.shutdown()
    again = build()
    button = again.window.welcome.findChild(QAbstractButton, "welcome_recent_1")
    assert not button.icon().isNull()
    again.shutdown()


def test_dropped_survey_is_opened(scene, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(write_segy(tmp_path)))])
    button, modifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    scene.window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, button, modifier))
    scene.qtbot.waitUntil(lambda: scene.app.session is not None)


def test_failure_shows_one_box_with_message_hint_and_keeps_the_survey(opened, tmp_path):
    broken = tmp_path / "broken.sgy"
    broken.write_bytes(b"no survey" * 500)
    session = opened.app.session
    opened.app.open_path(broken)
    opened.qtbot.waitUntil(lambda: opened.app.errors.current is not None)
    box = opened.app.errors.current
    assert box.findChild(QLabel, "error_message").text()
    assert box.findChild(QLabel, "error_hint").text()
    box.accept()
    assert opened.app.session is session
    assert opened.section.isVisible()


def test_defect_shows_a_box_and_the_window_lives(opened, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)  # pytest-qt would fail the test otherwise
    opened.app.errors._hooks = (sys.excepthook, threading.excepthook)
    opened.app.errors.install()
    try:
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("division by zero"), None)
        opened.qtbot.waitUntil(lambda: opened.app.errors.current is not None)
    finally:
        opened.app.errors.uninstall()
    assert "ZeroDivisionError" in opened.app.errors.current.findChild(QLabel, "error_message").text()
    opened.app.errors.current.accept()
    opened.key(Qt.Key.Key_D)
    opened.qtbot.waitUntil(lambda: opened.section.key == SectionKey(Axis.INLINE, 7))


def test_quitting_asks_only_while_something_runs_and_once(opened):
    release = threading.Event()
    opened.app.jobs.start("Training", lambda progress: release.wait(10), on_result=lambda _: None)
    assert not opened.window.close()
    question = opened.window.findChild(QDialog, "leave_question")
    assert "Training" in question.text()
    question.findChild(QAbstractButton, "leave_stay").click()
    assert opened.window.isVisible()
    assert not opened.window.close()
    release.set()
    opened.window.findChild(QDialog, "leave_question").findChild(QAbstractButton, "leave_quit").click()
    assert not opened.window.isVisible()


def test_quitting_when_idle_asks_nothing(opened):
    opened.drag((10, 3), (12, 12))
    assert opened.window.close()


def test_running_job_is_shown_and_switches_actions_off(opened):
    release = threading.Event()
    opened.app.jobs.start("Training", lambda progress: release.wait(10), on_result=lambda _: None)
    assert not opened.window.actions_by_id["open_survey"].isEnabled()
    assert opened.window.actions_by_id["cancel_job"].isEnabled()
    assert opened.window.status_line._progress.isVisible()
    opened.key(Qt.Key.Key_1)
    opened.drag((10, 3), (12, 12))  # painting goes on meanwhile
    assert opened.labels().counts()[1] > 0
    release.set()
    opened.qtbot.waitUntil(lambda: opened.window.actions_by_id["open_survey"].isEnabled())
    assert not opened.window.status_line._progress.isVisible()


def test_what_is_refused_while_a_job_runs_says_which_and_how_long_it_takes(opened):
    for key, row in ((Qt.Key.Key_1, 8), (Qt.Key.Key_2, 30)):
        opened.key(key)
        opened.drag((row, 3), (row, 12))
    release, begun = threading.Event(), time.monotonic() - 60

    def work(progress):
        progress._stage_started = begun
        progress.report("step 200 of 400", 200, 400)
        release.wait(10)

    opened.app.jobs.start("Training tuned-3", work, on_result=lambda _: None)
    train = opened.window.actions_by_id["train"]
    opened.qtbot.waitUntil(lambda: "left" in train.statusTip(), timeout=5000)
    opened.key(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    said = opened.status("note")
    assert re.match(
        r"Training tuned-3 is running, about 1:\d\d min left\. Wait for it to end, or cancel", said
    )
    assert said[:30] in train.toolTip()
    assert "Ctrl+T" in train.toolTip()
    assert said[:30] in opened.window.findChild(QAbstractButton, "train_start").toolTip()
    release.set()
    opened.qtbot.waitUntil(train.isEnabled)
    assert train.statusTip() == ""


def test_remembered_display_section_and_recent(qtbot, scene, tmp_path):
    path = write_segy(tmp_path)
    scene.open(path)
    scene.app.view.choose_display(clip_percent=90.0, colormap="red-white-blue")
    scene.app.state.set_key(SectionKey(Axis.CROSSLINE, 9))
    qtbot.waitUntil(lambda: scene.section.key == SectionKey(Axis.CROSSLINE, 9))
    scene.app.shutdown()
    again = Scene(qtbot, build())
    assert again.window.welcome.findChild(QAbstractButton, "welcome_recent_1").text().startswith("small.sgy")
    again.open(path)
    assert again.app.state.display.clip_percent == 90.0
    assert again.app.state.display.colormap == "red-white-blue"
    assert again.app.state.key == SectionKey(Axis.CROSSLINE, 9)
    again.app.shutdown()


def test_labels_survive_a_crash(qtbot, scene, tmp_path):
    path = write_segy(tmp_path)
    scene.open(path)
    scene.key(Qt.Key.Key_1)
    scene.drag((10, 3), (12, 12))
    counts = scene.labels().counts()
    scene.qtbot.waitUntil(lambda: scene.app.session.project.n_unsaved_edits == 0)
    project = scene.app.session.project
    project._let_go()  # what the end of a process does: no save, no snapshot
    project._closed = True
    scene.app.shutdown()
    again = Scene(qtbot, build())
    again.open(path)
    assert again.labels().counts() == counts
    assert "Brought back" in again.status("note")
    again.app.shutdown()


def test_opened_and_closed_twice_leaves_no_thread(qtbot, tmp_path):
    path = write_segy(tmp_path)
    before = set(threading.enumerate())
    for _ in range(2):
        scene = Scene(qtbot, build())
        scene.open(path)
        scene.trigger("open_with_bytes")
        scene.app.shutdown()
        scene.window.deleteLater()
    assert set(threading.enumerate()) == before


def test_dark_and_light_follow_the_palette(opened):
    dark = QPalette(QColor("#202020"))
    before = opened.window.grab().toImage().pixelColor(5, 60).lightness()
    listing = opened.window.facies_dock.findChild(QWidget, "facies_list")
    caption = opened.window.findChild(QLabel, "status_saved")
    role = QPalette.ColorRole
    QApplication.instance().setPalette(dark)
    try:
        opened.qtbot.waitUntil(
            lambda: opened.window.grab().toImage().pixelColor(5, 60).lightness() < before - 100
        )
        opened.qtbot.waitUntil(lambda: listing.palette().color(role.Base).lightness() < 100)
        assert listing.palette().color(role.Text).lightness() > 150
        assert caption.palette().color(role.WindowText).lightness() > 150
    finally:
        QApplication.instance().setPalette(QPalette())
    opened.qtbot.waitUntil(lambda: listing.palette().color(role.Base).lightness() > 150)


def test_save_action_stores_the_labels(opened):
    opened.drag((10, 3), (12, 12))
    opened.trigger("save")
    names = {p.name for p in (opened.app.session.project.folder / "labels").iterdir()}
    assert any(name.startswith("snapshot") for name in names)
    assert opened.app.errors.current is None


def test_npy_survey_opens_with_a_warning_about_its_geometry(scene, tmp_path):
    import numpy as np

    np.save(tmp_path / "plain.npy", np.zeros(GEOMETRY.shape, np.float32) + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scene.open(tmp_path / "plain.npy")
    assert "geometry" in scene.status("note").lower()


def test_help_opens_the_sheet_of_keys_and_about(opened):
    opened.key(Qt.Key.Key_F1)
    sheet = opened.window.findChild(QDialog, "shortcut_sheet")
    assert sheet.isVisible()
    opened.trigger("about")
    assert "seisview" in opened.window.findChild(QLabel, "about_text").text()


def test_header_bytes_chosen_in_the_dialog_are_used(scene, tmp_path):
    path = write_segy(tmp_path)
    scene.trigger("open_with_bytes")
    dialog = scene.window.findChild(QDialog, "open_survey_dialog")
    dialog.set_choice(SurveyChoice(path, HeaderBytes(inline=9, crossline=21)))
    scene.qtbot.waitUntil(lambda: dialog.preview is not None)
    dialog.findChild(QAbstractButton, "survey_open").click()
    scene.qtbot.waitUntil(lambda: scene.app.session is not None)
    assert scene.app.session.volume.info.header_bytes.inline == 9


def test_labels_and_picture_are_exported_by_the_menu(opened, tmp_path):
    opened.key(Qt.Key.Key_1)
    opened.drag((10, 3), (12, 12))
    for action_id, name in (("export_labels_segy", "labels.sgy"), ("export_png", "section.png")):
        opened.qtbot.waitUntil(opened.window.actions_by_id[action_id].isEnabled)
        opened.trigger(action_id)
        dialog = opened.window.findChildren(QDialog, "export_dialog")[-1]
        path = dialog.findChild(QLineEdit, "export_path")
        path.setFocus()
        path.selectAll()
        opened.qtbot.keyClicks(path, str(tmp_path / name))
        dialog.findChild(QAbstractButton, "export_start").click()
        opened.qtbot.waitUntil(lambda name=name: (tmp_path / name).exists(), timeout=20_000)
    assert opened.app.errors.current is None


def test_preferences_are_written_on_quitting(opened):
    opened.app.shutdown()
    assert Preferences.load().recent == opened.app.preferences.recent
    assert "geometry" in Preferences.load().window


def test_quitting_right_after_an_error_was_closed_is_quiet(opened):
    opened.app.errors.show_error(SeisviewError("Something broke.", "Try again."))
    opened.app.errors.current.reject()
    opened.app.shutdown()
    assert opened.app.errors.current is None


def test_a_warning_about_the_survey_stays_in_sight_and_tells_more(opened, tmp_path):
    mark = opened.window.findChild(QAbstractButton, "status_warnings")
    assert not mark.isVisible()
    whole, cut = opened.app.session.volume.info.path, tmp_path / "cut.sgy"
    cut.write_bytes(whole.read_bytes()[:-100])
    opened.open(cut)
    opened.qtbot.waitUntil(mark.isVisible)
    opened.window.status_line.set_note("")
    assert mark.isVisible()
    assert "cut while it was copied" in mark.toolTip()
    opened.qtbot.mouseClick(mark, Qt.MouseButton.LeftButton)
    dialog = opened.window.findChild(QDialog, "survey_information_dialog")
    assert dialog.isVisible()
    dialog.reject()
    before = opened.app.session
    opened.app.open_path(whole)
    opened.qtbot.waitUntil(lambda: opened.app.session is not before)
    assert not mark.isVisible()


def test_header_bytes_are_chosen_for_the_open_survey_first(opened):
    opened.window.activateWindow()
    opened.qtbot.waitUntil(opened.window.isActiveWindow)
    opened.key(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = opened.window.findChild(QDialog, "open_survey_dialog")
    assert dialog.findChild(QLineEdit, "survey_path").text() == str(opened.app.session.volume.info.path)
    opened.qtbot.waitUntil(lambda: dialog.preview is not None, timeout=10_000)
    assert dialog.preview.geometry.shape == GEOMETRY.shape
    assert dialog.choice().header_bytes.inline == 189
    dialog.reject()
