"""A line drawn with the mouse on the base map, and the section along it, in the whole window."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from seisview.gui.panes.line_controller import NO_LINE
from seisview.gui.panes.pane import PaneKind
from tests.gui.pane_scene import LEFT, Scene
from tests.gui.survey_fixtures import write_segy


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def chart(scene):
    return next(p.base_map for p in scene.panes if p.kind is PaneKind.MAP)


def draw(scene, *corners):
    scene.key(Qt.Key.Key_K)
    for corner in corners:
        scene.qtbot.mouseClick(chart(scene), LEFT, pos=chart(scene).pixel_of(*corner).toPoint())
    scene.qtbot.mouseDClick(chart(scene), LEFT, pos=chart(scene).pixel_of(*corners[-1]).toPoint())


def line_view(scene):
    return next(p.line_view for p in scene.panes if p.kind is PaneKind.LINE)


def test_section_along_a_drawn_line_is_shown_in_a_pane(scene):
    keys = scene.app.state.key
    draw(scene, (1, 2), (9, 13))
    scene.wait(lambda: scene.app.line._data is not None)
    assert scene.app.state.key == keys  # drawing goes nowhere
    path = scene.app.line._data.path
    assert (path.inlines[0], path.crosslines[0]) == (1, 2)
    assert (path.inlines[-1], path.crosslines[-1]) == (9, 13)
    expected = scene.app.session.volume.read_traces(path.inlines, path.crosslines).T
    np.testing.assert_array_equal(line_view(scene)._picture.amplitude, expected)
    assert line_view(scene).isVisible()
    assert chart(scene)._line == [(1, 2), (9, 13)]
    assert not scene.window.actions_by_id["draw_line"].isChecked()


def test_prediction_is_drawn_along_the_line(scene):
    shape = scene.app.session.geometry.shape
    facies = np.random.default_rng(1).integers(1, 4, shape).astype(np.uint8)
    scene.app.line._result = lambda: SimpleNamespace(facies=facies, confidence=facies)
    draw(scene, (1, 2), (9, 13))
    scene.wait(lambda: scene.app.line._data is not None)
    assert scene.app.line._data.facies is None
    scene.app.line.set_predicted(True)
    scene.wait(lambda: scene.app.line._data.facies is not None)
    path = scene.app.line._data.path
    layer = line_view(scene)._layers._layers["facies"]
    np.testing.assert_array_equal(layer.values, facies[path.inlines, path.crosslines].T)
    scene.app.line.set_predicted(False)
    scene.wait(lambda: layer.values is None)


def test_brush_does_not_paint_on_the_line(scene):
    draw(scene, (1, 2), (9, 13))
    scene.wait(lambda: scene.app.line._data is not None)
    scene.key(Qt.Key.Key_1)
    view = line_view(scene)
    scene.qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=view.pixel_of(10, 4))
    assert sum(scene.app.session.labels.counts().values()) == 0


def test_escape_gives_the_line_up_and_clicks_go_there_again(scene):
    scene.key(Qt.Key.Key_K)
    scene.qtbot.mouseClick(chart(scene), LEFT, pos=chart(scene).pixel_of(2, 2).toPoint())
    scene.qtbot.keyClick(chart(scene), Qt.Key.Key_Escape)
    assert scene.app.line._data is None
    scene.qtbot.mouseClick(chart(scene), LEFT, pos=chart(scene).pixel_of(2, 2).toPoint())
    assert scene.app.state.key.index == 2


def test_line_is_forgotten_with_its_survey_and_a_pane_without_one_says_how(scene, tmp_path):
    draw(scene, (1, 2), (9, 13))
    scene.wait(lambda: scene.app.line._data is not None)
    scene.app.open_path(write_segy(tmp_path, "other.sgy", seed=4))
    scene.wait(lambda: scene.app.session.volume.info.path.stem == "other" and scene.drawn())
    assert scene.app.line._data is None
    assert line_view(scene).canvas._message == NO_LINE
