"""Letters typed into drop-downs and lists are for these, and keys of the window everywhere else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from seisview.gui.actions.typed_letters import TypedLetters
from tests.gui.pane_scene import LEFT, Scene
from tests.gui.survey_fixtures import write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("letters")


@pytest.fixture
def scene(qtbot, folder):
    path = folder / "small.sgy"
    made = Scene(qtbot, path if path.exists() else write_segy(folder))
    made.window.activateWindow()
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def focused(scene, kind: type[QWidget], name: str):
    widget = scene.window.findChild(kind, name)
    if not widget.isVisible():
        scene.window.show_page(next(p for p in pages(scene) if p.isAncestorOf(widget)))
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    scene.wait(lambda: QApplication.focusWidget() is widget)
    return widget


def pages(scene):
    return (scene.window.train_dock, scene.window.cluster_page, scene.window.match_page)


def triggered(scene) -> list[str]:
    done: list[str] = []
    for spec, action in scene.window.actions_by_id:
        action.triggered.connect(lambda _on=False, name=spec.id: done.append(name))
    return done


def test_letters_and_digits_in_a_drop_down_choose_its_entries(scene) -> None:
    done = triggered(scene)
    box = focused(scene, QComboBox, "display_colormap")
    QTest.keyClicks(box, "blue")
    assert box.currentText().startswith("Blue")
    QTest.keyClicks(box, "bekmzBX")
    count = focused(scene, QComboBox, "cluster_count")
    QTest.keyClicks(count, "5")
    assert count.currentText() == "5"
    QTest.keyClick(count, Qt.Key.Key_Home)
    assert count.currentText() == "Auto"
    assert done == []
    assert scene.app.state.tool == "brush"


def test_keys_with_ctrl_are_those_of_the_window_in_a_drop_down_too(scene) -> None:
    done = triggered(scene)
    box = focused(scene, QComboBox, "cluster_count")
    QTest.keyClick(box, Qt.Key.Key_L, CONTROL)
    QTest.keyClick(box, Qt.Key.Key_2, CONTROL)
    assert done == ["toggle_labels", "axis_crossline"]
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentIndex() == 1


def test_after_a_click_on_the_section_bar_letters_are_still_tools(scene) -> None:
    scene.window.section_view.canvas.setFocus()
    box = scene.window.findChild(QComboBox, "display_colormap")
    scene.qtbot.mouseClick(box, LEFT)
    scene.qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert QApplication.focusWidget() is scene.window.section_view.canvas
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_E)
    assert scene.app.state.tool == "eraser"


def test_in_the_facies_list_letters_are_tools_but_for_its_own(scene) -> None:
    done = triggered(scene)
    rows = focused(scene, QTreeWidget, "facies_list")
    QTest.keyClicks(rows, "2e")
    assert done == ["class_2", "tool_eraser"]
    rows.setFocus()  # a tool hands the keyboard to the section
    QTest.keyClick(rows, Qt.Key.Key_M)
    scene.window.facies_dock.findChild(QMenu, "facies_menu").close()
    assert scene.app.state.tool == "eraser"
    assert done == ["class_2", "tool_eraser"]


def listed(scene, *names: str) -> QTreeWidget:
    rows = QTreeWidget(scene.window.train_dock)
    rows.addTopLevelItems([QTreeWidgetItem([name]) for name in names])
    rows.show()
    rows.setFocus()
    return rows


def test_a_list_takes_letters_that_an_entry_begins_with(scene) -> None:
    done = triggered(scene)
    rows = listed(scene, "Fused", "Tuned", "Teal", "Zoned")
    QTest.keyClicks(rows, "te")  # e begins nothing, but goes on with the word
    assert rows.currentItem().text(0) == "Teal"
    QTest.keyClicks(rows, "1")
    assert done == ["class_1"]


def test_a_list_leaves_other_letters_to_the_window(scene) -> None:
    QTest.keyClicks(listed(scene, "Fused"), "e")
    assert scene.app.state.tool == "eraser"
    QTest.keyClicks(listed(scene), "g")
    assert scene.app.state.tool == "fill"


def test_fields_take_what_is_typed(scene) -> None:
    done = triggered(scene)
    field = QLineEdit(scene.window.train_dock)
    field.show()
    field.setFocus()
    QTest.keyClicks(field, "bek 1Z")
    assert field.text() == "bek 1Z"
    number = scene.window.section_bar.findChild(QLineEdit)
    number.setFocus()
    QTest.keyClicks(number, "bek1")
    assert done == []


def test_a_dock_that_floats_is_no_different(scene) -> None:
    done = triggered(scene)
    scene.window.show_page(scene.window.cluster_page)
    dock = next(d for d in scene.window._docks.values() if d.isAncestorOf(scene.window.cluster_page))
    dock.setFloating(True)
    box = focused(scene, QComboBox, "cluster_count")
    QTest.keyClicks(box, "5")
    assert box.currentText() == "5"
    assert done == []


def test_a_window_without_drop_downs_loses_no_key(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    letters = TypedLetters(window)
    assert letters.parent() is window
    window.show()
    qtbot.keyClick(window, Qt.Key.Key_B)
