"""Changes of labels that can be undone, grouped as the user made them, and the signals they send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from psygnal import Signal

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.history import DEFAULT_HISTORY_BYTES, Edit, EditGroup, History
from seisview.labels.merging import merged
from seisview.labels.operations import ChangeScheme, Operation, WriteSamples
from seisview.labels.reading import ReadableLabels
from seisview.labels.state import LabelState


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
        self._check_writable()
        self.end_stroke()
        group = None if self._nesting else self._history.take_undo()
        if group is None:
            return ()
        return self._perform_all([edit.inverse for edit in reversed(group.edits)], group.revision_before)

    def redo(self) -> tuple[SectionKey, ...]:
        """Do again what was undone last; returns as :meth:`undo`."""
        self._check_writable()
        self.end_stroke()
        group = None if self._nesting else self._history.take_redo()
        if group is None:
            return ()
        return self._perform_all([edit.forward for edit in group.edits], group.revision_after)

    def _open_group(self) -> None:
        self._group = EditGroup(self.revision, self.revision)

    def _do(self, edit: Edit) -> None:
        assert self._group is not None, "an edit outside a group"
        # Names, colours and hold-outs make no result out of date, so only samples get a new identity.
        is_write = isinstance(edit.forward, WriteSamples)
        self._perform(edit.forward, self._state.next_revision() if is_write else self.revision)
        self._group.add(edit, self.revision)
        if len(self._group.edits) == 1:
            self.history_changed.emit()

    def _perform_all(self, operations: list[Operation], final_revision: int) -> tuple[SectionKey, ...]:
        for operation in operations[:-1]:
            self._perform(operation, self._state.next_revision())
        self._perform(operations[-1], final_revision)
        self.history_changed.emit()
        return tuple(dict.fromkeys(op.key for op in operations if isinstance(op, WriteSamples)))

    def _perform(self, operation: Operation, revision: int) -> None:
        self._state.perform(operation, revision)
        if isinstance(operation, WriteSamples):
            self.section_changed.emit(operation.key, operation.box)
        elif isinstance(operation, ChangeScheme):
            self.scheme_changed.emit()
        else:
            self.holdout_changed.emit()

    def _check_writable(self) -> None:
        if self.read_only:
            raise LabelError(
                "The project is open in another window or write-protected: it can only be looked at.",
                "Close it there or make its folder writable, then open it again.",
            )
