"""Layers on a drawn line: confidence, two results compared, and those that it has no room for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.project.results import FaciesProvenance
from tests.gui.pane_scene import SHIFT, Scene
from tests.gui.panes.test_line_controller import draw, layer_of, line_view, wait_for_line
from tests.gui.panes.test_line_marks import line_pane
from tests.gui.survey_fixtures import GEOMETRY, write_segy

SHAPE = GEOMETRY.shape


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def add_result(scene, title, facies, confidence):
    project = scene.app.session.project
    origin = FaciesProvenance(("m",), 0, project.labels.scheme, scene.app.session.volume.fingerprint, title)
    result = project.create_result(origin)
    for index in range(SHAPE[0]):
        key = SectionKey(Axis.INLINE, index)
        result.write_section(key, section_of(facies, key), section_of(confidence, key))
    result.finish()
    project.install_result(result)
    scene.app.analysis.set_session(scene.app.session)
    return result


@pytest.fixture
def two(scene):
    """``a``: class 1; ``b``, which is on screen: class 2 and surer from inline to inline."""
    flat = np.full(SHAPE, 0.9, np.float32)
    rising = np.broadcast_to(np.linspace(0.2, 1, SHAPE[0], dtype=np.float32)[:, None, None], SHAPE)
    add_result(scene, "a", np.ones(SHAPE, np.uint8), flat)
    add_result(scene, "b", np.full(SHAPE, 2, np.uint8), rising)
    draw(scene, (1, 2), (9, 13))
    scene.path = wait_for_line(scene)
    scene.wait(lambda: layer_of(scene, "facies").values is not None)
    return scene


def picture(scene):
    return line_view(scene).canvas.viewport().grab().toImage()


def test_confidence_is_drawn_along_the_line(two):
    before = picture(two)
    two.key(Qt.Key.Key_X, SHIFT)
    assert two.app.state.layers["confidence"].visible
    expected = np.rint(np.linspace(0.2, 1, SHAPE[0])[two.path.inlines] * 255)
    np.testing.assert_array_equal(layer_of(two, "confidence").values[0], expected)
    after, width = picture(two), line_view(two).canvas.viewport().width()
    unsure, sure = (
        abs(before.pixelColor(x, 100).lightness() - after.pixelColor(x, 100).lightness())
        for x in (8, width - 8)
    )
    assert unsure > sure + 10


def test_two_results_are_compared_along_the_line(two):
    two.app.comparison.compare("a", "b")
    compared = layer_of(two, "compared")
    two.wait(lambda: compared.values is not None)
    assert (compared.values == 1).all()
    assert compared.values.shape == (SHAPE[2], len(two.path))
    assert (layer_of(two, "facies").values == 2).all()
    view = line_view(two)
    assert two.app.comparison._names[view].names == ("a", "b")
    cell = two.window.findChild(QLabel, "status_facies")
    names = {c.id: c.name for c in two.app.session.labels.scheme.classes}
    for column, class_id in ((1, 1), (len(two.path) - 2, 2)):
        two.qtbot.mouseMove(view.canvas.viewport(), view.pixel_of(20, column))
        two.wait(lambda wanted=names[class_id]: cell.text().startswith(wanted))
    left = picture(two)
    two.app.state.set_swipe_at(0.0)
    assert picture(two).pixelColor(30, 100) != left.pixelColor(30, 100)
    two.window.activateWindow()
    view.canvas.setFocus()
    two.wait(view.canvas.hasFocus)
    two.qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert two.app.comparison.names is None
    assert compared.values is None
    assert two.app.comparison._names[view].names == ()


def test_a_line_drawn_while_results_are_compared_compares_them_too(scene):
    flat = np.full(SHAPE, 0.9, np.float32)
    add_result(scene, "a", np.ones(SHAPE, np.uint8), flat)
    add_result(scene, "b", np.full(SHAPE, 2, np.uint8), flat)
    scene.app.comparison.compare("a", "b")
    draw(scene, (1, 2), (9, 13))
    wait_for_line(scene)
    scene.wait(lambda: layer_of(scene, "compared").values is not None)
    scene.wait(lambda: scene.app.comparison._names[line_view(scene)].names == ("a", "b"))


def test_agreement_is_told_along_the_line_while_a_pane_shows_it(scene):
    flat = np.full(SHAPE, 0.9, np.float32)
    other = np.full(SHAPE, 2, np.uint8)
    other[:, :8] = 1
    add_result(scene, "a", np.ones(SHAPE, np.uint8), flat)
    add_result(scene, "b", other, flat)
    draw(scene, (1, 2), (9, 13))
    path = wait_for_line(scene)
    share = 100 * np.mean(path.crosslines < 8)
    note = scene.window.findChild(QLabel, "status_note")
    scene.app.comparison.compare("a", "b")
    scene.wait(lambda: "50.0 %" in note.text() and f"along the line to {share:.1f} %" in note.text())
    scene.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    scene.wait(lambda: "50.0 %" in note.text() and "along the line" not in note.text())
    scene.four()
    scene.wait(lambda: "along the line" in note.text())
    draw(scene, (2, 2), (2, 5))  # another line
    scene.wait(lambda: "along the line to 100 %" in note.text())
    scene.app.comparison.end()
    assert note.text() == ""
    assert scene.app.line._data.agreement is None


def test_layers_that_a_line_cannot_have_are_named_in_its_title(two):
    bare = line_pane(two).title
    two.app.layers.describe("clusters", "8 clusters")
    two.app.state.set_layer("clusters", visible=True)
    assert line_pane(two).title == f"{bare} (clusters: on sections only)"
    two.app.layers.describe("clusters", "", "There are no clusters.")
    assert line_pane(two).title == bare
    two.app.state.set_layer("clusters", visible=False)
    two.app.layers.describe("matches", "12 matches")
    two.app.state.set_layer("matches", visible=True)
    assert line_pane(two).title.endswith("(matches: on sections only)")
