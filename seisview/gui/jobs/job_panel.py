"""The job strip above the pages of work: one place for what runs, and Esc in all of it stops it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from seisview.gui.jobs.job_strip import JobStrip


class JobPanel(QWidget):
    """Holds the strip and the pages.

    Parameters
    ----------
    strip : JobStrip
    pages : QWidget
        Keys that nothing in it takes arrive here; an editor or a popped-up list ends with its own Esc.
    """

    def __init__(self, strip: JobStrip, pages: QWidget) -> None:
        super().__init__()
        self.setObjectName("work_panel")
        self._strip = strip
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(strip)
        rows.addWidget(pages, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc stops what runs, wherever in the panel the focus is."""
        if event.key() == Qt.Key.Key_Escape and self._strip.request_cancel():
            return
        super().keyPressEvent(event)
