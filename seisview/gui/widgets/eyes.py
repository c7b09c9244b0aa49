"""Eyes in a column of a list: open for what is drawn, closed for what is not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from seisview.gui.style import icon

_OPEN = Qt.ItemDataRole.UserRole + 7
_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange)  # under a style sheet only the latter comes


class Eyes(QObject):
    """Keeps the eyes of a list in the colours of a system that goes light or dark.

    Parameters
    ----------
    tree : QTreeWidget
        Its rows have no rows below them.
    column : int
        Where the eyes are.
    """

    def __init__(self, tree: QTreeWidget, column: int) -> None:
        super().__init__(tree)
        self._tree, self._column = tree, column
        tree.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Draw the eyes anew in other colours; lets everything through."""
        if event.type() in _CHANGES:
            with QSignalBlocker(self._tree):
                for row in range(self._tree.topLevelItemCount()):
                    item = self._tree.topLevelItem(row)
                    if item is not None and isinstance(is_open := item.data(self._column, _OPEN), bool):
                        set_eye(item, self._column, is_open, self._tree.palette())
        return False


def set_eye(item: QTreeWidgetItem, column: int, is_open: bool, palette: QPalette) -> None:
    """Put an open or a closed eye into a row."""
    item.setData(column, _OPEN, is_open)
    item.setIcon(column, icon("eye" if is_open else "eye_off", palette))
