"""Layout and actions: everything has a name, a key and a reason when it is off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QKeySequence, QPalette, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QScrollArea,
    QScrollBar,
    QToolButton,
)

from seisview.gui.actions.table import ACTIONS, Facts
from seisview.gui.actions.texts import WHY_NOT
from seisview.gui.main_window import MainWindow
from seisview.gui.start.thumbnails import THUMBNAIL_SIZE
from seisview.gui.start.welcome_page import RecentItem
from seisview.gui.status.status_line import CursorReadout
from seisview.progress import ProgressState


@pytest.fixture
def window(qtbot):
    widget = MainWindow()
    widget.complete()
    qtbot.addWidget(widget)
    widget.resize(1366, 740)
    widget.show()
    return widget


def test_first_start_shows_the_welcome_page_alone(window):
    assert window.welcome.isVisible()
    assert not window.section_view.isVisible()
    assert not window.facies_dock.isVisible()
    window.set_survey_shown(True)
    assert window.section_view.isVisible()
    assert window.facies_dock.isVisible()
    assert window.train_dock.isVisible()


def test_fits_a_small_screen_and_the_section_is_the_largest(window):
    window.set_survey_shown(True)
    assert window.minimumSizeHint().width() <= 1366
    assert window.minimumSizeHint().height() <= 740
    assert window.size().width() <= 1366
    section = window.section_view.size()
    for other in (window.facies_dock, window.layers_dock, window.train_dock):
        assert section.width() * section.height() > other.width() * other.height()


def test_no_key_is_given_twice():
    keys = [QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys]
    assert len(keys) == len(set(keys))


def test_keys_of_the_product_are_there():
    by_id = {spec.id: spec for spec in ACTIONS}
    wanted = {
        "next_section": "D", "previous_section": "A", "fit": "F", "tool_brush": "B", "tool_eraser": "E",
        "tool_polygon": "P", "tool_fill": "G", "tool_pick": "I", "class_9": "9", "brush_smaller": "[",
        "brush_larger": "]", "toggle_overlay": "X", "undo": "Ctrl+Z", "train": "Ctrl+T",
        "open_survey": "Ctrl+O", "save": "Ctrl+S", "shortcuts": "F1",
    }  # fmt: skip
    assert {i: by_id[i].keys[0] for i in wanted} == wanted
    assert by_id["redo"].keys == ("Ctrl+Shift+Z", "Ctrl+Y")
    assert by_id["fit"].keys == ("F", "Home")


def test_every_need_has_a_reason_and_a_fact():
    needs = {need for spec in ACTIONS for need in spec.needs}
    assert needs <= set(WHY_NOT)
    assert all(hasattr(Facts(), need) for need in needs)


def test_disabled_action_says_why_and_enabled_shows_its_key(window):
    actions = window.actions_by_id
    assert not actions["train"].isEnabled()
    assert WHY_NOT["survey"] in actions["train"].toolTip()
    actions.set_facts(Facts(survey=True, labels=True))
    assert actions["train"].isEnabled()
    assert "Ctrl+T" in actions["train"].toolTip()
    actions.set_facts(Facts(survey=True, labels=True, idle=False, job=True))
    assert not actions["train"].isEnabled()
    assert actions["cancel_job"].isEnabled()


def test_class_keys_follow_the_number_of_classes(window):
    window.actions_by_id.set_facts(Facts(survey=True, classes=2))
    enabled = [window.actions_by_id[f"class_{n}"].isEnabled() for n in (1, 2, 3)]
    assert enabled == [True, True, False]


def test_every_action_is_in_a_menu(window):
    in_menus = {a.objectName() for menu in window.menus.by_path.values() for a in menu.actions()}
    assert {f"action_{spec.id}" for spec in ACTIONS} <= in_menus


def test_every_control_has_names_and_a_hint(window):
    window.set_survey_shown(True)
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox)
    own = [window.section_bar, window.welcome, window.status_line]
    controls = [c for part in own for kind in kinds for c in part.findChildren(kind)]
    nameless = [c for c in controls if not c.objectName() or not c.accessibleName() or not c.toolTip()]
    assert controls
    assert [c for c in nameless if not isinstance(c, QScrollBar)] == []


def test_dropped_files_are_told(qtbot, window, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.sgy"))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(window.files_dropped) as dropped:
        window.dropEvent(event)
    assert dropped.args == [[tmp_path / "a.sgy"]]


def test_recent_files_can_be_clicked(qtbot, window, tmp_path):
    window.welcome.set_recent([RecentItem(tmp_path / "a.sgy", "survey")])
    button = window.welcome.findChild(QAbstractButton, "welcome_recent_1")
    with qtbot.waitSignal(window.welcome.recent_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [tmp_path / "a.sgy"]


@pytest.fixture
def recents(window, tmp_path):
    picture = QPixmap(THUMBNAIL_SIZE * 2)
    picture.fill(QColor("grey"))
    window.welcome.set_recent([RecentItem(tmp_path / f"{n}.sgy", "survey", picture) for n in range(1, 8)])
    return [window.welcome.findChild(QAbstractButton, f"welcome_recent_{n}") for n in range(1, 6)]


def test_recent_files_do_not_make_the_window_higher(qtbot, window, recents):
    assert window.minimumSizeHint().height() <= 700
    window.set_survey_shown(True)
    assert window.minimumSizeHint().height() <= 700
    window.resize(1366, 700)
    qtbot.waitUntil(lambda: window.height() == 700)


def test_all_recent_files_are_in_sight_on_a_small_screen(qtbot, window, recents):
    window.resize(1366, 740)
    bar = window.welcome.findChild(QScrollArea, "welcome_scroll").verticalScrollBar()
    qtbot.waitUntil(lambda: recents[-1].isVisible() and bar.maximum() == 0)


def test_the_last_recent_file_is_reached_by_tab_where_the_page_is_too_high(qtbot, window, recents):
    window.resize(900, 420)
    window.activateWindow()
    scroll = window.welcome.findChild(QScrollArea, "welcome_scroll")
    last = recents[-1]
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    window.welcome.findChild(QAbstractButton, "welcome_open").setFocus()
    for _ in range(12):
        if window.focusWidget() is last:
            break
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    place = last.mapTo(scroll.viewport(), last.rect().center())
    assert scroll.viewport().rect().contains(place)
    with qtbot.waitSignal(window.welcome.recent_requested) as asked:
        qtbot.keyClick(last, Qt.Key.Key_Space)
    assert asked.args[0].name == "5.sgy"


def test_layout_is_remembered_and_rubbish_is_ignored(qtbot, window):
    window.resize(780, 555)
    geometry = window.layout_state()
    window.set_survey_shown(True)
    window.findChild(QDockWidget, "dock_layers").hide()
    docks = window.layout_state()
    other = MainWindow()
    other.complete()
    qtbot.addWidget(other)
    other.restore_geometry({"geometry": "§§§"})
    other.restore_geometry(geometry)
    assert (other.width(), other.height()) == (780, 555)
    other.show()
    other.set_survey_shown(True)
    assert other.layers_dock.isVisible()
    other.restore_docks(docks)
    assert not other.layers_dock.isVisible()
    other.set_survey_shown(True)
    assert not other.layers_dock.isVisible()


def test_closing_can_be_refused(window):
    window.may_close = lambda: False
    assert not window.close()
    window.may_close = lambda: True
    assert window.close()


def test_icons_follow_the_theme(window):
    dark = QPalette()
    dark.setColor(QPalette.ColorRole.ButtonText, Qt.GlobalColor.white)
    action = window.actions_by_id["open_survey"]
    before = action.icon().pixmap(24, 24).toImage()
    window.actions_by_id.set_palette(dark)
    after = action.icon().pixmap(24, 24).toImage()
    assert before != after


def test_status_line_shows_units(window):
    status = window.status_line
    window.set_survey_shown(True)
    status.set_readout(CursorReadout(1355, 4210, "1284 ms", (1702625.0, 5603125.0), 0.8312, "Canyon", 0.917))
    texts = [
        status._cells[n].text() for n in ("inline", "crossline", "position", "xy", "amplitude", "facies")
    ]
    assert texts == [
        "inline 1355", "crossline 4210", "1284 ms", "X 1702625  Y 5603125", "amp 0.8312",
        "Canyon 0.92",
    ]  # fmt: skip
    status.set_readout(None)
    assert status._cells["inline"].text() == ""


def test_status_bar_shows_progress_only_while_something_runs(window):
    bar = window.status_line._progress
    assert not bar.isVisible()
    window.status_line.set_progress(ProgressState("Training", 0.5, 10.0, 10.0))
    assert bar.isVisible()
    assert bar.value() == 500
    window.status_line.set_progress(None)
    assert not bar.isVisible()


def test_tools_are_reached_by_tab_and_have_names(window):
    window.set_survey_shown(True)
    window.actions_by_id.set_facts(Facts(survey=True, three_d=True, result=True))
    window.show()
    reached, widget = [], window.section_view.canvas
    for _ in range(300):
        widget = widget.nextInFocusChain()
        if isinstance(widget, QToolButton) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.append(widget)
    for action_id in ("tool_brush", "tool_polygon", "tool_line", "fit", "save", "panes_4"):
        button = window.button_of(action_id)
        assert button in reached, action_id
        assert button.accessibleName() == window.actions_by_id.spec(action_id).name


def test_tool_is_taken_in_hand_with_tab_and_space(qtbot, window):
    window.set_survey_shown(True)
    window.actions_by_id.set_facts(Facts(survey=True))
    window.show()
    qtbot.waitExposed(window)
    button = window.button_of("tool_polygon")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(window.actions_by_id["tool_polygon"].triggered):
        qtbot.keyClick(button, Qt.Key.Key_Space)
