"""Labels that say what changed, and refuse to change when they can only be looked at."""

from __future__ import annotations

from typing import ClassVar

from psygnal import Signal

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.operations import ChangeScheme, Operation, WriteSamples
from seisview.labels.reading import ReadableLabels
from seisview.labels.state import LabelState


class AnnouncedLabels(ReadableLabels):
    """Carries out operations on a :class:`LabelState` and announces them.

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

    def __init__(self, state: LabelState) -> None:
        super().__init__(state)
        self.read_only = False

    def _perform(self, operation: Operation, revision: int) -> None:
        self._state.perform(operation, revision)
        if isinstance(operation, WriteSamples):
            self.section_changed.emit(operation.key, operation.box)
        elif isinstance(operation, ChangeScheme):
            self.scheme_changed.emit()
        else:
            self.holdout_changed.emit()

    def _refuse_when_read_only(self) -> None:
        if self.read_only:
            raise LabelError(
                "The project is open in another window or write-protected: it can only be looked at.",
                "Close it there or make its folder writable, then open it again.",
            )
