"""Makes labels of clusters all over the survey: found in a thread, written between the window's events."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from PySide6.QtCore import QObject

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.status.notes import edit_note, refusal
from seisview.labels.edits import SectionEdit
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore
from seisview.progress import Progress
from seisview.workflows.clustering.labels import MaskOf, cluster_edits

_WAITING = 2  # sections found and not yet written: what is in memory at once
_LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class SendOrder:
    """What is sent where.

    Attributes
    ----------
    store : LabelStore
    keys : list of SectionKey
    class_id : int
    mask_of : callable
        Gives the samples of a section; called in a thread.
    holdout : frozenset of SectionKey
        Sections that take no labels.
    what : str
        The sections in words, e.g. ``"every 20th inline"``.
    """

    store: LabelStore
    keys: list[SectionKey]
    class_id: int
    mask_of: Callable[[], MaskOf]
    holdout: frozenset[SectionKey]
    what: str


class SurveySender(QObject):
    """Runs one order at a time as the job of the window; it is one step to undo.

    Parameters
    ----------
    jobs : JobRunner
    labels : LabelController
    show_note, show_error : callable
    """

    def __init__(
        self,
        jobs: JobRunner,
        labels: LabelController,
        show_note: Callable[[str], object],
        show_error: Callable[[SeisviewError], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._labels = jobs, labels
        self._show_note, self._show_error = show_note, show_error
        self._order: SendOrder | None = None
        self._step: AbstractContextManager[None] | None = None
        self._before = 0

    def start(self, order: SendOrder) -> None:
        """Begin; a note says so when another job runs."""
        room = threading.Semaphore(_WAITING)
        started = self._jobs.start(
            "Making labels of clusters",
            lambda progress: _find(order, progress, room),
            on_result=lambda _none: self._end(order, "Ctrl+Z takes them back."),
            on_event=lambda edit: self._write(order, edit, room),
            on_failure=lambda error: self._fail(order, error),
            on_cancelled=lambda: self._end(order, "stopped before the rest; Ctrl+Z takes them back."),
        )
        if started:
            self._order = order
            self._before = order.store.provenance_counts()[Provenance.ACCEPTED]
            self._step = order.store.grouped()
            self._step.__enter__()

    def leave(self) -> None:
        """Another project is opened: what was written is complete, the rest is dropped."""
        self._close_step()
        self._order = None

    def _write(self, order: SendOrder, edit: SectionEdit, room: threading.Semaphore) -> None:
        room.release()
        if order is not self._order:
            return
        store = order.store
        if order.class_id in store.scheme and not store.read_only:
            store.write(edit.key, edit.box, edit.mask, edit.values, Provenance.ACCEPTED)

    def _end(self, order: SendOrder, rest: str) -> None:
        if order is not self._order:
            return
        self.leave()
        written = order.store.provenance_counts()[Provenance.ACCEPTED] - self._before
        name = order.store.scheme.name_of(order.class_id)
        self._labels.announce()
        if written:
            self._show_note(edit_note(f"{written:,} samples on {order.what} are {name} now; {rest}"))
        else:
            nothing = f"Nothing to add to {name} on {order.what}; what was painted by hand stays."
            self._show_note(refusal(nothing))

    def _fail(self, order: SendOrder, error: SeisviewError) -> None:
        self._end(order, "the rest failed; Ctrl+Z takes them back.")
        self._show_error(error)

    def _close_step(self) -> None:
        if self._step is not None:
            self._step.__exit__(None, None, None)
            self._step = None


def _find(order: SendOrder, progress: Progress, room: threading.Semaphore) -> None:
    """Find section after section, never more than two ahead of the window."""
    mask_of = order.mask_of()
    keys = progress.track(order.keys, f"Making labels on {order.what}")
    for edit in cluster_edits(mask_of, keys, order.class_id, order.holdout):
        while not room.acquire(timeout=_LOOK_EVERY_S):
            progress.check()
        progress.emit(edit)
