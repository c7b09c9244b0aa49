"""The facies list: what it shows, and what each key and click asks for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QSlider, QToolButton, QTreeWidget
from pytestqt.qtbot import QtBot

from seisview.gui.docks.facies_dock import FaciesDock
from seisview.gui.docks.facies_rows import share_text
from seisview.labels.facies import FaciesScheme

SCHEME = FaciesScheme.named(["Mudstone", "Canyon", "Salt"])


@pytest.fixture
def dock(qtbot: QtBot) -> FaciesDock:
    dock = FaciesDock()
    qtbot.addWidget(dock)
    dock.resize(260, 260)
    dock.set_scheme(SCHEME)
    dock.set_active(1)
    dock.show()
    qtbot.waitExposed(dock)
    return dock


def listing(dock: FaciesDock) -> QTreeWidget:
    return dock.findChild(QTreeWidget, "facies_list")


def rows(dock: FaciesDock) -> list[list[str]]:
    tree = listing(dock)
    items = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    return [[item.text(column) for column in (0, 2, 3)] for item in items]


def place(dock: FaciesDock, row: int, column: int) -> QPoint:
    tree = listing(dock)
    return tree.visualRect(tree.model().index(row, column)).center()


def click(qtbot: QtBot, dock: FaciesDock, row: int, column: int = 2) -> None:
    viewport = listing(dock).viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place(dock, row, column))


def double_click(qtbot: QtBot, dock: FaciesDock, row: int, column: int) -> None:
    click(qtbot, dock, row, column)
    viewport = listing(dock).viewport()
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place(dock, row, column))


def test_rows_show_the_number_key_the_name_and_the_share(dock: FaciesDock) -> None:
    dock.set_fractions({1: 0.12, 3: 0.004})
    assert rows(dock) == [["1", "Mudstone", "12 %"], ["2", "Canyon", ""], ["3", "Salt", "< 1 %"]]


def test_names_that_begin_alike_look_different_where_they_are_cut(dock: FaciesDock) -> None:
    dock.set_scheme(FaciesScheme.named(["Salt", "Upper Slope Mudstone A", "Upper Slope Mudstone B"]))
    tree = listing(dock)
    one, other = (tree.visualRect(tree.model().index(row, 2)) for row in (1, 2))
    assert tree.fontMetrics().horizontalAdvance("Upper Slope Mudstone A") > one.width()
    assert tree.viewport().grab(one).toImage() != tree.viewport().grab(other).toImage()


def test_number_keys_follow_the_position_not_the_id(dock: FaciesDock) -> None:
    dock.set_scheme(SCHEME.with_removed(1))
    assert [row[:2] for row in rows(dock)] == [["1", "Canyon"], ["2", "Salt"]]


def test_a_swatch_has_the_color_of_its_class(dock: FaciesDock) -> None:
    item = listing(dock).topLevelItem(1)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        assert (
            item.icon(1).pixmap(QSize(16, 16), mode).toImage().pixelColor(8, 8).name() == SCHEME.get(2).color
        )


def test_clicking_a_class_activates_it(qtbot: QtBot, dock: FaciesDock) -> None:
    with qtbot.waitSignal(dock.class_activated) as asked:
        click(qtbot, dock, 2)
    assert asked.args == [3]
    assert listing(dock).topLevelItem(2).font(2).bold()
    assert not listing(dock).topLevelItem(0).font(2).bold()


def test_setters_send_nothing(qtbot: QtBot, dock: FaciesDock) -> None:
    with (
        qtbot.assertNotEmitted(dock.class_activated),
        qtbot.assertNotEmitted(dock.class_renamed),
        qtbot.assertNotEmitted(dock.brush_diameter_changed),
    ):
        dock.set_active(2)
        dock.set_active(0)
        dock.set_scheme(SCHEME.with_renamed(2, "Channel").with_added("Gas"))
        dock.set_brush_diameter(40)


def test_double_click_on_the_name_renames_in_place(qtbot: QtBot, dock: FaciesDock) -> None:
    double_click(qtbot, dock, 1, 2)
    editor = listing(dock).findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Mass transport 2")
    with qtbot.waitSignal(dock.class_renamed) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [2, "Mass transport 2"]


def test_f2_renames_and_a_refused_name_goes_back(qtbot: QtBot, dock: FaciesDock) -> None:
    click(qtbot, dock, 0)
    qtbot.keyClick(listing(dock), Qt.Key.Key_F2)
    editor = listing(dock).findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Salt")
    with qtbot.waitSignal(dock.class_renamed) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [1, "Salt"]
    assert rows(dock)[0][1] == "Mudstone"  # nobody accepted the name


def test_an_accepted_name_shows(qtbot: QtBot, dock: FaciesDock) -> None:
    dock.class_renamed.connect(lambda class_id, name: dock.set_scheme(SCHEME.with_renamed(class_id, name)))
    click(qtbot, dock, 0)
    qtbot.keyClick(listing(dock), Qt.Key.Key_F2)
    editor = listing(dock).findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Shale")
    with qtbot.waitSignal(dock.class_renamed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert rows(dock)[0][1] == "Shale"


def test_an_empty_name_asks_for_nothing(qtbot: QtBot, dock: FaciesDock) -> None:
    click(qtbot, dock, 0)
    qtbot.keyClick(listing(dock), Qt.Key.Key_F2)
    editor = listing(dock).findChild(QLineEdit)
    editor.clear()
    with qtbot.assertNotEmitted(dock.class_renamed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: listing(dock).findChild(QLineEdit) is None)
    assert rows(dock)[0][1] == "Mudstone"


def test_the_palette_recolours_the_class_it_was_opened_for(qtbot: QtBot, dock: FaciesDock) -> None:
    click(qtbot, dock, 1)
    qtbot.keyClick(listing(dock), Qt.Key.Key_C)
    popup = dock.findChild(object, "color_popup")
    assert popup.isVisible()
    button = popup.findChild(QToolButton, "color_4")
    with qtbot.waitSignal(dock.class_recoloured) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [2, button.accessibleName().removeprefix("Colour ")]
    assert not popup.isVisible()


def test_double_click_on_the_swatch_opens_the_palette(qtbot: QtBot, dock: FaciesDock) -> None:
    double_click(qtbot, dock, 2, 1)
    assert dock.findChild(object, "color_popup").isVisible()
    dock.findChild(object, "color_popup").hide()


@pytest.mark.parametrize("by_key", [True, False])
def test_removing_asks_for_the_active_class(qtbot: QtBot, dock: FaciesDock, by_key: bool) -> None:
    click(qtbot, dock, 1)
    with qtbot.waitSignal(dock.class_removed) as asked:
        if by_key:
            qtbot.keyClick(listing(dock), Qt.Key.Key_Delete)
        else:
            button = dock.findChild(QToolButton, "facies_remove")
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [2]


def test_adding(qtbot: QtBot, dock: FaciesDock) -> None:
    with qtbot.waitSignal(dock.class_added):
        qtbot.mouseClick(dock.findChild(QToolButton, "facies_add"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dock.class_added):
        qtbot.keyClick(listing(dock), Qt.Key.Key_Insert)


def test_without_an_active_class_nothing_can_be_changed(dock: FaciesDock) -> None:
    dock.set_active(0)
    for name in ("rename", "recolour", "remove"):
        assert not dock.findChild(QToolButton, f"facies_{name}").isEnabled()


def test_the_brush_slider_says_its_size(qtbot: QtBot, dock: FaciesDock) -> None:
    slider = dock.findChild(QSlider, "brush_size")
    dock.set_brush_diameter(30)
    with qtbot.waitSignal(dock.brush_diameter_changed) as asked:
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert asked.args == [31]
    assert dock.findChild(QLabel, "brush_text").text() == "31 samples"


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, ""), (0.0001, "< 1 %"), (0.12, "12 %"), (0.999, "99 %"), (1.0, "100 %")]
)
def test_share_text(share: float, text: str) -> None:
    assert share_text(share) == text


def test_every_control_can_be_named_by_a_screen_reader(dock: FaciesDock) -> None:
    for kind in (QToolButton, QSlider, QTreeWidget):
        for widget in dock.findChildren(kind):
            if widget.objectName() and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName(), widget.objectName()
                assert widget.toolTip() or kind is QTreeWidget, widget.objectName()


def test_a_new_class_is_named_at_once(qtbot: QtBot, dock: FaciesDock) -> None:
    def add() -> None:
        dock.set_scheme(SCHEME.with_added("Facies 4"))
        dock.set_active(4)

    dock.class_added.connect(add)
    dock.show()
    qtbot.mouseClick(dock.findChild(QToolButton, "facies_add"), Qt.MouseButton.LeftButton)
    editor = listing(dock).findChild(QLineEdit)
    with qtbot.waitSignal(dock.class_renamed) as asked:
        qtbot.keyClicks(editor, "Gas")
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [4, "Gas"]


@pytest.mark.parametrize("by_key", [True, False])
def test_menu_of_a_class_merges_it_into_another(qtbot: QtBot, dock: FaciesDock, by_key: bool) -> None:
    if by_key:
        click(qtbot, dock, 1)
        qtbot.keyClick(listing(dock), Qt.Key.Key_M)
    else:
        click(qtbot, dock, 1)
        listing(dock).customContextMenuRequested.emit(place(dock, 1, 2))
    menu = dock.findChild(QMenu, "facies_menu")
    into = menu.findChild(QMenu, "facies_merge_menu")
    assert [action.text() for action in into.actions()] == ["Mudstone", "Salt"]
    into.popup(dock.mapToGlobal(dock.rect().center()))
    qtbot.waitExposed(into)
    with qtbot.waitSignal(dock.class_merged) as sent:
        place_of_salt = into.actionGeometry(into.actions()[1]).center()
        qtbot.mouseClick(into, Qt.MouseButton.LeftButton, pos=place_of_salt)
    assert sent.args == [2, 3]


def test_menu_of_the_only_class_offers_nothing_to_merge_into(qtbot: QtBot, dock: FaciesDock) -> None:
    dock.set_scheme(FaciesScheme.named(["Mudstone"]))
    dock.open_menu()
    menu = dock.findChild(QMenu, "facies_menu")
    assert not menu.findChild(QMenu, "facies_merge_menu").isEnabled()
    menu.close()
