"""Goes to a place and draws a box around it for a moment."""

from __future__ import annotations

from PySide6.QtCore import QObject

from seisview.data.geometry import SectionKey
from seisview.gui.dialogs.go_to import Target
from seisview.gui.view.view_controller import ViewController
from seisview.gui.view.view_state import ViewState
from seisview.labels.boxes import Box


class PlaceShower(QObject):
    """Shows one place after the other in the active view.

    Parameters
    ----------
    view : ViewController
    state : ViewState
    """

    def __init__(self, view: ViewController, state: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._state = state
        self._waiting: tuple[SectionKey, Box] | None = None
        view.section_shown.connect(self._on_shown)

    def show(self, key: SectionKey, box: Box) -> None:
        """Go to the section, and draw the box once it is on screen."""
        self._waiting = key, box
        self._state.set_key(key)
        if self._view.active.key == key:
            self._on_shown(key)

    def go_to(self, target: Target) -> None:
        """Go to a section, and bring the element to the middle that was named with it, if one was."""
        key = target.key
        if target.row is None and target.column is None:
            self._state.set_key(key)
            return
        rows, columns = self._view.shape_of(key)
        rows_there = (0, rows) if target.row is None else (target.row - 3, target.row + 4)
        columns_there = (0, columns) if target.column is None else (target.column - 3, target.column + 4)
        box = Box(
            max(rows_there[0], 0),
            min(rows_there[1], rows),
            max(columns_there[0], 0),
            min(columns_there[1], columns),
        )
        self.show(key, box)

    def _on_shown(self, key: SectionKey) -> None:
        if self._waiting is None:
            return
        wanted, box = self._waiting
        self._waiting = None
        if key == wanted:
            view = self._view.active
            rows, columns = self._view.shape_of(key)
            whole_height, whole_width = box.shape[0] == rows, box.shape[1] == columns
            view.center_on(
                None if whole_height else (box.row0 + box.row1 - 1) / 2,
                None if whole_width else (box.column0 + box.column1 - 1) / 2,
            )
            view.flash_box(box)
