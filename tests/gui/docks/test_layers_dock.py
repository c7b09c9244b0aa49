"""Layers: what a row says, and what its controls ask for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QSlider
from pytestqt.qtbot import QtBot

from seisview.gui.docks.layers_dock import LayersDock


@pytest.fixture
def dock(qtbot: QtBot) -> LayersDock:
    dock = LayersDock()
    qtbot.addWidget(dock)
    dock.resize(260, 220)
    dock.set_layer("facies", True, 0.45, "tuned-3, 14:02, labels changed since")
    dock.set_layer("confidence", False, 0.6, "", "Nothing was predicted yet: train first (Ctrl+T).")
    dock.set_layer("labels", True, 1.0, "3 labelled sections")
    dock.show()
    qtbot.waitExposed(dock)
    return dock


def test_a_row_says_what_it_shows_how_strongly_and_how_old(dock: LayersDock) -> None:
    assert dock.layers == ("facies", "confidence", "labels")
    assert dock.findChild(QCheckBox, "layer_facies_visible").isChecked()
    assert dock.findChild(QSlider, "layer_facies_opacity").value() == 45
    assert dock.findChild(QLabel, "layer_facies_percent").text() == "45 %"
    assert dock.findChild(QLabel, "layer_facies_description").text() == "tuned-3, 14:02, labels changed since"


def test_a_layer_that_cannot_be_shown_says_why_on_hover(dock: LayersDock) -> None:
    box = dock.findChild(QCheckBox, "layer_confidence_visible")
    assert not box.isEnabled()
    assert box.toolTip() == "Nothing was predicted yet: train first (Ctrl+T)."
    dock.set_layer("confidence", False, 0.6, "tuned-1, 14:10")
    assert box.isEnabled()
    assert "unsure" in box.toolTip()


def test_the_box_asks_for_visibility(qtbot: QtBot, dock: LayersDock) -> None:
    box = dock.findChild(QCheckBox, "layer_facies_visible")
    with qtbot.waitSignal(dock.visibility_changed) as asked:
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert asked.args == ["facies", False]


def test_the_slider_asks_for_opacity_in_shares(qtbot: QtBot, dock: LayersDock) -> None:
    slider = dock.findChild(QSlider, "layer_labels_opacity")
    with qtbot.waitSignal(dock.opacity_changed) as asked:
        qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    assert asked.args == ["labels", pytest.approx(0.9)]
    assert dock.findChild(QLabel, "layer_labels_percent").text() == "90 %"


def test_setters_send_nothing(qtbot: QtBot, dock: LayersDock) -> None:
    with qtbot.assertNotEmitted(dock.visibility_changed), qtbot.assertNotEmitted(dock.opacity_changed):
        dock.set_layer("facies", False, 0.2, "other")
        dock.set_layer("clusters", True, 0.5, "8 clusters")
    assert dock.layers[-1] == "clusters"
    assert dock.findChild(QLabel, "layer_facies_percent").text() == "20 %"
