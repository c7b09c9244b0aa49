"""A line of a form with a place on disk, and the button that opens the dialog for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton

_BUTTON_WIDTH = 32


def add_browse_row(
    form: QFormLayout, text: str, field: QLineEdit, button: QPushButton, browse: Callable[[], object]
) -> None:
    """Add a field with its label and button; Enter in the field presses no button.

    Parameters
    ----------
    form : QFormLayout
    text : str
        The label; its letter leads to the field.
    field : QLineEdit
        Holds the path.
    button : QPushButton
        Beside the field.
    browse : callable
        What the button does.
    """
    button.setAutoDefault(False)
    button.setFixedWidth(_BUTTON_WIDTH)
    button.clicked.connect(lambda _on: browse())
    line, label = QHBoxLayout(), QLabel(text)
    line.addWidget(field, 1)
    line.addWidget(button)
    label.setBuddy(field)
    form.addRow(label, line)
