"""A small palette of colours to pick from, with a way to any other colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QGridLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from seisview.gui.docks.naming import named

_COLUMNS = 4
_SIDE = 24


def swatch(color: str, size: int = 16) -> QIcon:
    """A square of that colour with a thin outline, sharp on HiDPI screens."""
    pixmap = QPixmap(2 * size, 2 * size)
    pixmap.fill(QColor(color))
    painter = QPainter(pixmap)
    painter.setPen(QColor(128, 128, 128))
    painter.drawRect(0, 0, 2 * size - 1, 2 * size - 1)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else a selected row would tint it
    return icon


class ColorPopup(QWidget):
    """Opens beside what is to be coloured, closes on a click elsewhere or Esc; never blocks the window.

    Parameters
    ----------
    colors : sequence of str
        ``"#rrggbb"``, told apart by colour-blind people too.

    Signals
    -------
    color_chosen(str)
        ``"#rrggbb"``.
    """

    color_chosen = Signal(str)

    def __init__(self, colors: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("color_popup")
        self.setAccessibleName("Colours")
        self._current = "#000000"
        self._any_color: QColorDialog | None = None
        grid = QGridLayout()
        grid.setSpacing(2)
        self._first: QToolButton | None = None
        for position, color in enumerate(colors):
            button = self._swatch_button(color, f"color_{position + 1}")
            self._first = self._first or button
            grid.addWidget(button, *divmod(position, _COLUMNS))
        other = named(QPushButton("Other colour …"), "color_other")
        other.setToolTip("Choose any colour")
        other.clicked.connect(self._open_any_color)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addLayout(grid)
        column.addWidget(other)

    def _swatch_button(self, color: str, name: str) -> QToolButton:
        button = named(QToolButton(), name)
        button.setIcon(swatch(color, _SIDE))
        button.setIconSize(QSize(_SIDE, _SIDE))
        button.setAutoRaise(True)
        button.setAccessibleName(f"Colour {color}")
        button.setToolTip(f"{color} (Space)")
        button.clicked.connect(lambda: self._choose(color))
        return button

    def open_at(self, corner: QPoint, current: str) -> None:
        """Open with the upper left corner at a point of the screen; `current` is the colour now."""
        self._current = current
        self.adjustSize()
        self.move(corner)
        self.show()
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _choose(self, color: str) -> None:
        self.hide()
        self.color_chosen.emit(color)

    def _open_any_color(self) -> None:
        self.hide()
        if self._any_color is None:
            self._any_color = QColorDialog(self.parentWidget())
            self._any_color.setObjectName("color_dialog")
            self._any_color.colorSelected.connect(lambda color: self.color_chosen.emit(color.name()))
        self._any_color.setCurrentColor(QColor(self._current))
        self._any_color.open()
