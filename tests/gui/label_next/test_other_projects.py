"""What to label next while projects change hands: saved elsewhere, opened one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTreeWidget

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.application import build
from seisview.project.results import FaciesProvenance
from tests.gui.survey_fixtures import GEOMETRY, write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier
CONTROL_SHIFT = CONTROL | Qt.KeyboardModifier.ShiftModifier
UNSURE = 7


class Scene:
    """A survey with two classes painted and a complete prediction, unsure on one inline."""

    def __init__(self, qtbot, folder):
        self.qtbot, self.folder, self.app = qtbot, folder, build()
        self.window = self.app.window
        self.app.errors.install()
        self.window.actions_by_id["instant_preview"].trigger()  # off: it would be asked before carried labels
        self.app.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.survey = write_segy(folder)
        self.open_survey()
        self.paint(Qt.Key.Key_1, 8)
        self.paint(Qt.Key.Key_2, 30)
        self.add_result("tuned-1")

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=10_000)

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.qtbot.keyClick(self.window.section_view.canvas, key, modifier)

    def paint(self, class_key, row):
        view = self.window.section_view
        self.key(Qt.Key.Key_B)
        self.key(class_key)
        viewport, left = view.canvas.viewport(), Qt.MouseButton.LeftButton
        self.qtbot.mousePress(viewport, left, pos=view.pixel_of(row, 2))
        self.qtbot.mouseMove(viewport, view.pixel_of(row, 12))
        self.qtbot.mouseRelease(viewport, left, pos=view.pixel_of(row, 12))

    def add_result(self, title, details=None, known=slice(None)):
        project = self.app.session.project
        labels, fingerprint = project.labels, project.volume.fingerprint
        origin = FaciesProvenance(("id",), labels.revision, labels.scheme, fingerprint, title, details or {})
        result = project.create_result(origin)
        shape = GEOMETRY.section_shape(Axis.INLINE)
        for index in range(GEOMETRY.shape[0]):
            confidence = np.zeros(shape)
            confidence[known] = 0.4 if index == UNSURE else 0.9
            result.write_section(SectionKey(Axis.INLINE, index), np.ones(shape, np.uint8), confidence)
        result.finish()
        project.install_result(result)
        self.app.analysis.list_models()
        self.app.analysis.facts_changed.emit()

    def open_survey(self):
        before = self.app.session
        self.app.prompts.survey_to_open = lambda: self.survey
        self.qtbot.keyClick(self.window, Qt.Key.Key_O, CONTROL)
        self.wait(lambda: self.app.session is not before and self.window.section_view.key is not None)
        self.wait(lambda: self.app.jobs.busy is None)

    def open_project(self, folder):
        before = self.app.session
        self.app.prompts.folder_to_open = lambda: folder
        self.window.actions_by_id["open_project"].trigger()
        self.wait(lambda: self.app.session is not before and self.app.jobs.busy is None)

    def save_as(self, name="north.seisview"):
        folder = self.folder / name
        self.app.prompts.project_to_save = lambda _name: folder
        self.key(Qt.Key.Key_S, CONTROL_SHIFT)
        self.wait(lambda: self.app.session.project.folder == folder)
        return folder

    @property
    def state(self):
        return self.window.findChild(QLabel, "label_next_state").text()

    @property
    def first(self):
        shown = self.window.findChild(QTreeWidget, "label_next_list")
        item = shown.topLevelItem(0)
        return None if item is None else [item.text(column) for column in range(3)]

    def wait_for_list(self):
        self.wait(lambda: self.state.startswith("by tuned-1") and "again" not in self.state)
        self.wait(lambda: self.first is not None)


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, tmp_path)
    yield made
    made.app.errors.uninstall()
    made.app.shutdown()
    made.window.deleteLater()


def test_a_project_saved_elsewhere_goes_on_being_ranked(scene):
    scene.wait_for_list()
    before = scene.first
    assert before[:2] == ["1", GEOMETRY.title(SectionKey(Axis.INLINE, UNSURE))]
    scene.save_as()
    scene.wait_for_list()
    assert scene.app.errors.current is None
    assert scene.first == before
    scene.paint(Qt.Key.Key_3, 20)
    assert "labels changed" in scene.state
    scene.wait_for_list()
    assert scene.app.errors.current is None


def test_survey_and_project_one_after_the_other_are_both_ranked(scene):
    folder = scene.save_as()
    scene.wait_for_list()
    for _ in range(2):
        scene.open_survey()
        scene.wait_for_list()
        scene.open_project(folder)
        scene.wait_for_list()
    assert scene.app.errors.current is None


def test_the_list_says_so_while_a_network_is_at_work(scene, monkeypatch):
    scene.wait_for_list()
    monkeypatch.setattr(type(scene.app.analysis), "is_running", True)
    scene.app.analysis.facts_changed.emit()
    assert scene.state.startswith("by tuned-1")
    assert "a new prediction is under way" in scene.state
    scene.paint(Qt.Key.Key_3, 20)
    scene.wait(lambda: "again" not in scene.state)
    assert "a new prediction is under way" in scene.state
    monkeypatch.undo()
    scene.app.analysis.facts_changed.emit()
    scene.wait_for_list()
    assert "under way" not in scene.state


def test_stripes_that_were_carried_rank_nothing(scene):
    scene.wait_for_list()
    details = {"carried_from": "inline:6"}
    scene.add_result("carried", details, known=slice(4, 8))
    scene.wait(lambda: "too little to tell" in scene.state)
    assert "10%" in scene.state
    assert scene.first is None
    scene.add_result("carried", details, known=slice(4, 30))
    scene.wait(lambda: scene.state.startswith("by carried") and scene.first is not None)
