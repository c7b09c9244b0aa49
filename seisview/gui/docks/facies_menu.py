"""The menu of a facies class: rename, colour, merge into another class, remove."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QMenu, QWidget

from seisview.gui.docks.color_popup import swatch
from seisview.labels.facies import FaciesScheme


def class_menu(
    parent: QWidget,
    scheme: FaciesScheme,
    class_id: int,
    actions: Mapping[str, Callable[[], object]],
    merge: Callable[[int, int], object],
) -> QMenu:
    """Return the menu of one class; it deletes itself when it closes.

    Parameters
    ----------
    parent : QWidget
    scheme : FaciesScheme
    class_id : int
        A class of it.
    actions : dict of str to callable
        What to do, by what the user reads.
    merge : callable
        Called with the class that goes and the class that takes its labels.
    """
    menu = QMenu(parent)
    menu.setObjectName("facies_menu")
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    for text, slot in actions.items():
        menu.addAction(text).triggered.connect(lambda _checked=False, slot=slot: slot())
    menu.addSeparator()
    into = menu.addMenu("&Merge into")
    into.setObjectName("facies_merge_menu")
    gone = scheme.name_of(class_id)
    for other in scheme:
        if other.id != class_id:
            action = into.addAction(swatch(other.color), other.name.replace("&", "&&"))
            action.setObjectName(f"action_merge_into_{other.id}")
            action.setToolTip(f"All labels of {gone} become {other.name}, and {gone} goes (Ctrl+Z undoes)")
            action.triggered.connect(lambda _checked=False, kept=other.id: merge(class_id, kept))
    into.setToolTipsVisible(True)
    into.setEnabled(len(scheme) > 1)
    return menu
