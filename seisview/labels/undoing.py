"""Changes of labels that can be undone, grouped as the user made them."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from seisview.data.geometry import SectionKey
from seisview.labels.announcing import AnnouncedLabels
from seisview.labels.history import DEFAULT_HISTORY_BYTES, Edit, EditGroup, History
from seisview.labels.merging import merged
from seisview.labels.operations import Operation, WriteSamples
from seisview.labels.snapshot import LabelSnapshot
from seisview.labels.state import LabelState


@dataclass(slots=True)
class _Move:
    """What is still to be done of a change of many sections.

    Its edits are remembered in `group`; an undo or redo has none.
    """

    steps: deque[Callable[[], None]]
    total: int
    group: EditGroup | None = None


class UndoableLabels(AnnouncedLabels):
    """Carries out edits on a :class:`LabelState`, remembers them and announces them.

    Parameters
    ----------
    state : LabelState
    history_bytes : int
        Memory for undo; the oldest steps go first.

    What it announces: see :class:`~seisview.labels.announcing.AnnouncedLabels`.
    """

    def __init__(self, state: LabelState, history_bytes: int = DEFAULT_HISTORY_BYTES) -> None:
        super().__init__(state)
        self._history = History(history_bytes)
        self._group: EditGroup | None = None
        self._stroke_key: SectionKey | None = None
        self._nesting = 0
        self._move: _Move | None = None

    @property
    def can_undo(self) -> bool:
        """Whether :meth:`undo` would change something."""
        return self._history.can_undo or self._has_open_edits()

    @property
    def can_redo(self) -> bool:
        """Whether :meth:`redo` would change something."""
        return self._history.can_redo and not self._has_open_edits()

    @property
    def history_nbytes(self) -> int:
        """Bytes held for undo and redo."""
        return self._history.nbytes

    def latest_steps(self, max_bytes: int) -> tuple[EditGroup, ...]:
        """Return the latest steps that can be undone, oldest first; those that hold no more than that."""
        self.proceed()
        self.end_stroke()
        return self._history.latest(max_bytes)

    def recall(self, steps: Iterable[EditGroup]) -> None:
        """Be able to undo steps, oldest first, that led to these labels in another session."""
        for group in steps:
            self._history.push(group)
        self.history_changed.emit()

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
        """How many sections of how many a change under way has done; None when none is."""
        return None if self._move is None else (self._move.total - len(self._move.steps), self._move.total)

    def proceed(self, seconds: float = math.inf) -> bool:
        """Go on with a change under way for about so long, one section at least; True when there is none."""
        end = time.perf_counter() + seconds
        while (move := self._move) is not None:
            step = move.steps.popleft()
            if not move.steps:
                self._move = None  # before anybody is told: who listens may change the labels
            with self._part_of(move.group):
                step()
            if self._move is None:
                self.history_changed.emit()
            elif time.perf_counter() >= end:
                return False
        return True

    def snapshot(self) -> LabelSnapshot:
        """Freeze the labels for a job, never in the middle of an undo or of another change."""
        self.proceed()
        return super().snapshot()

    def _begin_move(self, operations: Iterable[Operation], revision: int) -> tuple[SectionKey, ...]:
        *first, last = operations
        steps = [partial(self._perform_new, operation) for operation in first]
        self._move = _Move(deque([*steps, partial(self._perform, last, revision)]), len(steps) + 1)
        return tuple(dict.fromkeys(op.key for op in (*first, last) if isinstance(op, WriteSamples)))

    def _begin_steps(self, steps: Sequence[Callable[[], None]]) -> None:
        """Do many things bit by bit that are undone together: nothing changes before :meth:`proceed`.

        Inside :meth:`grouped` they are done at once, as a part of that step.
        """
        self.end_stroke()
        group = self._group if self._nesting else EditGroup(self.revision, self.revision)
        self._move = _Move(deque(steps), len(steps), group)
        if self._nesting:
            self.proceed()

    @contextmanager
    def _part_of(self, group: EditGroup | None) -> Iterator[None]:
        """Add what is done inside to a group, and remember the group with the last step of its change."""
        if group is None:
            yield
            return
        self._group = group
        self._nesting += 1
        try:
            yield
        finally:
            self._nesting -= 1
            if self._nesting == 0 and self._move is None:
                self.end_stroke()
            elif self._nesting == 0:
                self._group = None

    def _has_open_edits(self) -> bool:
        group = self._group if self._move is None else self._move.group
        return bool(group and group.edits)

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

    def _perform_new(self, operation: Operation) -> None:
        self._perform(operation, self._state.next_revision())

    def _begin_change(self) -> None:
        """Finish what is under way, and refuse a change of labels that can only be looked at."""
        self.proceed()
        self._refuse_when_read_only()
