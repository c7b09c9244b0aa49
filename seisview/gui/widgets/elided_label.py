"""A line of text that says so when it is cut off, and tells the rest on hover."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """As wide as there is room; a longer text ends in an ellipsis and is whole in the tool tip.

    While ``wordWrap`` is on, it takes the lines that it needs, as any label.

    Parameters
    ----------
    hover : str, optional
        The tool tip while there is no text.
    """

    def __init__(self, hover: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hover = hover
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def shown_text(self) -> str:
        """The text as it fits."""
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def setText(self, text: str) -> None:
        """Show another text, and all of it on hover."""
        super().setText(text)
        self.setToolTip(text or self._hover)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits, from the left."""
        if self.wordWrap():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(self.palette().color(group, self.foregroundRole()))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), left, self.shown_text)
