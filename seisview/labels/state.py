"""Labels, classes and hold-outs as they stand, changed by operations only: what a journal can rebuild."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey, SurveyGeometry
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.facies import UNLABELLED, FaciesScheme
from seisview.labels.history import Edit
from seisview.labels.operations import (
    ChangeHoldout,
    ChangeScheme,
    Entry,
    Operation,
    WriteSamples,
    pack_mask,
    pack_values,
)
from seisview.labels.samples import SharedSamples
from seisview.labels.snapshot import LabelSnapshot, TiledSections
from seisview.labels.tiles import Labels


class LabelState:
    """The state behind a :class:`~seisview.labels.store.LabelStore`, without history and signals.

    Attributes
    ----------
    scheme : FaciesScheme
    holdout : frozenset of SectionKey
    samples : SharedSamples
    counts : ndarray of int64, shape (256,)
        Samples of the survey by label, each sample counted once; entry 0 is not used.
    sequence : int
        Number of operations performed since the labels began; the journal's clock.
    revision, last_revision : int
        Identity of the present labels, and the highest identity ever given out.
    record : callable or None
        Receives an :class:`Entry` for every operation performed, e.g. ``Journal.append``.
    """

    def __init__(self, geometry: SurveyGeometry, scheme: FaciesScheme) -> None:
        self.geometry = geometry
        self.scheme = scheme
        self.holdout: frozenset[SectionKey] = frozenset()
        self.samples = SharedSamples(geometry)
        self.counts = np.zeros(256, np.int64)
        self.sequence = 0
        self.revision = 0
        self.last_revision = 0
        self.record: Callable[[Entry], None] | None = None

    def next_revision(self) -> int:
        """Return an identity never used before."""
        self.last_revision += 1
        return self.last_revision

    def plan_write(
        self, key: SectionKey, box: Box, mask: npt.NDArray[np.bool_], values: Labels | int
    ) -> Edit | None:
        """Return the edit that gives samples new values, or None when they have them already.

        The box is cut down to the samples that change.
        """
        old = self.samples.read(key, box)
        values = np.broadcast_to(np.asarray(values, np.uint8), box.shape)
        changed = mask & (old != values)
        tight = Box.around(changed, box.row0, box.column0)
        if tight.is_empty:
            return None
        here = tight.slices_in(box)
        changed = changed[here]
        bits = pack_mask(changed)
        new_values, old_values = pack_values(values[here][changed]), pack_values(old[here][changed])
        was_stored = key in self.samples
        # Erasing needs no section of its own: what is erased lies on sections that are stored already.
        stored = was_stored or new_values != UNLABELLED
        return Edit(
            WriteSamples(key, tight, bits, new_values, stored),
            WriteSamples(key, tight, bits, old_values, was_stored),
        )

    def perform(self, operation: Operation, revision: int) -> None:
        """Carry out an operation and record it."""
        self._carry_out(operation)
        self.revision = revision
        self.last_revision = max(self.last_revision, revision)
        self.sequence += 1
        if self.record is not None:
            self.record(Entry(self.sequence, revision, operation))

    def replay(self, entry: Entry) -> None:
        """Carry out an entry read back from a journal.

        Raises
        ------
        LabelError
            If it is not the next entry or does not fit the survey. Nothing is changed then.
        """
        if entry.sequence != self.sequence + 1:
            raise LabelError(
                f"The label journal jumps from edit {self.sequence} to {entry.sequence}.",
                "Part of the journal is missing.",
            )
        self._carry_out(entry.operation)
        self.sequence = entry.sequence
        self.revision = entry.revision
        self.last_revision = max(self.last_revision, entry.revision)

    def restore_section(self, key: SectionKey, labels: Labels) -> None:
        """Put back a section read from a file; neither recorded nor counted as an operation.

        Raises
        ------
        LabelError
            If it does not fit the survey.
        """
        box = Box.whole((labels.shape[0], labels.shape[1]))
        check_box(self.geometry, key, box)
        old = self.samples.read(key)
        if labels.shape != old.shape:
            raise LabelError(f"Labels of shape {labels.shape} do not fit a section of {old.shape}.")
        self.samples.store(key)
        self.samples.write(key, box, old != labels, labels)
        self.counts += np.bincount(labels.ravel(), minlength=256) - np.bincount(old.ravel(), minlength=256)

    def snapshot(self) -> LabelSnapshot:
        """Freeze the labels as they are now; takes next to no time."""
        sections = TiledSections(self.samples.share())
        return LabelSnapshot(self.scheme, sections, self.revision, self.holdout)

    def _carry_out(self, operation: Operation) -> None:
        if isinstance(operation, WriteSamples):
            self._write(operation)
        elif isinstance(operation, ChangeScheme):
            self.scheme = operation.scheme
        elif isinstance(operation, ChangeHoldout):
            for key in operation.keys:
                check_box(self.geometry, key, Box(0, 1, 0, 1))
            self.holdout = operation.keys

    def _write(self, write: WriteSamples) -> None:
        check_box(self.geometry, write.key, write.box)
        mask = write.unpack_mask()
        values = write.unpack_values(mask)
        old = self.samples.read(write.key, write.box)[mask]
        new = np.broadcast_to(np.asarray(values, np.uint8), mask.shape)[mask]
        if write.stored:
            self.samples.store(write.key)
        self.samples.write(write.key, write.box, mask, values)
        if not write.stored:
            self.samples.forget(write.key)
        self.counts += np.bincount(new, minlength=256) - np.bincount(old, minlength=256)


def check_box(geometry: SurveyGeometry, key: SectionKey, box: Box) -> None:
    """Raise :class:`LabelError` unless `box` is a part of the section `key` of the survey."""
    inside = 0 <= key.index < geometry.count(key.axis)
    if not inside or not box.fits(geometry.section_shape(key.axis)):
        raise LabelError(
            f"The labels reach outside the survey ({key.axis} section at index {key.index}).",
            "They belong to a survey of another size.",
        )
