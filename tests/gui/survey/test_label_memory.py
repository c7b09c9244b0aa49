"""Labels of one survey in two projects: nobody takes the older ones for the newest without being told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox

from seisview.gui.application import build
from seisview.gui.start.thumbnails import thumbnail
from seisview.preferences import Preferences
from tests.gui.survey_fixtures import write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier
CONTROL_SHIFT = CONTROL | Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


class Scene:
    """Two sections painted in the survey; saved elsewhere, where a third one is painted."""

    def __init__(self, qtbot, folder):
        self.qtbot, self.app = qtbot, build()
        self.window = self.app.window
        self.window.actions_by_id["instant_preview"].trigger()  # off: nothing here is about it
        self.app.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.survey, self.project = write_segy(folder), folder / "north.seisview"
        self.open_survey()
        self.paint()
        self.step()
        self.paint()
        self.app.prompts.project_to_save = lambda _name: self.project
        self.key(Qt.Key.Key_S, CONTROL_SHIFT)
        self.wait(lambda: self.app.session.project.folder == self.project)

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=10_000)

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.qtbot.keyClick(self.window.section_view.canvas, key, modifier)

    def step(self):
        self.key(Qt.Key.Key_D)
        self.settle()

    def settle(self):
        view = self.window.section_view
        self.wait(lambda: view.key is not None and view.key == self.app.state.key)

    def paint(self):
        view = self.window.section_view
        viewport = view.canvas.viewport()
        self.key(Qt.Key.Key_B)
        self.qtbot.mousePress(viewport, LEFT, pos=view.pixel_of(8, 2))
        self.qtbot.mouseMove(viewport, view.pixel_of(8, 12))
        self.qtbot.mouseRelease(viewport, LEFT, pos=view.pixel_of(8, 12))

    def paint_third(self):
        self.step()
        self.paint()

    def open_survey(self):
        before = self.app.session
        self.app.prompts.survey_to_open = lambda: self.survey
        self.window.activateWindow()  # a box that was closed leaves no window active
        self.wait(self.window.isActiveWindow)
        self.qtbot.keyClick(self.window, Qt.Key.Key_O, CONTROL)
        self.wait(lambda: self.app.session is not before and self.app.jobs.busy is None)
        self.settle()

    @property
    def question(self):
        return self.window.findChild(QMessageBox, "newer_question")

    def answer(self, name):
        self.qtbot.mouseClick(self.question.findChild(QAbstractButton, name), LEFT)

    @property
    def n_labelled(self):
        return len(self.app.session.labels.labelled_sections())

    def recent(self, number):
        return self.window.welcome.findChild(QAbstractButton, f"welcome_recent_{number}").text()


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, tmp_path)
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def test_newer_labels_elsewhere_are_offered_and_opened(scene):
    scene.paint_third()
    scene.open_survey()
    assert scene.n_labelled == 2
    scene.wait(lambda: scene.question is not None and scene.question.isVisible())
    assert "north.seisview" in scene.question.text()
    assert "3 labelled sections" in scene.question.informativeText()
    scene.answer("newer_open")
    scene.wait(lambda: scene.app.session.project.folder == scene.project)
    assert scene.n_labelled == 3


def test_painting_on_in_the_survey_makes_it_the_newest(scene):
    scene.paint_third()
    scene.open_survey()
    scene.wait(lambda: scene.question is not None)
    scene.answer("newer_stay")
    scene.wait(lambda: scene.question is None)
    assert scene.n_labelled == 2
    scene.paint_third()
    scene.app.open_path(scene.project)
    scene.wait(lambda: scene.app.session.project.folder == scene.project)
    scene.wait(lambda: scene.app.jobs.busy is None)
    scene.open_survey()
    assert scene.question is None


def test_the_same_labels_elsewhere_are_no_question(scene):
    scene.open_survey()
    assert scene.n_labelled == 2
    assert scene.question is None


def test_a_project_that_is_gone_is_no_question(scene):
    scene.paint_third()
    scene.app.surveys.close()
    scene.project.rename(scene.project.with_name("moved.seisview"))
    scene.open_survey()
    assert scene.question is None


def test_recent_files_say_how_much_is_labelled_in_each(scene):
    scene.paint_third()
    scene.open_survey()
    project, survey = scene.recent(2), scene.recent(1)
    assert project.startswith("north.seisview")
    assert "3 labelled sections, " in project
    assert survey.startswith("small.sgy")
    assert "2 labelled sections, " in survey


def test_survey_and_project_have_pictures_of_their_own(scene):
    scene.paint_third()
    scene.open_survey()  # the project is left: its picture is kept, and that of the survey stays
    before = thumbnail(scene.survey).toImage()
    assert thumbnail(scene.project).toImage() != before
    scene.app.open_path(scene.project)
    scene.wait(lambda: scene.app.session.project.folder == scene.project)
    scene.app.surveys.close()
    kept = thumbnail(scene.project).toImage()
    assert kept != thumbnail(scene.survey).toImage()


def test_the_newest_are_known_after_a_crash(scene, qtbot):
    scene.paint_third()
    fingerprint = scene.app.session.volume.fingerprint
    assert Preferences.load().surveys[fingerprint]["newest_project"] == str(scene.project.resolve())
