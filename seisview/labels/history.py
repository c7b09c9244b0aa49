"""Undo and redo: what was done, grouped as the user did it, within a bound of memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from seisview.labels.operations import Operation

DEFAULT_HISTORY_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Edit:
    """One change and the change that takes it back."""

    forward: Operation
    inverse: Operation

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.forward.nbytes + self.inverse.nbytes


@dataclass(slots=True)
class EditGroup:
    """The edits of one stroke or command, undone and redone together.

    Attributes
    ----------
    revision_before, revision_after : int
        Revision of the labels before the first and after the last edit.
    """

    revision_before: int
    revision_after: int
    edits: list[Edit] = field(default_factory=list)
    nbytes: int = 0

    def add(self, edit: Edit, revision_after: int) -> None:
        """Append an edit."""
        self.edits.append(edit)
        self.revision_after = revision_after
        self.nbytes += edit.nbytes


class History:
    """Two stacks of edit groups; the oldest are dropped when they hold more than `max_bytes`.

    The latest group is kept whatever its size: the last thing done can always be undone.
    """

    def __init__(self, max_bytes: int = DEFAULT_HISTORY_BYTES) -> None:
        self._max_bytes = max_bytes
        self._done: deque[EditGroup] = deque()
        self._undone: list[EditGroup] = []
        self._nbytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes held by both stacks."""
        return self._nbytes

    @property
    def depth(self) -> int:
        """How many groups can be undone."""
        return len(self._done)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return bool(self._undone)

    def push(self, group: EditGroup) -> None:
        """Remember a finished group; what was undone before it can no longer be redone."""
        self._nbytes += group.nbytes - sum(undone.nbytes for undone in self._undone)
        self._undone.clear()
        self._done.append(group)
        while self._nbytes > self._max_bytes and len(self._done) > 1:
            self._nbytes -= self._done.popleft().nbytes

    def latest(self, max_bytes: int) -> tuple[EditGroup, ...]:
        """Return the latest groups that can be undone, oldest first, as many as hold no more than that."""
        found: list[EditGroup] = []
        for group in reversed(self._done):
            max_bytes -= group.nbytes
            if max_bytes < 0:
                break
            found.append(group)
        return tuple(reversed(found))

    def take_undo(self) -> EditGroup | None:
        """Move the latest group to the redo stack and return it; None when there is none."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def take_redo(self) -> EditGroup | None:
        """Move the latest undone group back and return it; None when there is none."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]
