"""A key that does nothing says why."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow

from seisview.gui.actions.refused_keys import RefusedKeys

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def window(qtbot, notes) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QLineEdit())
    train, pick = QAction("Train", window), QAction("Pick", window)
    train.setShortcut(QKeySequence("Ctrl+T"))
    train.setStatusTip("Paint at least two classes first.")
    pick.setShortcut(QKeySequence("I"))
    pick.setStatusTip("Open a survey first.")
    window.addActions([train, pick])
    for action in (train, pick):
        action.setEnabled(False)
    RefusedKeys(window, [train, pick], notes.append)
    with qtbot.waitExposed(window):
        window.show()
    return window


def test_the_key_of_an_action_that_is_off_says_why(qtbot, window, notes) -> None:
    qtbot.keyClick(window, Qt.Key.Key_T, CONTROL)
    assert notes == ["Paint at least two classes first."]
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert len(notes) == 1


def test_an_action_that_is_on_is_done_without_a_word(qtbot, window, notes) -> None:
    train = window.actions()[0]
    train.setEnabled(True)
    with qtbot.waitSignal(train.triggered):
        qtbot.keyClick(window, Qt.Key.Key_T, CONTROL)
    assert notes == []


def test_typing_into_a_field_is_no_key(qtbot, window, notes) -> None:
    qtbot.keyClicks(window.centralWidget(), "iii")
    assert window.centralWidget().text() == "iii"
    assert notes == []
