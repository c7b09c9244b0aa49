"""What the training page says of the instant preview beside a network, and the way back to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from seisview.gui.docks.naming import named
from seisview.gui.docks.train_widgets import page_text

PREVIEW_NAME = "preview"
"""What the list of models calls the instant preview."""

_HOVER = "Show the preview instead of the network's facies, which stay in the list of models (Space)"


class PreviewOffer(QWidget):
    """One sentence and a button; takes no room while there is nothing to say.

    Signals
    -------
    show_requested(str)
        The user wants to see the preview; carries :data:`PREVIEW_NAME`.
    """

    show_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = page_text("train_beside_preview")
        self._show = named(QPushButton("Show preview"), "train_show_preview", "Show the preview", _HOVER)
        self._show.clicked.connect(lambda: self.show_requested.emit(PREVIEW_NAME))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(self._show, 0, Qt.AlignmentFlag.AlignBottom)
        self.say("")
        self.offer(False)

    def say(self, text: str, details: str = "") -> None:
        """Say it, with `details` on hover; an empty text hides all."""
        self._text.setText(text)
        self._text.setToolTip(details)
        self.setVisible(bool(text))

    def offer(self, offered: bool) -> None:
        """Show the button, or hide it while there is no preview or it is shown already."""
        self._show.setVisible(offered)
