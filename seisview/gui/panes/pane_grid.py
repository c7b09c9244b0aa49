"""One, two or four panes with dividers that the user can drag."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from seisview.gui.panes.pane import Pane

COUNTS = (1, 2, 4)
_PANE_WITH_BAR = MappingProxyType({1: 0, 2: 0, 4: 1})


class PaneGrid(QWidget):
    """Panes in reading order: 1 and 2 above, 3 and 4 below. The first is always there.

    Signals
    -------
    pane_added(Pane)
        A pane was made, because it is shown for the first time.
    """

    pane_added = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane_grid")
        self._rows = [QSplitter(Qt.Orientation.Horizontal) for _ in range(2)]
        self._outer = QSplitter(Qt.Orientation.Vertical)
        for splitter in (*self._rows, self._outer):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(4)
        for row in self._rows:
            self._outer.addWidget(row)
        self._panes: list[Pane] = []
        self._count = 1
        self._add()
        self._active = self._panes[0]
        self._rows[1].hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._outer)
        self.setFocusProxy(self._panes[0].section_view)

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The panes on screen."""
        return tuple(self._panes[: self._count])

    @property
    def all_panes(self) -> tuple[Pane, ...]:
        """The panes on screen and those hidden since."""
        return tuple(self._panes)

    @property
    def count(self) -> int:
        """How many panes are on screen."""
        return self._count

    @property
    def active(self) -> Pane:
        """The pane that has the tools and keys."""
        return self._active

    def set_count(self, count: int) -> None:
        """Show one, two or four panes of equal size; ValueError on another number."""
        if count not in COUNTS:
            raise ValueError(f"there are 1, 2 or 4 panes, not {count}")
        while len(self._panes) < count:
            self._add()
            self.pane_added.emit(self._panes[-1])
        self._count = count
        for index, pane in enumerate(self._panes):
            pane.setVisible(index < count)
            pane.set_alone(count == 1)
        self._rows[1].setVisible(count > 2)
        for splitter in (*self._rows, self._outer):
            splitter.setSizes([1000] * splitter.count())

    def place_color_bar(self) -> None:
        """Show one colour bar, for all panes have the same colours: in the pane that has room for it."""
        with_bar = self._panes[_PANE_WITH_BAR[self._count]]
        if with_bar.kind.axis is None:
            with_bar = self._panes[0]  # always a section
        for pane in self._panes:
            pane.section_view.set_color_bar_wanted(pane is with_bar)
            pane.line_view.set_color_bar_wanted(False)

    def set_active(self, active: Pane) -> None:
        """Mark the pane that has the tools and keys."""
        self._active = active
        for pane in self._panes:
            pane.set_active(pane is active)
        self.setFocusProxy(active.section_view)

    def _add(self) -> None:
        pane = Pane(len(self._panes) + 1)
        self._rows[len(self._panes) // 2].addWidget(pane)
        self._panes.append(pane)
