"""The right button erases while the brush is in hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy


def test_the_right_button_of_the_brush_erases(qtbot, tmp_path) -> None:
    scene = Scene(qtbot, write_segy(tmp_path))
    view = scene.window.section_view
    viewport, place = view.canvas.viewport(), view.pixel_of(20, 8)
    scene.key(Qt.Key.Key_B)
    scene.key(Qt.Key.Key_2)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert scene.app.session.labels.counts()[2] > 0
    qtbot.mouseClick(viewport, Qt.MouseButton.RightButton, pos=place)
    assert scene.app.session.labels.counts()[2] == 0
    scene.app.shutdown()
    scene.window.deleteLater()
