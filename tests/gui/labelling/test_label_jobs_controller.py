"""Interpolating and accepting in the whole window, by real keys and mouse, on a real file."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QRadioButton, QSpinBox, QTreeWidget

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.dialogs.accept_prediction import AcceptPredictionDialog
from seisview.gui.docks.facies_rows import NAME
from seisview.labels.boxes import Box
from seisview.labels.provenance import Provenance
from tests.gui.pane_scene import LEFT, Scene
from tests.gui.survey_fixtures import write_segy

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SHAPE = (40, 16)
HAND, INTERPOLATED, ACCEPTED = Provenance.HAND, Provenance.INTERPOLATED, Provenance.ACCEPTED


class LabelScene(Scene):
    @property
    def store(self):
        return self.app.session.labels

    @property
    def counts(self):
        return self.store.provenance_counts()

    @property
    def note(self):
        return self.window.findChild(QLabel, "status_note").text()

    @property
    def dialog(self):
        return self.window.findChild(AcceptPredictionDialog)

    @property
    def summary(self):
        return self.dialog.findChild(QLabel, "accept_summary").text()

    @property
    def accept(self):
        return self.dialog.findChild(QPushButton, "accept_start")

    def go(self, index):
        self.app.state.set_key(SectionKey(Axis.INLINE, index))
        self.wait(lambda: self.drawn() and self.window.section_view.key.index == index)

    def drag(self, *elements):
        section = self.window.section_view
        places = [section.pixel_of(*element) for element in elements]
        self.qtbot.mousePress(section.canvas.viewport(), LEFT, pos=places[0])
        for place in places[1:]:
            self.qtbot.mouseMove(section.canvas.viewport(), place)
        self.qtbot.mouseRelease(section.canvas.viewport(), LEFT, pos=places[-1])

    def paint(self, index, class_id=2, rows=(10, 16)):
        box = Box(*rows, 4, 10)
        self.store.apply(SectionKey(Axis.INLINE, index), box, np.ones(box.shape, bool), class_id)

    def show_prediction(self):
        """Class 1 above, 2 below the middle; the confidence rises from left to right, 0 to 100 %."""

        def overlay(key):
            shape = self.app.session.geometry.section_shape(key.axis)
            facies = np.where(np.arange(shape[0])[:, None] < shape[0] // 2, 1, 2)
            sure = np.linspace(0, 255, shape[1])
            return tuple(np.broadcast_to(a, shape).astype(np.uint8) for a in (facies, sure))

        self.app.analysis.overlay_changed.emit(overlay)

    def wait_for_interpolation(self):
        written = lambda: not self.app.label_jobs._writer.is_busy and self.counts[INTERPOLATED] > 0  # noqa: E731
        self.wait(lambda: self.app.jobs.busy is None and written())

    def open_dialog(self):
        self.window.actions_by_id["accept_prediction"].setEnabled(True)
        self.key(Qt.Key.Key_A, CTRL | SHIFT)
        self.wait(lambda: self.dialog is not None and "Reading" not in self.summary)


@pytest.fixture
def scene(qtbot, tmp_path):
    made = LabelScene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def test_painted_with_the_mouse_interpolated_and_undone_by_keys(scene):
    scene.go(2)
    scene.key(Qt.Key.Key_2)
    scene.drag((10, 4), (12, 11))
    scene.go(7)
    scene.drag((14, 4), (16, 11))
    by_hand = scene.counts[HAND]
    scene.key(Qt.Key.Key_I, CTRL)
    scene.wait_for_interpolation()
    store = scene.store
    assert [key.index for key in store.labelled_sections()] == [2, 3, 4, 5, 6, 7]
    assert scene.counts[HAND] == by_hand
    assert (store.section(SectionKey(Axis.INLINE, 4)) == 2).sum() > 20
    assert "4 sections between inline 1004 and inline 1014 interpolated" in scene.note
    described = scene.app.layers._texts["labels"].description
    assert f": {by_hand} samples by hand, " in described
    assert f"{scene.counts[INTERPOLATED]:,} interpolated" in described
    scene.key(Qt.Key.Key_Z, CTRL)
    assert scene.counts == {HAND: by_hand, INTERPOLATED: 0, ACCEPTED: 0}


def test_interpolation_says_what_it_misses(scene):
    interpolate = scene.window.actions_by_id["interpolate"]
    assert not interpolate.isEnabled()
    scene.paint(2)
    scene.app.labels.labels_changed.emit()
    assert interpolate.isEnabled()
    for index, expected in ((2, "Paint on two inlines"), (3, "no section between")):
        scene.paint(index)
        scene.go(index)
        interpolate.trigger()
        assert expected in scene.note
    scene.paint(9)
    scene.store.set_holdout(SectionKey(Axis.INLINE, 5))
    scene.go(5)
    interpolate.trigger()
    assert "held out" in scene.note
    assert scene.app.jobs.busy is None
    assert scene.counts[INTERPOLATED] == 0


def test_what_is_painted_while_the_job_runs_stays(scene):
    scene.paint(2)
    scene.paint(8)
    scene.go(2)
    scene.app.label_jobs.interpolate()
    scene.paint(5, class_id=3)
    scene.wait_for_interpolation()
    assert (scene.store.section(SectionKey(Axis.INLINE, 5))[10:16, 4:10] == 3).all()
    assert scene.counts[HAND] == 3 * 36


def test_prediction_is_accepted_by_class_and_confidence_but_not_over_the_hand(scene):
    scene.go(4)
    scene.paint(4, class_id=3, rows=(0, 40))
    scene.show_prediction()
    scene.open_dialog()
    # 80 % and more: the last four of sixteen traces, none of them painted.
    assert scene.summary == "inline 1008: 160 samples will become labels."
    scene.dialog.findChild(QSpinBox, "accept_confidence").setValue(50)
    assert scene.summary.startswith("inline 1008: 240 samples")
    combo = scene.dialog.findChild(QComboBox, "accept_class")
    combo.setCurrentIndex(combo.findData(2))
    assert scene.summary.startswith("inline 1008: 120 samples")
    scene.qtbot.mouseClick(scene.accept, LEFT)
    assert scene.counts == {HAND: 240, INTERPOLATED: 0, ACCEPTED: 120}
    labels = scene.store.section(SectionKey(Axis.INLINE, 4))
    assert (labels[20:, 10:] == 2).all()
    assert (labels[:, 4:10] == 3).all()
    assert not labels[:20, 10:].any()
    assert "120 samples of inline 1008 accepted" in scene.note
    assert not scene.accept.isEnabled()
    scene.app.labels.undo()
    assert scene.counts[ACCEPTED] == 0
    assert scene.accept.isEnabled()


def test_a_dialog_that_is_closed_twice_ends_once(scene, recwarn):
    scene.go(2)
    scene.show_prediction()
    scene.open_dialog()
    dialog = scene.dialog
    for _ in range(2):  # the second one arrives before it is deleted
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert [str(w.message) for w in recwarn.list if "disconnect" in str(w.message)] == []


def test_no_prediction_is_accepted_where_a_held_out_section_crosses(scene):
    scene.store.set_holdout(SectionKey(Axis.CROSSLINE, 13))
    scene.show_prediction()
    scene.open_dialog()
    scene.wait(lambda: "120 samples will become labels" in scene.summary)
    scene.qtbot.mouseClick(scene.accept, LEFT)
    assert scene.counts[ACCEPTED] == 3 * 40
    assert not scene.store.section(SectionKey(Axis.CROSSLINE, 13)).any()
    scene.wait(lambda: "nothing more to accept" in scene.summary)


def test_a_polygon_accepts_what_is_inside_while_the_dialog_asks_for_one(scene):
    scene.go(4)
    scene.show_prediction()
    scene.open_dialog()
    scene.dialog.findChild(QSpinBox, "accept_confidence").setValue(0)
    scene.qtbot.mouseClick(scene.dialog.findChild(QRadioButton, "accept_polygon"), LEFT)
    assert scene.app.state.tool == "polygon"
    assert not scene.accept.isEnabled()
    viewport = scene.window.section_view.canvas.viewport()
    for element in ((5, 2), (5, 12), (30, 12), (30, 2)):
        scene.qtbot.mouseClick(viewport, LEFT, pos=scene.window.section_view.pixel_of(*element))
    scene.qtbot.mouseDClick(viewport, LEFT, pos=scene.window.section_view.pixel_of(30, 2))
    labels = scene.store.section(SectionKey(Axis.INLINE, 4))
    assert scene.counts[HAND] == 0
    assert scene.counts[ACCEPTED] > 200
    assert (labels[8:20, 4:10] == 1).all()
    assert (labels[20:28, 4:10] == 2).all()
    assert not labels[:, 13:].any()
    scene.dialog.close()
    scene.wait(lambda: scene.dialog is None)
    assert scene.app.state.tool == "brush"
    assert scene.app.labels.take_polygon is None
    scene.app.labels.undo()
    assert scene.counts[ACCEPTED] == 0


def test_the_dialog_follows_the_section_and_says_why_not(scene):
    scene.go(4)
    scene.open_dialog()
    assert "no facies prediction yet" in scene.summary
    scene.show_prediction()
    scene.wait(lambda: scene.summary.startswith("inline 1008: 160"))
    scene.go(6)
    scene.wait(lambda: scene.summary.startswith("inline 1012: 160"))
    scene.app.labels.hold_out(True)
    assert "held out" in scene.summary
    assert not scene.accept.isEnabled()
    scene.app.labels.hold_out(False)
    scene.app.labels.add_class()
    assert scene.dialog.findChild(QComboBox, "accept_class").count() == 1 + len(scene.store.scheme)
    scene.open_dialog()
    assert len(scene.window.findChildren(AcceptPredictionDialog)) == 1


def test_another_survey_closes_the_dialog(scene, tmp_path):
    scene.show_prediction()
    scene.open_dialog()
    first = scene.app.session
    scene.app.open_path(write_segy(tmp_path, "other.sgy", seed=1))
    scene.wait(lambda: scene.app.session is not first)
    scene.wait(lambda: scene.dialog is None)


def test_window_lives_between_the_sections_that_are_written_and_one_undo_takes_all_back(scene):
    scene.paint(1)
    scene.paint(9)
    scene.go(5)
    seen, store = [], scene.store
    note = scene.app.label_jobs._writer._show_note

    def watch(text):
        note(text)
        seen.append(len(store.labelled_sections()))
        if len(seen) == 3:  # painted in between
            box = Box(30, 34, 0, 4)
            store.begin_stroke()
            store.apply(SectionKey(Axis.INLINE, 5), box, np.ones(box.shape, bool), 1)
            store.end_stroke()

    scene.app.label_jobs._writer._show_note = watch
    scene.key(Qt.Key.Key_I, CTRL)
    scene.wait_for_interpolation()
    assert len(seen) == 7  # the event loop ran after every section
    assert seen == sorted(seen)
    assert scene.counts[HAND] == 2 * 36 + 16
    assert [key.index for key in store.labelled_sections()] == list(range(1, 10))
    scene.key(Qt.Key.Key_Z, CTRL)
    assert scene.counts == {HAND: 72, INTERPOLATED: 0, ACCEPTED: 0}


def test_closing_the_survey_while_labels_are_written_leaves_sound_labels(scene, tmp_path):
    scene.paint(1)
    scene.paint(9)
    scene.go(5)
    project, store = scene.app.session.project, scene.store
    writer, note = scene.app.label_jobs._writer, scene.app.label_jobs._writer._show_note
    writer._show_note = lambda text: (note(text), scene.app.surveys.close())
    scene.key(Qt.Key.Key_I, CTRL)
    scene.wait(lambda: scene.app.session is None)
    assert not writer.is_busy
    assert store.labelled_sections() != ()
    assert project.n_unsaved_edits == 0


def test_labels_made_elsewhere_are_imported_beside_what_is_painted(scene, tmp_path):
    masks = tmp_path / "masks"
    masks.mkdir()
    np.save(masks / "inline_1004.npy", np.full(SHAPE, 7, np.uint8))
    scene.go(2)
    scene.paint(2)
    before = scene.store.section(SectionKey(Axis.INLINE, 2))
    scene.app.prompts.labels_to_import = lambda: masks
    scene.window.actions_by_id["import_labels"].trigger()
    scene.wait(lambda: "Labels of 1 section imported" in scene.note)
    after = scene.store.section(SectionKey(Axis.INLINE, 2))
    assert (after[before != 0] == before[before != 0]).all()
    assert scene.store.scheme.name_of(int(after[0, 0])) == "Facies 7"
    names = scene.window.findChild(QTreeWidget, "facies_list")
    assert names.topLevelItem(names.topLevelItemCount() - 1).text(NAME) == "Facies 7"
    scene.wait(lambda: (scene.labels_on(0) == after).all())
    scene.key(Qt.Key.Key_Z, CTRL)
    scene.wait(lambda: (scene.store.section(SectionKey(Axis.INLINE, 2)) == before).all())
