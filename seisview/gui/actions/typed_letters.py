"""Letters typed into a drop-down or a list choose an entry there, instead of being shortcuts of the window.

Fields for text see to that themselves. Keys with Ctrl or Alt remain shortcuts everywhere.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QDockWidget, QWidget

OWN_LETTERS = "own_letters"
"""Property of a list: the letters that mean something of its own there; it is not searched by letters."""

_TYPING = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)
_BEGINS = Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchWrap


class TypedLetters(QObject):
    """Keeps typed letters from the shortcuts of a window while they mean something where the keyboard is.

    A drop-down takes every letter and digit. A list takes letters that an entry begins with, so that whoever
    clicked into it can still reach for a tool; digits stay the keys of the facies classes there.

    Parameters
    ----------
    window : QWidget
        Keys are offered to it and to its docks, which may float, before they become shortcuts.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._since_taken = QElapsedTimer()
        for watched in (window, *window.findChildren(QDockWidget)):
            watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take a key that would become a shortcut, so that the widget with the keyboard gets it."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.modifiers() not in _TYPING or not self._is_wanted(QApplication.focusWidget(), event):
            return False
        event.accept()
        return True

    def _is_wanted(self, widget: QWidget | None, event: QKeyEvent) -> bool:
        text = event.text().strip()
        if isinstance(widget, QComboBox):
            return event.key() in _ENDS or bool(text and text.isprintable())
        if not isinstance(widget, QAbstractItemView):
            return False
        if isinstance(own := widget.property(OWN_LETTERS), str):
            return bool(text) and text.upper() in own
        return event.key() in _ENDS or (text.isalpha() and self._finds(widget, text))

    def _finds(self, view: QAbstractItemView, text: str) -> bool:
        """Whether an entry begins with a letter, or the letter goes on with a word that one began with."""
        goes_on = self._since_taken.isValid() and not self._since_taken.hasExpired(
            QApplication.keyboardInputInterval()
        )
        model, current = view.model(), view.currentIndex()
        first = model.index(0, max(current.column(), 0), current.parent())
        if goes_on or model.match(first, Qt.ItemDataRole.DisplayRole, text, 1, _BEGINS):
            self._since_taken.start()
            return True
        return False
