"""Changes of labels that can be undone, grouped as the user made them, and the signals they send."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from psygnal import Signal

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.history import DEFAULT_HISTORY_BYTES, Edit, EditGroup, History
from seisview.labels.merging import merged
from seisview.labels.operations import ChangeScheme, Operation, WriteSamples
from seisview.labels.reading import ReadableLabels
from seisview.labels.snapshot import LabelSnapshot
from seisview.labels.state import LabelState


@dataclass(slots=True)
class _Move:
    """Operations of an undo or redo that are still to be carried out, and where they lead."""

    operations: deque[Operation]
    revision: int
    total: int


class UndoableLabels(ReadableLabels):
    """Carries out edits on a :class:`LabelState`, remembers them and announces them.

    Parameters
    ----------
    state : LabelState
    history_bytes : int
        Memory for undo; the oldest steps go first.

    Attributes
    ----------
    section_changed : Signal(SectionKey, Box)
        Samples inside the box changed. Sections that cross it there changed too, on the line that
        :func:`seisview.labels.boxes.crossing` gives, and are not announced one by one.
    scheme_changed : Signal()
        A class was added, renamed, recoloured or removed.
    history_changed : Signal()
        What can be undone or redone changed.
    holdout_changed : Signal()
        The held-out sections changed.
    read_only : bool
        Whether changes are refused, because another window has the project.
    """

    section_changed: ClassVar[Signal] = Signal(SectionKey, Box)
    scheme_changed: ClassVar[Signal] = Signal()
    history_changed: ClassVar[Signal] = Signal()
    holdout_changed: ClassVar[Signal] = Signal()

    def __init__(self, state: LabelState, history_bytes: int = DEFAULT_HISTORY_BYTES) -> None:
        super().__init__(state)
        self._history = History(history_bytes)
        self._group: EditGroup | None = None
        self._stroke_key: SectionKey | None = None
        self._nesting = 0
        self._move: _Move | None = None
        self.read_only = False

    @property
    def can_undo(self) -> bool:
        """Whether :meth:`undo` would change something."""
        return self._history.can_undo or bool(self._group and self._group.edits)

    @property
    def can_redo(self) -> bool:
        """Whether :meth:`redo` would change something."""
        return self._history.can_redo and not (self._group and self._group.edits)

    @property
    def history_nbytes(self) -> int:
        """Bytes held for undo and redo."""
        return self._history.nbytes

    def begin_stroke(self) -> None:
        """Undo what follows in one step, until :meth:`end_stroke`; a stroke still open is closed first.

        Inside :meth:`grouped` it is part of that step.
        """
        if self._nesting == 0:
            self.end_stroke()
            self._open_group()

    def end_stroke(self) -> None:
        """Close the stroke; without one open does nothing, so call it whenever a stroke may be cut short."""
        if self._group is not None and self._nesting == 0:
            group, self._group, self._stroke_key = self._group, None, None
            if group.edits:
                self._history.push(merged(group))
                self.history_changed.emit()

    @contextmanager
    def grouped(self) -> Iterator[None]:
        """Undo everything done inside, on any number of sections, in one step."""
        if self._nesting == 0:
            self.begin_stroke()
        self._nesting += 1
        try:
            yield
        finally:
            self._nesting -= 1
            if self._nesting == 0:
                self.end_stroke()

    def undo(self) -> tuple[SectionKey, ...]:
        """Take back the latest step, closing a stroke that is open.

        Returns
        -------
        tuple of SectionKey
            Sections it was painted on; empty when there was nothing to undo or only classes changed.
        """
        keys = self.begin_undo()
        self.proceed()
        return keys

    def redo(self) -> tuple[SectionKey, ...]:
        """Do again what was undone last; returns as :meth:`undo`."""
        keys = self.begin_redo()
        self.proceed()
        return keys

    def begin_undo(self) -> tuple[SectionKey, ...]:
        """Take the latest step back bit by bit: nothing changes before :meth:`proceed`.

        It stays one step, and whatever else changes the labels or takes a snapshot of them finishes it first.
        Returns as :meth:`undo`.
        """
        self._begin_change()
        self.end_stroke()
        group = None if self._nesting else self._history.take_undo()
        if group is None:
            return ()
        return self._begin_move((edit.inverse for edit in reversed(group.edits)), group.revision_before)

    def begin_redo(self) -> tuple[SectionKey, ...]:
        """Do the step undone last again bit by bit, as :meth:`begin_undo`."""
        self._begin_change()
        self.end_stroke()
        group = None if self._nesting else self._history.take_redo()
        if group is None:
            return ()
        return self._begin_move((edit.forward for edit in group.edits), group.revision_after)

    @property
    def moved(self) -> tuple[int, int] | None:
        """How many sections of how many an undo or redo under way has done; None when none is."""
        return (
            None if self._move is None else (self._move.total - len(self._move.operations), self._move.total)
        )

    def proceed(self, seconds: float = math.inf) -> bool:
        """Go on with an undo or redo for about so long, one section at least; True when none is under way."""
        end = time.perf_counter() + seconds
        while (move := self._move) is not None:
            operation = move.operations.popleft()
            if not move.operations:
                self._move = None  # before anybody is told: who listens may change the labels
            self._perform(operation, self._state.next_revision() if move.operations else move.revision)
            if self._move is None:
                self.history_changed.emit()
            elif time.perf_counter() >= end:
                return False
        return True

    def snapshot(self) -> LabelSnapshot:
        """Freeze the labels for a job, never in the middle of an undo."""
        self.proceed()
        return super().snapshot()

    def _begin_move(self, operations: Iterable[Operation], revision: int) -> tuple[SectionKey, ...]:
        waiting = deque(operations)
        self._move = _Move(waiting, revision, len(waiting))
        return tuple(dict.fromkeys(op.key for op in waiting if isinstance(op, WriteSamples)))

    def _open_group(self) -> None:
        self.proceed()
        self._group = EditGroup(self.revision, self.revision)

    def _do(self, edit: Edit) -> None:
        assert self._group is not None, "an edit outside a group"
        # Names, colours and hold-outs make no result out of date, so only samples get a new identity.
        is_write = isinstance(edit.forward, WriteSamples)
        self._perform(edit.forward, self._state.next_revision() if is_write else self.revision)
        self._group.add(edit, self.revision)
        if len(self._group.edits) == 1:
            self.history_changed.emit()

    def _perform(self, operation: Operation, revision: int) -> None:
        self._state.perform(operation, revision)
        if isinstance(operation, WriteSamples):
            self.section_changed.emit(operation.key, operation.box)
        elif isinstance(operation, ChangeScheme):
            self.scheme_changed.emit()
        else:
            self.holdout_changed.emit()

    def _begin_change(self) -> None:
        """Finish what is under way, and refuse a change of labels that can only be looked at."""
        self.proceed()
        if self.read_only:
            raise LabelError(
                "The project is open in another window or write-protected: it can only be looked at.",
                "Close it there or make its folder writable, then open it again.",
            )
