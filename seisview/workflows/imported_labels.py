"""Labels made elsewhere, brought into an open project: beside what is labelled there, never over it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit, writing_edits
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.labels.provenance import Provenance
from seisview.labels.snapshot import LabelSnapshot
from seisview.labels.store import LabelStore
from seisview.workflows.labels import labels_from_path


@dataclass(frozen=True, slots=True, eq=False)
class ImportedLabels:
    """What is to be written, and in which classes.

    Attributes
    ----------
    scheme : FaciesScheme
        The classes there are, and those that come with the labels.
    edits : tuple of SectionEdit
    """

    scheme: FaciesScheme
    edits: tuple[SectionEdit, ...]


def import_labels(labels: LabelStore, source: LabelSnapshot | Path | str) -> int:
    """Bring labels into an open project; one step to undo.

    A class of the same name is the same class; so is one without a name that has the number of another.
    Others are added. What is labelled already stays as it is, held-out sections are left alone.

    Parameters
    ----------
    labels : LabelStore
        Of an open project, e.g. ``seisview.open_project(folder).labels``.
    source : LabelSnapshot, Path or str
        From :func:`seisview.labels_from_path`, or what that reads. They count as painted by hand.

    Returns
    -------
    int
        Samples that are labelled now and were not before.

    Raises
    ------
    LabelError
        If there are no labels, they do not fit the survey, or the labels can only be looked at.
    """
    if not isinstance(source, LabelSnapshot):
        source = labels_from_path(source, labels.geometry)
    before = labels.provenance_counts()[Provenance.HAND]
    for _ in writing_imported(labels, imported(source, labels.scheme)):
        pass
    return labels.provenance_counts()[Provenance.HAND] - before


def imported(source: LabelSnapshot, scheme: FaciesScheme) -> ImportedLabels:
    """Say which classes labels from elsewhere get among those of a project, and what is to be written."""
    numbers = np.zeros(256, np.uint8)
    for facies in source.scheme:
        known = _same(facies, scheme)
        if known is None:
            scheme = _with(scheme, facies)
            known = scheme.classes[-1]
        numbers[facies.id] = known.id
    edits = []
    for key, mask in sorted(source.sections.items(), key=lambda item: item[0]):
        values = numbers[mask]
        if values.any():
            edits.append(SectionEdit(key, Box.whole(values.shape), values != 0, values))
    if not edits:
        raise LabelError("There are no labels in what was chosen.", "Choose a file with classes from 1.")
    return ImportedLabels(scheme, tuple(edits))


def writing_imported(store: LabelStore, labels: ImportedLabels) -> Generator[int, None, None]:
    """Write them one section at a time, yielding how many are written, as one step to undo."""
    with store.grouped():
        store.set_scheme(labels.scheme)
        yield from writing_edits(store, labels.edits, Provenance.HAND, only_free=True)


def _same(facies: FaciesClass, scheme: FaciesScheme) -> FaciesClass | None:
    for known in scheme:
        if known.name.casefold() == facies.name.casefold():
            return known
    is_nameless = facies.name == f"Facies {facies.id}"
    return scheme.get(facies.id) if is_nameless and facies.id in scheme else None


def _with(scheme: FaciesScheme, facies: FaciesClass) -> FaciesScheme:
    is_free = all(known.color.casefold() != facies.color.casefold() for known in scheme)
    return scheme.with_added(facies.name, facies.color if is_free else "")
