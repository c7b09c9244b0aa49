"""What is kept of a cluster volume beside its samples: names, colours, groups, origin."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from seisview.errors import LabelError
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.project.volume_record import VolumeRecord, read_volume_record

RECORD_FILE = "clusters.json"


class ClusterRecord(VolumeRecord):
    """Content of ``clusters.json``.

    Attributes
    ----------
    classes : list of dict
        Name and colour of every cluster, ids from 1.
    groups : list of int
        Id that each cluster is shown as; clusters that were merged share one. Index 0 stands for no cluster.
    hidden : list of int
        Clusters that are not drawn.
    threshold : float
        Anomaly score at the stored value 128.
    unusual_from : float
        Anomaly, in units of `threshold`, from which on places are shown as unusual.
    settings : dict
        How it was made.
    figures : dict
        What was found: sizes, silhouette, numbers tried.
    edited : bool
        Whether somebody gave a cluster another name or colour.
    name : str
        What somebody called them all; empty: nothing.
    shown : str
        When it was chosen to be shown instead of a newer one; empty: never.
    """

    groups: list[int]
    hidden: list[int] = Field(default_factory=list)
    threshold: float = 1.0
    unusual_from: float = Field(1.0, gt=0, lt=1e6)
    settings: dict[str, Any] = Field(default_factory=dict)
    figures: dict[str, Any] = Field(default_factory=dict)
    edited: bool = False
    name: str = ""
    shown: str = ""

    @property
    def has_work(self) -> bool:
        """Whether somebody named, coloured, merged or hid any: a new search does not bring that back."""
        named = any(c.get("name") != f"Cluster {n}" for n, c in enumerate(self.classes, start=1))
        merged = len(set(self.groups[1:])) < len(self.classes)
        return self.edited or named or merged or bool(self.hidden or self.name)

    @property
    def scheme(self) -> FaciesScheme:
        """The clusters that are shown, merged ones once."""
        every = FaciesScheme.from_dicts(self.classes)
        return FaciesScheme(tuple(c for c in every.classes if c.id in self.groups))

    @property
    def table(self) -> npt.NDArray[np.uint8]:
        """Id shown for each of 256 stored values."""
        table = np.zeros(256, np.uint8)
        table[: len(self.groups)] = self.groups
        return table

    def renamed(self, cluster_id: int, name: str) -> ClusterRecord:
        """Return the record with another name of a cluster; :class:`LabelError` when it is taken or empty."""
        return self._with(cluster_id, name=name)

    def recolored(self, cluster_id: int, color: str) -> ClusterRecord:
        """Return the record with another colour of a cluster."""
        return self._with(cluster_id, color=color)

    def merged(self, cluster_ids: list[int]) -> ClusterRecord:
        """Return the record with some clusters shown as the first of them."""
        kept = [number for number in cluster_ids if number in self.groups]
        if len(set(kept)) < 2:
            raise LabelError("Merging takes two clusters.", "Select at least two.")
        groups = [kept[0] if number in kept and number else number for number in self.groups]
        return self.model_copy(update={"groups": groups, "hidden": [h for h in self.hidden if h in groups]})

    def parted(self) -> ClusterRecord:
        """Return the record with all merges taken back."""
        return self.model_copy(update={"groups": list(range(len(self.groups)))})

    def with_unusual_from(self, level: float) -> ClusterRecord:
        """Return the record with another anomaly from which on places are shown as unusual."""
        return self.model_copy(update={"unusual_from": level})

    def toggled(self, cluster_id: int) -> ClusterRecord:
        """Return the record with a cluster hidden, or shown again."""
        return self.model_copy(update={"hidden": sorted(set(self.hidden) ^ {cluster_id})})

    def _with(self, cluster_id: int, **changes: str) -> ClusterRecord:
        every = FaciesScheme.from_dicts(self.classes)
        new = [
            FaciesClass(c.id, changes.get("name", c.name), changes.get("color", c.color))
            if c.id == cluster_id
            else c
            for c in every.classes
        ]
        return self.model_copy(update={"classes": FaciesScheme(tuple(new)).to_dicts(), "edited": True})

    def chosen(self) -> ClusterRecord:
        """Return the record as one that is shown from now on, though there are newer ones."""
        return self.model_copy(update={"shown": f"{datetime.now(UTC):%Y%m%d-%H%M%S.%f}"})


def read_cluster_record(folder: Path) -> ClusterRecord:
    """Read ``clusters.json``.

    Raises
    ------
    ProjectError
        If it is damaged or a newer seisview wrote it.
    """
    return read_volume_record(
        folder / RECORD_FILE, ClusterRecord, f"The clusters {folder.name} are", "Make them again.", _check
    )


def _check(record: ClusterRecord) -> None:
    n_clusters = len(record.classes)
    if len(record.groups) != n_clusters + 1 or any(not 0 <= g <= n_clusters for g in record.groups):
        raise ValueError("groups do not fit the clusters")
