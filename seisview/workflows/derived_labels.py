"""More labels from those there are, for notebooks and the command line: interpolated, accepted, merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

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
from seisview.workflows.class_tables import class_named
from seisview.workflows.facies.carry import carried_from

CARRIED_CONFIDENCE = 0.5
"""Least confidence from which carried facies are accepted by default: it says how far they come, 16 lines."""


def interpolate_between(
    labels: LabelStore, first: SectionKey, last: SectionKey, progress: Progress | None = None
) -> int:
    """Label every section between two labelled parallel ones; one step to undo.

    What was painted by hand or accepted stays as it is, held-out sections are left alone.

    Parameters
    ----------
    labels : LabelStore
        Of an open project, e.g. ``seisview.open_project(folder).labels``.
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


def interpolation_pairs(
    labels: LabelStore, among: Iterable[SectionKey]
) -> tuple[tuple[SectionKey, SectionKey], ...]:
    """Neighbours among the painted sections that have others between them; held-out ones take no part.

    Parameters
    ----------
    labels : LabelStore
    among : iterable of SectionKey
        Those that may be an end; what is not painted is passed over.

    Raises
    ------
    LabelError
        If there are none.
    """
    painted = set(labels.painted_sections()) - labels.holdout
    ends = sorted(painted.intersection(among))
    pairs = [pair for _, keys in groupby(ends, lambda key: key.axis) for pair in pairwise(keys)]
    apart = tuple((first, last) for first, last in pairs if last.index - first.index > 1)
    if not apart:
        listed = ", ".join(map(labels.geometry.title, sorted(painted))) or "nothing"
        raise LabelError(
            "There are no two labelled sections with others between them among those chosen.",
            f"Labelled and not held out: {listed}.",
        )
    return apart


def interpolate_among(
    labels: LabelStore, among: Iterable[SectionKey], progress: Progress | None = None
) -> int:
    """Label the sections between all neighbours among labelled parallel ones; one step to undo.

    Parameters
    ----------
    labels : LabelStore
        Of an open project.
    among : iterable of SectionKey
        See :func:`interpolation_pairs`.
    progress : Progress, optional

    Returns
    -------
    int
        Samples that are interpolated now and were not before.

    Raises
    ------
    LabelError
        If there is nothing to interpolate between.
    Cancelled
        If the job was asked to stop; the labels are as before.
    """
    progress = progress or Progress()
    pairs, snapshot = interpolation_pairs(labels, among), labels.snapshot()
    inner = Progress(lambda _state: progress.check())
    tracked = progress.track(pairs, "Interpolating labels")
    edits = (edit for pair in tracked for edit in interpolate_labels(snapshot, *pair, inner))
    return write_edits(labels, edits, Provenance.INTERPOLATED)


def accept_facies(
    project: Project,
    keys: Iterable[SectionKey],
    rule: AcceptRule | None = None,
    result: FaciesResult | None = None,
    within: tuple[Box, npt.NDArray[np.bool_]] | None = None,
    progress: Progress | None = None,
) -> int:
    """Take predicted facies over as labels on some sections; one step to undo.

    What was painted by hand stays as it is. Held-out sections are refused: a score measured against a
    prediction says nothing.

    Parameters
    ----------
    project : Project
    keys : iterable of SectionKey
    rule : AcceptRule, optional
        Classes and least confidence; default: all classes, from :func:`default_confidence`.
    result : FaciesResult, optional
        Default: that of :func:`facies_result`.
    within : (Box, ndarray of bool), optional
        Part of the sections to stay in, as from :func:`seisview.labels.strokes.polygon_mask`.
    progress : Progress, optional

    Returns
    -------
    int
        Samples that are accepted now and were not before.

    Raises
    ------
    LabelError
        If there is no prediction, or a section is held out.
    Cancelled
        If the job was asked to stop; the labels are as before.
    """
    result = result or facies_result(project)
    keys = tuple(keys)
    held = [key for key in keys if key in project.labels.holdout]
    if held:
        raise LabelError(
            f"{project.volume.geometry.title(held[0])} is held out of training.",
            "Leave held-out sections out: they measure the model.",
        )
    tracked = (progress or Progress()).track(keys, "Accepting the prediction")
    edits = _proposed(result, tracked, rule or AcceptRule(default_confidence(result)), within)
    return write_edits(project.labels, edits, Provenance.ACCEPTED)


def facies_result(project: Project, name: str = "") -> FaciesResult:
    """Find facies of a project by their name; without one, those shown last, else the newest.

    Raises
    ------
    LabelError
        If there are none.
    """
    if not project.results:
        raise LabelError("There is no facies prediction yet.", "Train a model and predict first.")
    if not name:
        return project.current_result or project.results[-1]
    for result in reversed(project.results):
        if name in (result.id, result.provenance.title):
            return result
    known = ", ".join(result.provenance.title or result.id for result in project.results)
    raise LabelError(f"There are no facies called {name}.", f"There are: {known}.")


def default_confidence(result: FaciesResult) -> float:
    """Least confidence to accept from when nothing else is wanted."""
    return CARRIED_CONFIDENCE if carried_from(result.provenance.details) else AcceptRule().min_confidence


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
    gone, kept = class_named(labels.scheme, name), class_named(labels.scheme, into)
    samples = labels.counts()[gone]
    labels.merge_class(gone, kept)
    return samples


def _proposed(
    result: FaciesResult,
    keys: Iterable[SectionKey],
    rule: AcceptRule,
    within: tuple[Box, npt.NDArray[np.bool_]] | None,
) -> Iterator[SectionEdit]:
    for key in keys:
        edit = accept_prediction(key, *result.section(key), rule, within)
        if edit is not None:
            yield edit
