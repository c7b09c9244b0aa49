"""A question: each answer does what it says, and leaving the box is the last one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from seisview.gui.dialogs.question import Answer, Question, Role, ask


@pytest.fixture
def asked(qtbot) -> Iterator[tuple[QMessageBox, list[str]]]:
    window, given = QWidget(), []
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    answers = [
        Answer("Delete", "yes", Role.DestructiveRole, lambda: given.append("yes")),
        Answer("Keep a copy", "copy", Role.AcceptRole, lambda: given.append("copy"), is_default=True),
        Answer("Cancel", "no", Role.RejectRole, lambda: given.append("no")),
    ]
    box = ask(window, Question("delete_question", "Delete it?", "It cannot be brought back."), answers)
    qtbot.waitExposed(box)
    yield box, given
    window.close()


@pytest.mark.parametrize("name", ["yes", "copy", "no"])
def test_each_button_gives_its_answer_and_no_other(qtbot, asked, name) -> None:
    box, given = asked
    qtbot.mouseClick(box.findChild(QPushButton, name), Qt.MouseButton.LeftButton)
    assert given == [name]


def test_enter_is_the_default_and_escape_the_last_answer(qtbot, asked) -> None:
    box, given = asked
    assert (box.text(), box.informativeText()) == ("Delete it?", "It cannot be brought back.")
    assert box.defaultButton() is box.findChild(QPushButton, "copy")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert given == ["no"]


def test_closing_the_box_by_its_frame_is_the_last_answer(asked) -> None:
    box, given = asked
    box.close()
    assert given == ["no"]
