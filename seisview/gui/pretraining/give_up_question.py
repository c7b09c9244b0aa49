"""The question before a stopped pretraining is given up for a new one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_HOW = (
    "Beginning anew replaces what was stopped as soon as the new run has taken more steps, or has run for "
    "two minutes. Until then it can still be gone on with."
)


def ask_to_give_up(
    parent: QWidget, done: str, begin_anew: Callable[[], object], go_on: Callable[[], object]
) -> QMessageBox:
    """Ask once, without blocking; closing the box changes nothing.

    Parameters
    ----------
    parent : QWidget
    done : str
        What would be given up, ``"120 steps (3:20 min)"``.
    begin_anew, go_on : callable
        Called with the answer; neither when the box is cancelled.

    Returns
    -------
    QMessageBox
        On screen.
    """
    box = QMessageBox(
        QMessageBox.Icon.Question, "seisview", f"Give up {done} of pretraining on this survey?", parent=parent
    )
    box.setObjectName("give_up_question")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setInformativeText(_HOW)
    anew = box.addButton("Give up and begin anew", QMessageBox.ButtonRole.DestructiveRole)
    anew.setObjectName("give_up_begin_anew")
    further = box.addButton("Go on with it", QMessageBox.ButtonRole.AcceptRole)
    further.setObjectName("give_up_go_on")
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName("give_up_cancel")
    box.setDefaultButton(further)
    box.setEscapeButton(cancel)

    def answered() -> None:
        if box.clickedButton() is anew:
            begin_anew()
        elif box.clickedButton() is further:
            go_on()

    box.finished.connect(lambda _code: answered())
    box.open()
    return box
