"""Puts a widget on screen for a test."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

Shown = TypeVar("Shown", bound=QWidget)


def shown_widget(qtbot: QtBot, widget: Shown, width: int, height: int) -> Shown:
    """Show a widget at a size, wait until it is there, and have it closed after the test."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    return widget
