"""Tools without a mouse: a cross-hair that keys move, and Enter, in the whole window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from seisview.gui.dialogs.shortcuts import ShortcutSheet
from seisview.labels.boxes import Box
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
MOVE, FINE = CONTROL | SHIFT, CONTROL | SHIFT | ALT
ROWS, COLUMNS = 40, 16


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    qtbot.mouseRelease(made.window, Qt.MouseButton.LeftButton)  # a double click of a test before stays down
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def pointer(scene):
    return scene.window.section_view._keyboard


def show(scene) -> None:
    scene.key(Qt.Key.Key_Up, MOVE)
    assert pointer(scene).place is not None


def go_to(scene, row: int, column: int) -> None:
    """Sample by sample."""
    if pointer(scene).place is None:
        show(scene)
    for key, axis, sign in (
        (Qt.Key.Key_Down, 0, 1), (Qt.Key.Key_Up, 0, -1), (Qt.Key.Key_Right, 1, 1), (Qt.Key.Key_Left, 1, -1)
    ):  # fmt: skip
        while ((row, column)[axis] - pointer(scene).place[axis]) * sign > 0:
            scene.key(key, FINE)
    assert pointer(scene).place == (row, column)


def label_at(scene, row: int, column: int) -> int:
    labels = scene.app.session.labels
    return int(labels.section(scene.app.state.key, Box(row, row + 1, column, column + 1))[0, 0])


def status(scene, name: str) -> str:
    return scene.window.findChild(QLabel, f"status_{name}").text()


def test_it_begins_in_the_middle_is_seen_and_read_out(scene, qtbot) -> None:
    canvas = scene.window.section_view.canvas
    before = canvas.grab().toImage()
    show(scene)
    row, column = pointer(scene).place
    assert abs(row - ROWS // 2) <= 1
    assert abs(column - COLUMNS // 2) <= 1
    after = canvas.grab().toImage()
    for place in ((row, 0), (0, column)):
        at = canvas.pixel_of(*place)
        assert after.pixelColor(at) != before.pixelColor(at)
    go_to(scene, 12, 3)
    assert status(scene, "crossline") == "crossline 403"
    assert status(scene, "position") == "148 ms"


def test_arrows_go_far_and_with_alt_by_one(scene) -> None:
    section = scene.window.section_view
    go_to(scene, 20, 8)
    scene.key(Qt.Key.Key_Down, FINE)
    assert pointer(scene).place == (21, 8)
    section.set_exaggeration(None)
    scene.key(Qt.Key.Key_Left, MOVE)
    assert pointer(scene).place[1] == 7  # a trace is wider than a step already
    for _ in range(60):
        scene.key(Qt.Key.Key_Down, MOVE)
    assert pointer(scene).place[0] == ROWS - 1


def test_ctrl_and_arrows_alone_still_move_the_picture(scene) -> None:
    canvas = scene.window.section_view.canvas
    canvas.zoom(4.0)
    before = canvas.camera
    scene.key(Qt.Key.Key_Left, CONTROL)
    assert canvas.camera != before
    assert pointer(scene).place is None


def test_the_picture_follows_when_it_is_zoomed(scene) -> None:
    canvas = scene.window.section_view.canvas
    canvas.zoom(8.0)
    go_to(scene, ROWS - 1, COLUMNS - 1)
    assert canvas.viewport().rect().contains(canvas.pixel_of(ROWS - 1, COLUMNS - 1))


def test_enter_paints_fills_and_picks(scene) -> None:
    scene.key(Qt.Key.Key_B)
    scene.key(Qt.Key.Key_2)
    go_to(scene, 10, 4)
    scene.key(Qt.Key.Key_Return)
    assert label_at(scene, 10, 4) == 2
    scene.key(Qt.Key.Key_Return, SHIFT)  # the right button erases
    assert label_at(scene, 10, 4) == 0
    scene.key(Qt.Key.Key_G)
    scene.key(Qt.Key.Key_Return)
    assert scene.app.session.labels.counts()[2] == ROWS * COLUMNS
    scene.key(Qt.Key.Key_1)
    scene.key(Qt.Key.Key_I)
    scene.key(Qt.Key.Key_Return)
    assert scene.app.state.active_class == 2
    scene.key(Qt.Key.Key_Z, CONTROL)
    assert scene.app.session.labels.counts()[2] == 0


def test_enter_takes_the_magic_wand(scene) -> None:
    scene.key(Qt.Key.Key_Z)
    scene.key(Qt.Key.Key_3)
    go_to(scene, 15, 6)
    scene.key(Qt.Key.Key_Enter)
    assert label_at(scene, 15, 6) == 3


def test_enter_searches_for_the_patch_and_ctrl_adds(scene, qtbot) -> None:
    section = scene.window.section_view
    section.set_patch_size((8, 4))
    scene.key(Qt.Key.Key_M)
    go_to(scene, 20, 8)
    for modifier, how in ((Qt.KeyboardModifier.NoModifier, "new"), (CONTROL, "add"), (SHIFT, "unlike")):
        with qtbot.waitSignal(section.patch_picked) as picked:
            scene.key(Qt.Key.Key_Return, modifier)
        assert picked.args == [Box(16, 24, 6, 10), how]


def test_a_polygon_is_drawn_corner_by_corner(scene) -> None:
    scene.key(Qt.Key.Key_P)
    scene.key(Qt.Key.Key_1)
    for corner in ((5, 2), (5, 12), (30, 12), (30, 2)):
        go_to(scene, *corner)
        scene.key(Qt.Key.Key_Return)
    assert scene.app.session.labels.counts()[1] == 0
    scene.key(Qt.Key.Key_Return)  # at the last corner again
    assert label_at(scene, 15, 7) == 1
    assert label_at(scene, 35, 7) == 0


def test_enter_alone_does_nothing_and_escape_or_the_mouse_take_the_cross_hair_away(scene, qtbot) -> None:
    section = scene.window.section_view
    scene.key(Qt.Key.Key_B)
    scene.key(Qt.Key.Key_Return)
    assert sum(scene.app.session.labels.counts().values()) == 0
    show(scene)
    scene.key(Qt.Key.Key_Escape)
    assert pointer(scene).place is None
    assert status(scene, "position") == ""
    show(scene)
    qtbot.mouseMove(section.canvas.viewport(), section.pixel_of(3, 3))
    qtbot.mouseMove(section.canvas.viewport(), section.pixel_of(4, 4))
    assert pointer(scene).place is None


def test_it_stays_from_section_to_section_and_inside_smaller_ones(scene) -> None:
    go_to(scene, 39, 15)
    scene.key(Qt.Key.Key_D)
    scene.wait(scene.drawn)
    assert pointer(scene).place == (39, 15)
    scene.key(Qt.Key.Key_2, CONTROL)
    scene.wait(lambda: scene.window.section_view.key == scene.app.state.key)
    assert pointer(scene).place == (39, 11)


def test_the_sheet_of_keys_tells(qtbot) -> None:
    sheet = ShortcutSheet()
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(sheet)
    tree = sheet._tree
    rows = {
        (group.text(0), group.child(n).text(1))
        for group in map(tree.topLevelItem, range(tree.topLevelItemCount()))
        for n in range(group.childCount())
    }
    assert ("Keys over the section", "Ctrl+Shift+arrows") in rows
    assert ("Keys over the section", "Enter") in rows
    assert ("Matches", "A, R, U") in rows
    assert ("Clusters", "F2, Enter") in rows


def test_the_other_panes_go_where_it_is(scene) -> None:
    scene.four()
    scene.window.activateWindow()
    scene.wait(scene.window.isActiveWindow)
    scene.window.section_view.canvas.setFocus()
    go_to(scene, 30, 3)
    scene.key(Qt.Key.Key_H)
    scene.wait(lambda: scene.drawn() and scene.keys()[1].index == 3 and scene.keys()[2].index == 30)
    scene.key(Qt.Key.Key_F6)
    assert scene.panes[0].section_view._keyboard.place is None  # the keyboard is in another pane
