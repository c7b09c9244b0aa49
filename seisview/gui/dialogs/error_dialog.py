"""One way to show an error: what happened, what to do, and the technical details folded away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from seisview.errors import SeisviewError
from seisview.gui.docks.naming import named
from seisview.gui.jobs.failures import details_of

_ICON = 40
_TEXT_WIDTH = 420


class ErrorDialog(QDialog):
    """Shows an error; open it with :meth:`open`, which does not block.

    Parameters
    ----------
    error : SeisviewError
        Its message, hint and notes are shown.
    parent : QWidget, optional
    """

    def __init__(self, error: SeisviewError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_dialog")
        self.setAccessibleName("Error")
        self.setWindowTitle("seisview")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._all_text = "\n\n".join(part for part in (error.message, error.hint, details_of(error)) if part)
        self._message = _wrapped("error_message", error.message)
        font = self._message.font()
        font.setBold(True)
        self._message.setFont(font)
        self._hint = _wrapped("error_hint", error.hint)
        self._hint.setVisible(bool(error.hint))
        self._details = named(QPlainTextEdit(details_of(error)), "error_details", "Technical details")
        self._details.setReadOnly(True)
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setMinimumSize(560, 220)
        self._details.hide()
        self._arrange(bool(details_of(error)))

    def _arrange(self, has_details: bool) -> None:
        symbol = QLabel()
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        symbol.setPixmap(icon.pixmap(_ICON, _ICON))
        symbol.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.addWidget(self._message)
        words.addWidget(self._hint)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(symbol)
        row.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self._details, 1)
        column.addWidget(self._button_box(has_details))

    def _button_box(self, has_details: bool) -> QDialogButtonBox:
        box = QDialogButtonBox()
        fold = named(QPushButton("&Details"), "error_fold", "Show the technical details")
        fold.setCheckable(True)
        fold.setAutoDefault(False)
        fold.toggled.connect(self._show_details)
        copy = named(QPushButton("&Copy"), "error_copy", "Copy the message and the details for a report")
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._all_text))
        close = named(QPushButton("Close"), "error_close", "Close this message", "Close this message (Esc)")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        box.addButton(fold, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        fold.setVisible(has_details)
        return box

    def _show_details(self, shown: bool) -> None:
        self._details.setVisible(shown)
        self.adjustSize()


def _wrapped(name: str, text: str) -> QLabel:
    label = named(QLabel(text), name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumWidth(_TEXT_WIDTH)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
