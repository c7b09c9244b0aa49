"""With the hand (N) a section can be clicked and dragged without a label being made."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.gui.pane_scene import LEFT, Scene
from tests.gui.survey_fixtures import write_segy


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    made.window.activateWindow()
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def drag(scene, by: QPoint) -> None:
    port = scene.window.section_view.canvas.viewport()
    start = port.rect().center()
    QTest.mousePress(port, LEFT, pos=start)
    QTest.mouseMove(port, start + by)
    QTest.mouseRelease(port, LEFT, pos=start + by)


def test_the_hand_moves_the_picture_and_paints_nothing_until_a_brush_is_taken(scene) -> None:
    view = scene.window.section_view
    scene.key(Qt.Key.Key_N)
    assert scene.window.actions_by_id["tool_pan"].isChecked()
    assert scene.window.button_of("tool_pan").isChecked()
    scene.key(Qt.Key.Key_Plus)
    before = view.pixel_of(20, 8)
    scene.click(0, 20, 8)
    drag(scene, QPoint(40, 0))
    assert abs((view.pixel_of(20, 8) - before).x() - 40) <= 1
    assert scene.app.session.labels.labelled_sections() == ()
    scene.key(Qt.Key.Key_B)
    scene.click(0, 20, 8)
    assert len(scene.app.session.labels.labelled_sections()) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_B, Qt.Key.Key_G])
def test_hidden_labels_are_shown_once_one_is_made(scene, key) -> None:
    scene.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not scene.app.state.layers["labels"].visible
    before = scene.window.section_view.canvas.viewport().grab().toImage()
    scene.key(key)
    scene.click(0, 20, 8)
    assert scene.app.state.layers["labels"].visible
    scene.wait(lambda: scene.window.section_view.canvas.viewport().grab().toImage() != before)
