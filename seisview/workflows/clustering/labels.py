"""Labels from clusters: on one section, on every n-th line, or on the whole survey."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit, outside_holdout, write_edits
from seisview.labels.provenance import Provenance
from seisview.progress import Progress
from seisview.project.clusters import ClusterResult, latest_clusters
from seisview.project.project import Project
from seisview.workflows.class_tables import class_named

Mask = npt.NDArray[np.bool_]
MaskOf = Callable[[SectionKey], Mask | None]


@dataclass(frozen=True, slots=True)
class ClusterLabels:
    """Which clusters become labels of which class, and where.

    Attributes
    ----------
    clusters : tuple of str
        Names, or numbers as the list shows them.
    class_name : str
    axis : Axis
        Across which sections are labelled.
    every : int
        Every n-th of them.
    """

    clusters: tuple[str, ...]
    class_name: str
    axis: Axis = Axis.INLINE
    every: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "axis", Axis.named(self.axis))
        if self.axis is Axis.SAMPLE or self.every < 1:
            raise LabelError("Clusters become labels on inlines or crosslines.", "Choose every n-th of them.")


def label_clusters(project: Project, wanted: ClusterLabels, progress: Progress | None = None) -> int:
    """Make labels of a class from clusters of an open project; one step to undo.

    What was painted by hand stays as it is. Held-out sections take no labels, nor do the lines on which
    other sections cross them. Memory stays bounded by one section, beside what labels and undo take.

    Parameters
    ----------
    project : Project
    wanted : ClusterLabels
    progress : Progress, optional

    Returns
    -------
    int
        Samples that are accepted labels now and were not before.

    Raises
    ------
    LabelError
        If there are no clusters, or there is no cluster or class of that name.
    Cancelled
        If the job was asked to stop; the labels are as before.
    """
    progress = progress or Progress()
    result, _ = latest_clusters(project.folder, project.volume.fingerprint)
    if result is None:
        raise LabelError("The project has no clusters yet.", "Find some first.")
    with closing(result):
        mask_of = member_mask(result, cluster_ids(result, wanted.clusters))
        class_id = class_named(project.labels.scheme, wanted.class_name)
        labels, geometry = project.labels, project.volume.geometry
        keys = lines_to_label(geometry, labels.holdout, wanted.axis, wanted.every)
        tracked = progress.track(keys, "Making labels", len(keys))
        edits = cluster_edits(mask_of, tracked, class_id, labels.holdout)
        return write_edits(labels, edits, Provenance.ACCEPTED)


def cluster_ids(result: ClusterResult, names: Iterable[str]) -> frozenset[int]:
    """Ids of clusters by name, or by number as text.

    Raises
    ------
    LabelError
        If there is none of that name.
    """
    known = {cluster.name.casefold(): cluster.id for cluster in result.scheme.classes}
    known |= {str(cluster.id): cluster.id for cluster in result.scheme.classes}
    found = set()
    for name in names:
        if name.strip().casefold() not in known:
            listed = ", ".join(cluster.name for cluster in result.scheme.classes)
            raise LabelError(f"There is no cluster called {name}.", f"There are: {listed}.")
        found.add(known[name.strip().casefold()])
    return frozenset(found)


def member_mask(result: ClusterResult, ids: Iterable[int]) -> MaskOf:
    """Return what tells where on a section some clusters are; merging later does not change it."""
    wanted = set(ids)
    members = [stored for stored, shown in enumerate(result.record.groups) if stored and shown in wanted]
    table = np.zeros(256, np.bool_)
    table[members] = True
    return lambda key: table[result.stored_section(key)]


def lines_to_label(
    geometry: SurveyGeometry, holdout: frozenset[SectionKey], axis: Axis, every: int
) -> list[SectionKey]:
    """Every n-th section across an axis that is not held out."""
    keys = (SectionKey(axis, index) for index in range(0, geometry.count(axis), every))
    return [key for key in keys if key not in holdout]


def cluster_edits(
    mask_of: MaskOf, keys: Iterable[SectionKey], class_id: int, holdout: frozenset[SectionKey]
) -> Iterator[SectionEdit]:
    """Labels of one class on some sections, made when they are asked for.

    Parameters
    ----------
    mask_of : callable
        Gives the samples of a section, or None.
    keys : iterable of SectionKey
    class_id : int
    holdout : frozenset of SectionKey
        Sections whose samples stay as they are, also where others cross them.
    """
    for key in keys:
        mask = mask_of(key)
        if mask is None:
            continue
        mask = outside_holdout(mask, key, Box.whole((mask.shape[0], mask.shape[1])), holdout)
        box = Box.around(mask)
        if not box.is_empty:
            inside = mask[box.slices].copy()
            yield SectionEdit(key, box, inside, np.where(inside, class_id, 0).astype(np.uint8))
