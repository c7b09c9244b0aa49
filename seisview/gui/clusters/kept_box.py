"""Clusters that are kept: choose which to show, name them, or delete those on screen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget

from seisview.gui.docks.naming import named

_HOVER = (
    "Clusters that you named, coloured, merged or hid are kept when new ones are found: choose which to show"
)
_MENU_HOVER = "Name these clusters, so that they are kept and found again, or delete them (Space opens)"


class KeptBox(QWidget):
    """Passive: a list, a field that takes its place while a name is written, and a menu.

    Signals
    -------
    chosen(int)
        Show another one of the results, by its place in the list.
    named(str)
        What to call those on screen; empty: nothing.
    delete_requested()
        Delete those on screen.
    """

    chosen = Signal(int)
    named = Signal(str)
    delete_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._list = named(QComboBox(), "cluster_kept", "Clusters that are kept", _HOVER)
        self._list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._list.setMinimumContentsLength(12)
        self._list.activated.connect(self.chosen)
        self._field = named(
            _NameField(), "cluster_kept_name", "Name of these clusters", "Enter keeps the name, Esc does not"
        )
        self._field.setPlaceholderText("name of these clusters")
        self._field.returnPressed.connect(self._take_name)
        self._field.left.connect(self._leave_field)
        self._field.hide()
        self._menu = named(QMenu(self), "cluster_kept_actions")
        self._menu.setToolTipsVisible(True)
        self._menu.addAction("&Name these clusters…").triggered.connect(self._ask_name)
        self._menu.addAction("&Delete these clusters…").triggered.connect(self.delete_requested)
        self._more = named(QToolButton(), "cluster_kept_menu", "These clusters", _MENU_HOVER)
        self._more.setText("…")
        self._more.setFixedHeight(self._more.fontMetrics().height() + 2)  # the lists above need the room
        self._more.clicked.connect(self._open_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self._list, 1)
        row.addWidget(self._field, 1)
        row.addWidget(self._more)
        self.set_kept([])
        self.set_changeable("")

    def set_kept(self, texts: Sequence[str], name: str = "") -> None:
        """Offer results, the one that is shown first; the list is hidden unless there are several.

        Parameters
        ----------
        texts : sequence of str
        name : str
            What those on screen are called so far.
        """
        self._name = name
        self._field.hide()
        self._list.clear()
        self._list.addItems(list(texts))
        self._list.setVisible(len(texts) > 1)
        self._more.setVisible(bool(texts))

    def set_changeable(self, why_not: str) -> None:
        """Allow names and deletion, or say on hover why there are none now."""
        self._more.setEnabled(not why_not)
        self._more.setToolTip(why_not or _MENU_HOVER)

    def _open_menu(self) -> None:
        self._menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _ask_name(self) -> None:
        self._list.hide()
        self._field.setText(self._name)
        self._field.selectAll()
        self._field.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_name(self) -> None:
        text = self._field.text().strip()
        self._leave_field()
        self.named.emit(text)

    def _leave_field(self) -> None:
        self._field.hide()
        self._list.setVisible(self._list.count() > 1)


class _NameField(QLineEdit):
    """Tells that it was left without a name."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window, where it cancels the running job."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc."""
        if _is_escape(event):
            self.left.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave when something else is clicked."""
        super().focusOutEvent(event)
        self.left.emit()


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
