"""Undo and redo of many sections without holding the window up: some of them between its events."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.gui.status.notes import edit_note
from seisview.labels.store import LabelStore

_TURN_S = 0.03
Begin = Callable[[LabelStore], tuple[SectionKey, ...]]


class UndoStepper(QObject):
    """Carries out one undo or redo after the other; a stroke's worth is done at once.

    Parameters
    ----------
    show_note : callable
        Told how far a long one is.

    Signals
    -------
    begun(tuple of SectionKey)
        Sections that will change.
    ended()
        The step is complete.
    refused(LabelError)
    """

    begun = Signal(object)
    ended = Signal()
    refused = Signal(object)

    def __init__(self, show_note: Callable[[str], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show_note = show_note
        self._store: LabelStore | None = None
        self._waiting: deque[Begin] = deque()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._take_turn)

    def ask(self, store: LabelStore, begin: Begin) -> None:
        """Undo or redo a step, now or after those asked for before."""
        self._store = store
        self._waiting.append(begin)
        if not self._timer.isActive():
            self._take_turn()

    def finish(self) -> None:
        """Complete what is under way and forget what waits: the labels are closed."""
        self._timer.stop()
        self._waiting.clear()
        if self._store is not None:
            self._store.proceed()
            self._store = None

    def _take_turn(self) -> None:
        store = self._store
        if store is None or (store.moved is None and not self._begin(store)):
            return
        if store.proceed(_TURN_S):
            self.ended.emit()
        elif (moved := store.moved) is not None:
            self._show_note(edit_note(f"Undoing or redoing: {moved[0]} of {moved[1]} sections."))
        if self._waiting or store.moved is not None:
            self._timer.start()

    def _begin(self, store: LabelStore) -> bool:
        if not self._waiting:
            return False
        try:
            self.begun.emit(self._waiting.popleft()(store))
        except LabelError as error:
            self.refused.emit(error)
            return False
        return True
