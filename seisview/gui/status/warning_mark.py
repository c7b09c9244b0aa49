"""A mark in the status line that stays while the open survey has something wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle, QToolButton, QWidget

from seisview.gui.style import described


class WarningMark(QToolButton):
    """Says on hover what is wrong; hidden while nothing is. A click is for whoever wants to show more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        described(self, "status_warnings", "Warnings about the survey")
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning))
        self.hide()

    def set_warnings(self, warnings: Sequence[str]) -> None:
        """Show that there are these, or none."""
        n = len(warnings)
        self.setVisible(n > 0)
        self.setText("1 warning" if n == 1 else f"{n} warnings")
        told = "\n".join(warnings)
        self.setToolTip(f"{told}\nClick for all that is known of the survey (Ctrl+Shift+I)")
        self.setAccessibleDescription(told)
