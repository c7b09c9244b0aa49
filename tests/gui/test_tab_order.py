"""The Tab key goes through the window as it is laid out, and names what it reaches."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QSlider, QTabBar, QWidget

from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    made.predict()
    made.app.layers.describe("facies", "predicted")
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def reached_by_tab(scene) -> list[QWidget]:
    scene.window.activateWindow()
    scene.qtbot.waitUntil(scene.window.isActiveWindow)
    scene.window.section_view.canvas.setFocus()
    reached: list[QWidget] = []
    while (widget := QApplication.focusWidget()) not in reached:
        reached.append(widget)
        scene.qtbot.keyClick(widget, Qt.Key.Key_Tab)
    return reached


def test_layers_come_one_after_the_other_between_facies_and_work(scene) -> None:
    reached, window = reached_by_tab(scene), scene.window
    layers = window.layers_dock
    wanted: list[QWidget] = [layers]
    for name in ("facies", "labels"):
        box = layers.findChild(QCheckBox, f"layer_{name}_visible")
        wanted += [box, layers.findChild(QSlider, f"layer_{name}_opacity")]
    start = reached.index(layers)
    in_layers = [widget for widget in reached if widget is layers or layers.isAncestorOf(widget)]
    assert reached[start : start + len(in_layers)] == in_layers
    assert in_layers == [widget for widget in wanted if widget.isEnabled()]
    assert window.facies_dock.isAncestorOf(reached[start - 1])
    assert any(window.label_next_dock.isAncestorOf(widget) for widget in reached[start:])


def test_what_tab_reaches_has_a_name(scene) -> None:
    reached = reached_by_tab(scene)
    assert any(isinstance(widget, QTabBar) for widget in reached)
    nameless = [widget.objectName() for widget in reached if not widget.accessibleName()]
    assert nameless == []
