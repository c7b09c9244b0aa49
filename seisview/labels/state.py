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
from seisview.labels.provenance import (
    ORIGINS,
    Provenance,
    TiledProvenance,
    may_change,
    origin_of,
    provenance_of,
)
from seisview.labels.samples import SharedSamples
from seisview.labels.snapshot import LabelSnapshot, TiledSections
from seisview.labels.tiles import Labels

_ORIGIN_BYTES = 8 * 2**20
_NO_ORIGINS = np.setdiff1d(np.arange(256), ORIGINS)


class LabelState:
    """The state behind a :class:`~seisview.labels.store.LabelStore`, without history and signals.

    Attributes
    ----------
    scheme : FaciesScheme
    holdout : frozenset of SectionKey
    samples : SharedSamples
    origins : SharedSamples
        Where samples come from, 0 for painted by hand and for unlabelled; never without a label.
    derived : set of SectionKey
        Stored sections that nothing but interpolation was written to.
    counts : ndarray of int64, shape (256,)
        Samples of the survey by label, each sample counted once; entry 0 is not used.
    provenance_counts : ndarray of int64, shape (4,)
        The same by :class:`~seisview.labels.provenance.Provenance`.
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
        self.origins = SharedSamples(geometry, _ORIGIN_BYTES)
        self.derived: set[SectionKey] = set()
        self.counts = np.zeros(256, np.int64)
        self.provenance_counts = np.zeros(len(Provenance), np.int64)
        self.sequence = 0
        self.revision = 0
        self.last_revision = 0
        self.record: Callable[[Entry], None] | None = None

    def next_revision(self) -> int:
        """Return an identity never used before."""
        self.last_revision += 1
        return self.last_revision

    def plan_write(
        self,
        key: SectionKey,
        box: Box,
        mask: npt.NDArray[np.bool_],
        values: Labels | int,
        provenance: Provenance = Provenance.HAND,
    ) -> Edit | None:
        """Return the edit that gives samples new values, or None when nothing changes.

        The box is cut down to the samples that change. What must not be overwritten by labels of this
        provenance is left out.
        """
        old, old_origins = self.samples.read(key, box), self.origins.read(key, box)
        values = np.broadcast_to(np.asarray(values, np.uint8), box.shape)
        origins = np.where(values != UNLABELLED, np.uint8(origin_of(provenance)), np.uint8(0))
        changed = mask & ((old != values) | (old_origins != origins))
        if provenance is not Provenance.HAND:
            changed &= may_change(old, old_origins, provenance)
        tight = Box.around(changed, box.row0, box.column0)
        if tight.is_empty:
            return None
        here = tight.slices_in(box)
        changed = changed[here]
        bits = pack_mask(changed)
        new_values, new_origins = (pack_values(part[here][changed]) for part in (values, origins))
        old_values, old_origin = (pack_values(part[here][changed]) for part in (old, old_origins))
        was_stored, was_derived = key in self.samples, key in self.derived
        # Erasing needs no section of its own: what is erased lies on sections that are stored already.
        labels_something = new_values != UNLABELLED
        derived = (
            (was_derived or not was_stored)
            if provenance is Provenance.INTERPOLATED
            else (was_derived and not labels_something)
        )
        stored = was_stored or labels_something
        return Edit(
            WriteSamples(key, tight, bits, new_values, stored, new_origins, derived and stored),
            WriteSamples(key, tight, bits, old_values, was_stored, old_origin, was_derived),
        )

    def plan_relabel(self, key: SectionKey, old_id: int, new_id: int) -> Edit | None:
        """Return the edit that gives all samples of one class on a stored section to another, or None.

        Where the samples come from stays as it is: who painted them does not change by it.
        """
        labels = self.samples.read(key)
        tight = Box.around(labels == old_id)
        if tight.is_empty:
            return None
        mask = labels[tight.slices] == old_id
        bits = pack_mask(mask)
        origins = pack_values(self.origins.read(key, tight)[mask])
        derived = key in self.derived
        return Edit(
            WriteSamples(key, tight, bits, new_id, True, origins, derived),
            WriteSamples(key, tight, bits, old_id, True, origins, derived),
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
        origins = self.origins.read(key)
        self.samples.store(key)
        self.samples.write(key, box, old != labels, labels)
        self._count(old, origins, -1)
        self._count(labels, origins, 1)

    def restore_origins(self, key: SectionKey, origins: Labels) -> None:
        """Put back where the samples of a section come from, after all labels were put back.

        Raises
        ------
        LabelError
            If they do not fit the labels.
        """
        labels = self.samples.read(key)
        if origins.shape != labels.shape or not _are_origins(origins) or (origins[labels == 0] != 0).any():
            raise LabelError(f"The provenance of the {key.axis} section {key.index} does not fit its labels.")
        self._count(labels, self.origins.read(key), -1)
        self.origins.store(key)
        self.origins.write(key, Box.whole(labels.shape), np.ones(labels.shape, np.bool_), origins)
        self._count(labels, origins, 1)

    def snapshot(self) -> LabelSnapshot:
        """Freeze the labels as they are now; takes next to no time."""
        sections = TiledSections(self.samples.share())
        provenance = TiledProvenance(sections, self.origins.twin())
        derived = frozenset(self.derived).intersection(sections)
        return LabelSnapshot(self.scheme, sections, self.revision, self.holdout, provenance, derived)

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
        key, box = write.key, write.box
        check_box(self.geometry, key, box)
        mask = write.unpack_mask()
        values = np.broadcast_to(np.asarray(write.unpack_values(mask), np.uint8), box.shape)
        origins = np.broadcast_to(np.asarray(write.unpack_origins(mask), np.uint8), box.shape)
        if not _are_origins(origins[mask]) or (origins[mask & (values == UNLABELLED)] != 0).any():
            raise LabelError("A record of the label journal is damaged.")
        self._count(self.samples.read(key, box)[mask], self.origins.read(key, box)[mask], -1)
        if write.stored:
            self.samples.store(key)
            if origins.any():
                self.origins.store(key)
        self.samples.write(key, box, mask, values)
        self.origins.write(key, box, mask, origins)
        if not write.stored:
            self.samples.forget(key)
            self.origins.forget(key)
        (self.derived.add if write.derived else self.derived.discard)(key)
        self._count(values[mask], origins[mask], 1)

    def _count(self, labels: Labels, origins: Labels, sign: int) -> None:
        self.counts += sign * np.bincount(labels.ravel(), minlength=256)
        found = provenance_of(labels, origins)
        self.provenance_counts += sign * np.bincount(found.ravel(), minlength=len(Provenance))


def _are_origins(origins: Labels) -> bool:
    return not np.bincount(origins.ravel(), minlength=256)[_NO_ORIGINS].any()


def check_box(geometry: SurveyGeometry, key: SectionKey, box: Box) -> None:
    """Raise :class:`LabelError` unless `box` is a part of the section `key` of the survey."""
    inside = 0 <= key.index < geometry.count(key.axis)
    if not inside or not box.fits(geometry.section_shape(key.axis)):
        raise LabelError(
            f"The labels reach outside the survey ({key.axis} section at index {key.index}).",
            "They belong to a survey of another size.",
        )
