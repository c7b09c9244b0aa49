"""The small dialogs: going to a place, errors, and the sheet of keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import SeisviewError
from seisview.gui.actions.table import ACTIONS
from seisview.gui.dialogs.error_dialog import ErrorDialog
from seisview.gui.dialogs.go_to import GoToDialog, Target
from seisview.gui.dialogs.shortcuts import ShortcutSheet, shortcut_rows
from seisview.gui.jobs.failures import as_seisview_error

GEOMETRY = SurveyGeometry(LineNumbers.regular(100, 2, 50), LineNumbers.regular(300, 1, 80), 201, 1000.0, 4.0)


@pytest.fixture
def go_to(qtbot: QtBot) -> GoToDialog:
    dialog = GoToDialog(GEOMETRY, SectionKey(Axis.INLINE, 5))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def fill(qtbot: QtBot, dialog: GoToDialog, name: str, text: str) -> None:
    edit = dialog.findChild(QLineEdit, name)
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def test_go_to_begins_at_the_section_on_screen(go_to: GoToDialog) -> None:
    assert go_to.findChild(QLineEdit, "go_to_number").text() == "110"


def test_enter_goes_to_the_line_with_that_number(qtbot: QtBot, go_to: GoToDialog) -> None:
    fill(qtbot, go_to, "go_to_number", "120")
    with qtbot.waitSignal(go_to.target_chosen) as chosen:
        qtbot.keyClick(go_to.findChild(QLineEdit, "go_to_number"), Qt.Key.Key_Return)
    assert chosen.args == [Target(SectionKey(Axis.INLINE, 10))]
    assert not go_to.isVisible()


def test_a_point_is_given_by_crossline_and_time(qtbot: QtBot, go_to: GoToDialog) -> None:
    fill(qtbot, go_to, "go_to_number", "120")
    fill(qtbot, go_to, "go_to_column", "310")
    fill(qtbot, go_to, "go_to_row", "1284")
    assert go_to.target() == Target(SectionKey(Axis.INLINE, 10), row=71, column=10)


def test_a_time_slice_is_found_by_its_time(qtbot: QtBot, go_to: GoToDialog) -> None:
    go_to.findChild(QComboBox, "go_to_axis").setCurrentIndex(2)
    fill(qtbot, go_to, "go_to_number", "1040")
    fill(qtbot, go_to, "go_to_column", "102")
    fill(qtbot, go_to, "go_to_row", "305")
    assert go_to.target() == Target(SectionKey(Axis.SAMPLE, 10), row=5, column=1)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("121", "no line 121"),
        ("120.5", "no line 120.5"),
        ("x", "x is not a number"),
        ("nan", "nan is not a number"),
    ],
)
def test_a_number_that_does_not_exist_is_said_and_the_dialog_stays(
    qtbot: QtBot, go_to: GoToDialog, number: str, said: str
) -> None:
    fill(qtbot, go_to, "go_to_number", number)
    with qtbot.assertNotEmitted(go_to.target_chosen):
        qtbot.keyClick(go_to.findChild(QLineEdit, "go_to_number"), Qt.Key.Key_Return)
    assert go_to.isVisible()
    assert said in go_to.findChild(QLabel, "go_to_problem").text()


def test_a_time_outside_the_survey_is_refused_with_its_range(qtbot: QtBot, go_to: GoToDialog) -> None:
    go_to.findChild(QComboBox, "go_to_axis").setCurrentIndex(2)
    fill(qtbot, go_to, "go_to_number", "900")
    go_to.accept()
    assert go_to.findChild(QLabel, "go_to_problem").text() == (
        "900 ms is outside the survey. It covers 1000 to 1800 ms."
    )


def test_an_error_shows_what_happened_and_what_to_do_with_details_folded(qtbot: QtBot) -> None:
    try:
        raise ZeroDivisionError("a slip")
    except ZeroDivisionError as error:
        shown = as_seisview_error(error, "Training")
    dialog = ErrorDialog(shown)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert "Training stopped" in dialog.findChild(QLabel, "error_message").text()
    assert "labels are safe" in dialog.findChild(QLabel, "error_hint").text()
    details = dialog.findChild(QPlainTextEdit, "error_details")
    assert not details.isVisible()
    qtbot.mouseClick(dialog.findChild(QPushButton, "error_fold"), Qt.MouseButton.LeftButton)
    assert details.isVisible()
    assert "ZeroDivisionError: a slip" in details.toPlainText()
    qtbot.mouseClick(dialog.findChild(QPushButton, "error_copy"), Qt.MouseButton.LeftButton)
    assert "a slip" in QGuiApplication.clipboard().text()
    qtbot.mouseClick(dialog.findChild(QPushButton, "error_close"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_an_error_without_details_offers_none(qtbot: QtBot) -> None:
    dialog = ErrorDialog(SeisviewError("It broke.", "Mend it."))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.findChild(QPushButton, "error_fold").isVisible()


def test_the_sheet_lists_every_action_that_has_a_key() -> None:
    listed = {row.action for row in shortcut_rows()}
    assert {spec.name for spec in ACTIONS if spec.keys} <= listed


def test_searching_the_sheet_hides_the_rest(qtbot: QtBot) -> None:
    sheet = ShortcutSheet()
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(sheet)
    sheet.show()
    qtbot.keyClicks(sheet.findChild(QLineEdit, "shortcut_search"), "brush")
    tree = sheet.findChild(QTreeWidget, "shortcut_list")
    groups = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    seen = [
        group.child(index).text(0)
        for group in groups
        if not group.isHidden()
        for index in range(group.childCount())
        if not group.child(index).isHidden()
    ]
    assert seen
    assert all("brush" in text.casefold() for text in seen)
