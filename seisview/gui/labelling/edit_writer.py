"""Writes many sections of labels without holding the window up: one after the other, between its events."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from PySide6.QtCore import QObject, QTimer

from seisview.errors import LabelError
from seisview.labels.edits import SectionEdit, writing_edits
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore


class EditWriter(QObject):
    """Writes one set of edits at a time; it is one step to undo.

    Parameters
    ----------
    show_note : callable
        Told how far it is.
    """

    def __init__(self, show_note: Callable[[str], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show_note = show_note
        self._writing: Generator[int, None, None] | None = None
        self._total = 0
        self._kind = ""
        self._ended: Callable[[LabelError | None], object] = lambda _error: None
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._write_next)

    @property
    def is_busy(self) -> bool:
        """Whether edits are being written."""
        return self._writing is not None

    def start(
        self,
        store: LabelStore,
        edits: Sequence[SectionEdit],
        provenance: Provenance,
        ended: Callable[[LabelError | None], object],
    ) -> None:
        """Write these edits; then `ended` is called, with the error that stopped it if there was one."""
        self.run(writing_edits(store, edits, provenance), len(edits), "interpolated", ended)

    def run(
        self,
        writing: Generator[int, None, None],
        total: int,
        kind: str,
        ended: Callable[[LabelError | None], object],
    ) -> None:
        """Go through what writes `total` sections of labels of this kind, as :meth:`start` does."""
        self.stop()
        self._writing, self._total, self._kind, self._ended = writing, total, kind, ended
        self._timer.start()

    def stop(self) -> None:
        """Leave the rest unwritten, without calling anybody; what was written can be undone."""
        self._timer.stop()
        if self._writing is not None:
            self._writing.close()
            self._writing = None

    def _write_next(self) -> None:
        if self._writing is None:
            return
        error: LabelError | None = None
        try:
            done = next(self._writing, None)
        except LabelError as refused:
            done, error = None, refused
        if done is None:
            self._writing = None
            self._ended(error)
            return
        self._show_note(f"Writing {self._kind} labels: {done} of {self._total} sections.")
        self._timer.start()
