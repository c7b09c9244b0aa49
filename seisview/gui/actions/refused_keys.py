"""Keys of actions that are switched off: what nobody else takes is answered with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from seisview.gui.status.notes import refusal


class RefusedKeys(QObject):
    """Says why an action cannot be done now when its key is pressed, instead of nothing at all.

    Parameters
    ----------
    window : QWidget
        Keys that no widget in it takes arrive here.
    actions : iterable of QAction
        Those that are off say why in their status tip.
    show_note : callable
        Shows one sentence.
    """

    def __init__(
        self, window: QWidget, actions: Iterable[QAction], show_note: Callable[[str], object]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._actions = tuple(actions)
        self._show_note = show_note
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at keys that reached the window; takes none of them."""
        if watched is self._window and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            pressed = QKeySequence(event.keyCombination())
            for action in self._actions:
                if not action.isEnabled() and action.statusTip() and pressed in action.shortcuts():
                    self._show_note(refusal(action.statusTip()))
        return False
