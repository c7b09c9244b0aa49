"""Buttons and texts of the training page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolButton

from seisview.gui.docks.naming import named

FOLD_HOVER = {
    False: "Show the settings of training: budget, starting weights, network, device and seed (Space)",
    True: "Show the models of this project (Space)",
}


def page_button(name: str, text: str, hover: str) -> QPushButton:
    """A button that is known as what it does with the model."""
    button = named(QPushButton(text), name)
    button.setAccessibleName("Train" if name == "train_start" else f"{text} the model")
    button.setToolTip(hover)
    return button


def page_text(name: str) -> QLabel:
    """Plain words over several lines, to be copied with the mouse."""
    label = named(QLabel(), name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def fold_button() -> QToolButton:
    """What turns from the models to the settings and back."""
    button = named(QToolButton(), "train_settings_fold", "Settings of training", FOLD_HOVER[False])
    button.setText("Settings")
    button.setCheckable(True)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return button
