"""The question before clusters are deleted: that cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

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
    box = QMessageBox(QMessageBox.Icon.Question, "seisview", f"Delete {what}?", parent=parent)
    box.setObjectName("cluster_delete_question")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setInformativeText(_WHAT_GOES)
    yes = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
    yes.setObjectName("cluster_delete_yes")
    no = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    no.setObjectName("cluster_delete_no")
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    box.finished.connect(lambda _code: delete() if box.clickedButton() is yes else None)
    box.open()
    return box
