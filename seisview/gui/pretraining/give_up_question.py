"""The question before a stopped pretraining is given up for a new one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox, QWidget

from seisview.gui.dialogs.question import Answer, Question, Role, ask

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
    text = f"Give up {done} of pretraining on this survey?"
    return ask(
        parent,
        Question("give_up_question", text, _HOW),
        [
            Answer("Give up and begin anew", "give_up_begin_anew", Role.DestructiveRole, begin_anew),
            Answer("Go on with it", "give_up_go_on", Role.AcceptRole, go_on, is_default=True),
            Answer("Cancel", "give_up_cancel", Role.RejectRole),
        ],
    )
