"""What is kept of a cluster volume beside its samples: names, colours, groups, origin."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seisview.errors import LabelError, ProjectError
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.project.schema import now_text

VERSION = 1
RECORD_FILE = "clusters.json"
_LARGEST_RECORD = 16 << 20


class ClusterRecord(BaseModel):
    """Content of ``clusters.json``.

    Attributes
    ----------
    shape : (int, int, int)
    survey_fingerprint : str
    classes : list of dict
        Name and colour of every cluster, ids from 1, as :meth:`FaciesScheme.to_dicts`.
    groups : list of int
        Id that each cluster is shown as; clusters that were merged share one. Index 0 stands for no cluster.
    hidden : list of int
        Clusters that are not drawn.
    threshold : float
        Anomaly score at the stored value 128.
    settings : dict
        How it was made.
    figures : dict
        What was found: sizes, silhouette, numbers tried.
    """

    model_config = ConfigDict(extra="ignore")

    version: int = VERSION
    id: str
    title: str = ""
    created: str = Field(default_factory=now_text)
    shape: tuple[int, int, int]
    survey_fingerprint: str
    classes: list[dict[str, Any]]
    groups: list[int]
    hidden: list[int] = Field(default_factory=list)
    threshold: float = 1.0
    settings: dict[str, Any] = Field(default_factory=dict)
    figures: dict[str, Any] = Field(default_factory=dict)
    complete: bool = False

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
        return self.model_copy(update={"classes": FaciesScheme(tuple(new)).to_dicts()})


def read_cluster_record(folder: Path) -> ClusterRecord:
    """Read ``clusters.json``.

    Raises
    ------
    ProjectError
        If it is damaged or a newer seisview wrote it.
    """
    try:
        if (folder / RECORD_FILE).stat().st_size > _LARGEST_RECORD:
            raise ValueError("larger than any record")
        record = ClusterRecord.model_validate_json((folder / RECORD_FILE).read_bytes())
        n_clusters = len(FaciesScheme.from_dicts(record.classes))
        if len(record.groups) != n_clusters + 1 or any(not 0 <= g <= n_clusters for g in record.groups):
            raise ValueError("groups do not fit the clusters")
        if datetime.fromisoformat(record.created).tzinfo is None:
            raise ValueError("no time zone")
    except (OSError, ValidationError, ValueError) as error:
        raise ProjectError(f"The clusters {folder.name} are damaged.", "Make them again.") from error
    if record.version > VERSION:
        raise ProjectError(f"The clusters {folder.name} were made by a newer seisview.", "Update seisview.")
    return record
