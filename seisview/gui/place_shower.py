"""Goes to a place and draws a box around it for a moment."""

from __future__ import annotations

from PySide6.QtCore import QObject

from seisview.data.geometry import SectionKey
from seisview.gui.view_controller import ViewController
from seisview.gui.view_state import ViewState
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

    def _on_shown(self, key: SectionKey) -> None:
        if self._waiting is None:
            return
        wanted, box = self._waiting
        self._waiting = None
        if key == wanted:
            self._view.active.flash_box(box)
