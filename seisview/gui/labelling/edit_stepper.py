"""Changes of labels on many sections without holding the window up: some of them between its events."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.gui.status.notes import edit_note
from seisview.labels.store import LabelStore

_TURN_S = 0.03
Begin = Callable[[LabelStore], tuple[SectionKey, ...] | None]


@dataclass(frozen=True, slots=True)
class SteppedEdit:
    """A change that :meth:`LabelStore.proceed` carries out.

    Attributes
    ----------
    begin : callable
        Begins it; returns the sections to go to, or None.
    doing : str
        What is being done, for the note of how far it is.
    done : callable
        Called when it is complete, unless the labels were changed otherwise in its middle.
    """

    begin: Begin
    doing: str = "Undoing or redoing"
    done: Callable[[], object] = lambda: None


class EditStepper(QObject):
    """Carries out one undo, redo, merge or removal after the other; a stroke's worth is done at once.

    Parameters
    ----------
    show_note : callable
        Told how far a long one is.

    Signals
    -------
    begun(tuple of SectionKey)
        Sections that will change, to go to one of them.
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
        self._waiting: deque[SteppedEdit] = deque()
        self._current: SteppedEdit | None = None
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._take_turn)

    def ask(self, store: LabelStore, edit: SteppedEdit) -> None:
        """Carry out a step, now or after those asked for before."""
        self._store = store
        self._waiting.append(edit)
        if not self._timer.isActive():
            self._take_turn()

    def finish(self) -> None:
        """Complete what is under way and forget what waits: the labels are closed."""
        self._timer.stop()
        self._waiting.clear()
        self._current = None
        if self._store is not None:
            self._store.proceed()
            self._store = None

    def _take_turn(self) -> None:
        store = self._store
        if store is None:
            return
        if self._current is None:
            self._begin(store)
        elif store.moved is None:  # painting or saving completed it
            self._current = None
            self.ended.emit()
        if self._current is not None:
            self._proceed(store, self._current)
        if self._waiting or self._current is not None:
            self._timer.start()

    def _begin(self, store: LabelStore) -> None:
        if not self._waiting:
            return
        edit = self._waiting.popleft()
        try:
            self.begun.emit(edit.begin(store) or ())
        except LabelError as error:
            self.refused.emit(error)
        else:
            self._current = edit

    def _proceed(self, store: LabelStore, edit: SteppedEdit) -> None:
        if store.proceed(_TURN_S):
            self._current = None
            self.ended.emit()
            edit.done()
        elif (moved := store.moved) is not None:
            self._show_note(edit_note(f"{edit.doing}: {moved[0]} of {moved[1]} sections."))
