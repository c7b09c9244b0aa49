"""More labels from those there are, for notebooks and scripts: interpolated, accepted, or merged classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError
from seisview.labels.accept import AcceptRule, accept_prediction
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit, write_edits
from seisview.labels.interpolate import interpolate_labels
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.results import FaciesResult


def interpolate_between(
    labels: LabelStore, first: SectionKey, last: SectionKey, progress: Progress | None = None
) -> int:
    """Label every section between two labelled parallel ones; one step to undo.

    What was painted by hand or accepted stays as it is, held-out sections are left alone.

    Parameters
    ----------
    labels : LabelStore
        Of an open project, e.g. ``open_project(folder, open_volume).labels``.
    first, last : SectionKey
        The labelled sections, e.g. ``SectionKey(Axis.INLINE, geometry.inlines.index_of(1200))``.
    progress : Progress, optional

    Returns
    -------
    int
        Samples that are interpolated now and were not before.

    Raises
    ------
    LabelError
        If the two are not parallel, not labelled, or nothing lies between them.
    """
    edits = interpolate_labels(labels.snapshot(), first, last, progress)
    return write_edits(labels, edits, Provenance.INTERPOLATED)


def accept_facies(
    project: Project,
    keys: Iterable[SectionKey],
    rule: AcceptRule | None = None,
    result: FaciesResult | None = None,
    within: tuple[Box, npt.NDArray[np.bool_]] | None = None,
) -> int:
    """Take predicted facies over as labels on some sections; one step to undo.

    What was painted by hand stays as it is. Held-out sections are refused: a score measured against a
    prediction says nothing.

    Parameters
    ----------
    project : Project
    keys : iterable of SectionKey
    rule : AcceptRule, optional
        Classes and least confidence; default: all classes from 80 %.
    result : FaciesResult, optional
        Default: the facies shown last.
    within : (Box, ndarray of bool), optional
        Part of the sections to stay in, as from :func:`seisview.labels.strokes.polygon_mask`.

    Returns
    -------
    int
        Samples that are accepted now and were not before.

    Raises
    ------
    LabelError
        If there is no prediction, or a section is held out.
    """
    result = result or project.current_result
    if result is None:
        raise LabelError("There is no facies prediction yet.", "Train a model and predict first.")
    keys = tuple(keys)
    held = [key for key in keys if key in project.labels.holdout]
    if held:
        raise LabelError(
            f"{project.volume.geometry.title(held[0])} is held out of training.",
            "Leave held-out sections out: they measure the model.",
        )
    edits = _proposed(result, keys, rule or AcceptRule(), within)
    return write_edits(project.labels, edits, Provenance.ACCEPTED)


def merge_classes(labels: LabelStore, name: str, into: str) -> int:
    """Give all labels of a class to another one, which keeps its name and colour; one step to undo.

    Parameters
    ----------
    labels : LabelStore
        Of an open project.
    name : str
        The class that goes.
    into : str
        The class that takes its labels.

    Returns
    -------
    int
        Samples that changed class, each counted once. Where they come from stays as it was.

    Raises
    ------
    LabelError
        If there is no class of one of the names, or both are the same.
    """
    ids = {facies.name: facies.id for facies in labels.scheme}
    for wanted in (name, into):
        if wanted not in ids:
            known = ", ".join(ids) or "none"
            raise LabelError(f"There is no class called {wanted}.", f"There are: {known}.")
    samples = labels.counts()[ids[name]]
    labels.merge_class(ids[name], ids[into])
    return samples


def _proposed(
    result: FaciesResult,
    keys: tuple[SectionKey, ...],
    rule: AcceptRule,
    within: tuple[Box, npt.NDArray[np.bool_]] | None,
) -> Iterator[SectionEdit]:
    for key in keys:
        edit = accept_prediction(key, *result.section(key), rule, within)
        if edit is not None:
            yield edit
