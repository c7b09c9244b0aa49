"""Letters over a box for numbers mean nothing there: they stay the keys of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

_TYPING = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class NumberBoxes(QObject):
    """Lets letters through to the shortcuts of a window while one of its boxes for numbers has the keyboard.

    Such a box swallows letters otherwise, and the tool in hand stays the one before. While a number is being
    typed, letters are left to the box: they may be its unit.

    Parameters
    ----------
    window : QWidget
        With all the boxes in it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        for box in (*window.findChildren(QSpinBox), *window.findChildren(QDoubleSpinBox)):
            box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the box from claiming a letter before the shortcuts are asked."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QSpinBox | QDoubleSpinBox) or watched.lineEdit().isModified():
            return False
        if event.modifiers() not in _TYPING or not event.text().isalpha():
            return False
        event.ignore()
        return True
