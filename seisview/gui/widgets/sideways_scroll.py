"""A frame that scrolls its content sideways where the window is too narrow for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST_WIDTH = 320


class SidewaysScroll(QScrollArea):
    """As high as its content, at least; as narrow as need be.

    Parameters
    ----------
    content : QWidget
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content
        self.setWidget(content)
        content.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        """The height of the content, with the bar where there is one."""
        least = self._content.minimumSizeHint()
        bar = self.horizontalScrollBar().sizeHint().height() if least.width() > self.width() else 0
        return QSize(min(_LEAST_WIDTH, least.width()), least.height() + bar)

    def sizeHint(self) -> QSize:
        """That of the content."""
        return self._content.sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the content when it needs more or less room."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self._content:
            self.updateGeometry()
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bar comes or goes."""
        super().resizeEvent(event)
        self._fit()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _fit(self) -> None:
        # setWidgetResizable() would give it the height that its wrapped texts would like
        least, room = self._content.minimumSizeHint(), self.viewport().size()
        self._content.resize(max(least.width(), room.width()), max(least.height(), room.height()))
