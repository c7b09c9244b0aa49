"""A question with a few answers, asked without blocking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

Role = QMessageBox.ButtonRole
Icon = QMessageBox.Icon


@dataclass(frozen=True, slots=True)
class Answer:
    """A button under a question.

    Attributes
    ----------
    text : str
    name : str
        Of the button, for tests and for programs that read the screen.
    role : Role
        ``DestructiveRole`` for what cannot be taken back.
    act : callable
        What the answer does; by default nothing.
    is_default : bool
        Whether Enter gives it; by default Qt chooses.
    """

    text: str
    name: str
    role: Role
    act: Callable[[], object] = lambda: None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked or told.

    Attributes
    ----------
    name : str
        Of the box, for tests and for programs that read the screen.
    text : str
    details : str
        What follows from the answers.
    icon : Icon
    """

    name: str
    text: str
    details: str
    icon: Icon = Icon.Question


def ask(parent: QWidget, question: Question, answers: Sequence[Answer]) -> QMessageBox:
    """Show a question without blocking.

    Parameters
    ----------
    parent : QWidget
    question : Question
    answers : sequence of Answer
        The last one is also that of Escape and of closing the box.

    Returns
    -------
    QMessageBox
        On screen.
    """
    box = QMessageBox(question.icon, "seisview", question.text, parent=parent)
    box.setObjectName(question.name)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setInformativeText(question.details)
    buttons = [box.addButton(answer.text, answer.role) for answer in answers]
    for button, answer in zip(buttons, answers, strict=True):
        button.setObjectName(answer.name)
        if answer.is_default:
            box.setDefaultButton(button)
    box.setEscapeButton(buttons[-1])

    def answered() -> None:
        clicked = box.clickedButton()
        chosen = (answer for button, answer in zip(buttons, answers, strict=True) if button is clicked)
        next(chosen, answers[-1]).act()

    box.finished.connect(lambda _code: answered())
    box.open()
    return box
