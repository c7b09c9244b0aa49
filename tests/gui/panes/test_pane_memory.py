"""Panes, the drawn line and colours of the base map are those of the last time, survey by survey."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from seisview.errors import VolumeError
from seisview.gui.dialogs.surface_dialog import SurfaceRequest
from seisview.gui.panes.map_colors import MapColoring
from seisview.gui.panes.pane import PaneKind
from seisview.workflows.facies.surfaces import SurfaceConfig, SurfaceKind
from tests.gui.pane_scene import SHIFT, Scene
from tests.gui.panes.test_line_controller import amplitudes_along, chart, draw, line_view, wait_for_line
from tests.gui.panes.test_map_colors import begin_result, show, uncertainty, write_inlines
from tests.gui.survey_fixtures import GEOMETRY, write_segy


class Sessions:
    """Opens the program again and again on surveys of one folder."""

    def __init__(self, qtbot, folder):
        self._qtbot, self._folder = qtbot, folder
        self.scene = None

    def open(self, name="small.sgy"):
        self.close()
        path = self._folder / name
        seed = sum(map(ord, name))
        self.scene = Scene(self._qtbot, path if path.exists() else write_segy(self._folder, name, seed=seed))
        return self.scene

    def close(self):
        if self.scene is not None:
            self.scene.app.shutdown()
            self.scene.window.deleteLater()
            self.scene = None


@pytest.fixture
def sessions(qtbot, tmp_path):
    made = Sessions(qtbot, tmp_path)
    yield made
    made.close()


def predict(scene):
    result = begin_result(scene)
    write_inlines(result, range(GEOMETRY.shape[0]))
    result.finish()
    show(scene, result)


def test_each_survey_has_its_own_panes(sessions):
    scene = sessions.open()
    scene.four()
    scene.app.panes.choose_kind(scene.panes[1], PaneKind.MAP)
    kinds = [pane.kind for pane in scene.panes]
    scene = sessions.open("other.sgy")
    scene.key(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert len(scene.panes) == 2
    scene = sessions.open()
    assert [pane.kind for pane in scene.panes] == kinds
    scene.app.open_path(sessions._folder / "other.sgy")  # without a new start just as well
    scene.wait(lambda: scene.app.session.name == "other" and scene.drawn())
    assert len(scene.panes) == 2
    scene.app.open_path(sessions._folder / "small.sgy")
    scene.wait(lambda: scene.app.session.name == "small" and scene.drawn())
    assert [pane.kind for pane in scene.panes] == kinds


def test_a_survey_without_a_line_shows_a_section_where_the_one_before_showed_its_line(sessions):
    scene = sessions.open()
    scene.four()
    scene.app.panes.choose_kind(scene.panes[1], PaneKind.LINE)
    write_segy(sessions._folder, "other.sgy", seed=5)
    scene.app.open_path(sessions._folder / "other.sgy")
    scene.wait(lambda: scene.app.session.name == "other" and scene.drawn())
    kinds = [pane.kind for pane in scene.panes]
    assert kinds == [PaneKind.INLINE, PaneKind.CROSSLINE, PaneKind.SAMPLE, PaneKind.MAP]
    scene.app.open_path(sessions._folder / "small.sgy")
    scene.wait(lambda: scene.app.session.name == "small" and scene.drawn())
    assert scene.panes[1].kind is PaneKind.LINE


def test_uncertainty_is_on_the_map_again_and_on_that_of_its_survey_only(sessions):
    scene = sessions.open()
    predict(scene)
    scene.key(Qt.Key.Key_U, SHIFT)
    scene.wait(lambda: uncertainty(scene) is not None)
    scene = sessions.open("other.sgy")
    assert scene.app.map_colors.coloring is MapColoring.NONE
    scene = sessions.open()
    scene.wait(lambda: uncertainty(scene) is not None)
    assert scene.window.actions_by_id["map_uncertainty"].isChecked()
    scene.key(Qt.Key.Key_U, SHIFT)
    scene = sessions.open()
    assert scene.app.map_colors.coloring is MapColoring.NONE


def test_uncertainty_of_a_result_that_is_gone_is_not_missed(sessions):
    scene = sessions.open()
    predict(scene)
    scene.app.map_colors.set_uncertainty_on(True)
    project = scene.app.session.project
    scene.app.analysis.overlay_changed.emit(None)
    project.remove_result(project.results[0])
    scene = sessions.open()
    assert scene.app.map_colors.coloring is MapColoring.NONE
    assert scene.app.map_colors.layer is None
    assert scene.window.findChild(QLabel, "status_note").text() == ""
    assert not scene.window.actions_by_id["map_uncertainty"].isChecked()


def export_surface(scene, folder):
    request = SurfaceRequest(SurfaceConfig("2"), SurfaceKind.TOP, folder / "top.csv", on_map=True)
    scene.app.surfaces.write(request)
    scene.wait(lambda: scene.app.map_colors.coloring is MapColoring.SURFACE)


def test_a_surface_is_measured_again_for_the_map(sessions, tmp_path):
    scene = sessions.open()
    predict(scene)
    export_surface(scene, tmp_path)
    before = scene.app.map_colors.layer.surface
    scene = sessions.open()
    scene.wait(lambda: scene.app.map_colors.layer is not None)
    after = scene.app.map_colors.layer.surface
    assert after.name == before.name
    np.testing.assert_array_equal(after.values, before.values)


@pytest.mark.parametrize("garbled", [{"kind": "roof", "class": "2"}, {"kind": "top", "class": "No such"}, 7])
def test_a_surface_that_cannot_be_measured_any_more_is_not_missed(sessions, tmp_path, garbled):
    scene = sessions.open()
    predict(scene)
    export_surface(scene, tmp_path)
    scene.app.preferences.surveys[scene.app.session.volume.fingerprint]["map_surface"] = garbled
    scene = sessions.open()
    answered = []
    scene.app.map_memory._worker.answered.connect(answered.append)
    if isinstance(garbled, dict):
        scene.app.map_memory.set_session(scene.app.session)
        scene.wait(lambda: answered == [None])
    assert scene.app.map_colors.layer is None
    assert scene.app.map_colors.coloring is MapColoring.NONE
    assert scene.window.findChild(QLabel, "status_note").text() == ""


def test_the_drawn_line_is_there_again_and_in_its_survey_only(sessions):
    scene = sessions.open()
    draw(scene, (1, 2), (6, 3), (9, 13))
    corners = wait_for_line(scene).corners
    kinds = [pane.kind for pane in scene.panes]
    scene = sessions.open("other.sgy")
    assert scene.app.line._path is None
    assert not chart(scene)._line
    scene = sessions.open()
    path = wait_for_line(scene)
    assert path.corners == corners
    assert [pane.kind for pane in scene.panes] == kinds
    assert chart(scene)._line == list(corners)
    np.testing.assert_array_equal(line_view(scene)._picture.amplitude, amplitudes_along(scene, path))
    scene.app.open_path(sessions._folder / "other.sgy")  # without a new start just as well
    scene.wait(lambda: scene.app.session.name == "other" and scene.drawn())
    assert scene.app.line._path is None
    scene.app.open_path(sessions._folder / "small.sgy")
    scene.wait(lambda: scene.app.session.name == "small" and scene.drawn())
    assert wait_for_line(scene).corners == corners


def test_a_line_that_is_not_readable_any_more_is_not_missed(sessions):
    scene = sessions.open()
    known = scene.app.preferences.surveys.setdefault(scene.app.session.volume.fingerprint, {})
    for garbled in ("A to B", [[1, 2], [3]], [[1, 2], [None, 3]], [[1, 2], ["nan", 3]], [[1, 2]], 7):
        known["line"] = garbled
        scene.app.line_memory.set_session(scene.app.session)
        assert scene.app.line._path is None


def test_a_line_across_traces_that_are_gone_brings_up_no_box(sessions, monkeypatch):
    scene = sessions.open()
    draw(scene, (1, 2), (9, 13))
    wait_for_line(scene)

    def fail(*_where):
        raise VolumeError("The file ends early.", "Copy it again.")

    monkeypatch.setattr("seisview.gui.panes.line_controller.read_exactly", fail)
    scene = sessions.open()
    note = scene.window.findChild(QLabel, "status_note")
    scene.wait(lambda: note.text() == "The line could not be read. The file ends early.")
