"""The question before clusters are deleted: that cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox, QWidget

from seisview.gui.dialogs.question import Answer, Question, Role, ask

_WHAT_GOES = (
    "Their names, colours and merges, and their map of points go with them, and cannot be brought back. "
    "Labels that were made of them stay."
)


def ask_to_delete(parent: QWidget, what: str, delete: Callable[[], object]) -> QMessageBox:
    """Ask once, without blocking; closing the box changes nothing.

    Parameters
    ----------
    parent : QWidget
    what : str
        ``"4 clusters, 21 Nov 12:38, Canyon"``.
    delete : callable
        Called if the answer is yes.

    Returns
    -------
    QMessageBox
        On screen.
    """
    question = Question("cluster_delete_question", f"Delete {what}?", _WHAT_GOES)
    yes = Answer("Delete", "cluster_delete_yes", Role.DestructiveRole, delete)
    no = Answer("Cancel", "cluster_delete_no", Role.RejectRole, is_default=True)
    return ask(parent, question, [yes, no])
