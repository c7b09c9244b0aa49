"""After a number was changed by arrows or a click, letters are still the keys of tools and layers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSpinBox

from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    made.window.activateWindow()
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def clicked(scene, kind, name):
    box = scene.window.findChild(kind, name)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    box.setFocus(Qt.FocusReason.MouseFocusReason)
    scene.wait(lambda: QApplication.focusWidget() is box)
    return box


def test_a_letter_takes_a_tool_while_a_box_for_numbers_has_the_keyboard(scene) -> None:
    scene.app.state.set_tool("brush")
    clip = clicked(scene, QDoubleSpinBox, "display_clip")
    before = clip.value()
    QTest.keyClick(clip, Qt.Key.Key_Up)
    assert clip.value() > before
    QTest.keyClicks(clip, "e")
    assert scene.app.state.tool == "eraser"
    scene.window.show_page(scene.window.match_page)
    box = next(b for b in scene.window.match_page.findChildren(QSpinBox) if b.isVisible() and b.isEnabled())
    box.setFocus(Qt.FocusReason.TabFocusReason)
    scene.wait(lambda: QApplication.focusWidget() is box)
    QTest.keyClicks(box, "m")
    assert scene.app.state.tool == "match"


def test_a_letter_after_a_digit_is_part_of_what_is_typed(scene) -> None:
    scene.app.state.set_tool("brush")
    clip = clicked(scene, QDoubleSpinBox, "display_clip")
    clip.selectAll()
    QTest.keyClicks(clip, "95")
    QTest.keyClicks(clip, "e")
    assert scene.app.state.tool == "brush"
    QTest.keyClick(clip, Qt.Key.Key_Return)
    assert clip.value() == 95
