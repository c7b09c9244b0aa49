"""Cluster volumes on disk: clusters and anomaly of every sample, and the points they were fitted on."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import clear_leftovers, replacing, write_error, write_text_atomic
from seisview.data.geometry import SectionKey, SurveyGeometry, section_of
from seisview.data.npy_file import map_npy
from seisview.errors import ProjectError, VolumeError
from seisview.labels.facies import FaciesScheme
from seisview.project.cluster_record import RECORD_FILE, ClusterRecord, read_cluster_record
from seisview.project.result_files import Bytes, allocate, map_array

CLUSTER_FOLDER = "clusters"
PIPELINE = "pipeline"
ANOMALOUS = 128
"""Stored anomaly from which on a sample is called anomalous; 0 where there is no data."""

_POINT_SHAPES = {"positions": 2, "places": 3, "labels": None, "scores": None}


@dataclass(frozen=True, slots=True, eq=False)
class ClusterPoints:
    """The points that clusters were fitted on, for the scatter.

    Attributes
    ----------
    positions : ndarray of float32, shape (n, 2)
        In the map.
    places : ndarray of int32, shape (n, 3)
        Inline, crossline and sample index of the middle of each point's cell.
    labels : ndarray of int, shape (n,)
        Cluster id as stored, from 1; 0 for none.
    scores : ndarray of float32, shape (n,)
        Anomaly, in units of the threshold.
    """

    positions: npt.NDArray[np.float32]
    places: npt.NDArray[np.int32]
    labels: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]


class ClusterResult:
    """A cluster volume with its anomaly, as two memory-mapped arrays in a folder.

    Merging, renaming and hiding change the record only, so they cost nothing and can be taken back.

    Attributes
    ----------
    folder : Path
    """

    def __init__(self, folder: Path, record: ClusterRecord, mode: str) -> None:
        self.folder = folder
        self._record = record
        self._clusters: Bytes | None = map_array(folder / "clusters.npy", record.shape, mode)
        self._anomaly: Bytes | None = map_array(folder / "anomaly.npy", record.shape, mode)

    @property
    def id(self) -> str:
        """Name of the folder."""
        return self._record.id

    @property
    def record(self) -> ClusterRecord:
        """Names, colours, groups and origin."""
        return self._record

    @property
    def title(self) -> str:
        """What to call it."""
        return self._record.title or self.id

    @property
    def created(self) -> datetime:
        """When it was begun, with time zone."""
        return datetime.fromisoformat(self._record.created)

    @property
    def complete(self) -> bool:
        """Whether every section was written."""
        return self._record.complete

    @property
    def scheme(self) -> FaciesScheme:
        """The clusters that are shown."""
        return self._record.scheme

    @property
    def cell(self) -> int:
        """Samples and traces that share a cluster."""
        return int(self._record.settings.get("cell", 8))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the survey."""
        return self._record.shape

    def section(self, key: SectionKey) -> Bytes:
        """Clusters of a section as shown (merged ones alike), uint8, the caller's own copy."""
        return np.ascontiguousarray(self._record.table[section_of(self._open(self._clusters), key)])

    def anomaly_section(self, key: SectionKey) -> Bytes:
        """Stored anomaly of a section, uint8, the caller's own copy."""
        return np.array(section_of(self._open(self._anomaly), key), order="C")

    def traces(self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]) -> Bytes:
        """Clusters as shown of single traces, uint8, shape (n, n_samples); makes this a cube for export."""
        stored = self._open(self._clusters)[inline_indices, crossline_indices]
        return np.asarray(self._record.table[stored])

    def anomaly_volume(self) -> Bytes:
        """Stored anomaly, uint8, (inline, crossline, sample), read-only."""
        view = self._open(self._anomaly).view()
        view.flags.writeable = False
        return view

    def write_section(self, key: SectionKey, clusters: Bytes, anomaly: Bytes) -> None:
        """Store a section; for those who make it."""
        section_of(self._open(self._clusters), key)[...] = clusters
        section_of(self._open(self._anomaly), key)[...] = anomaly

    def finish(self, figures: dict[str, Any]) -> None:
        """Mark the volume complete, after everything else is on disk."""
        for array in (self._clusters, self._anomaly):
            if isinstance(array, np.memmap):
                array.flush()
        self.update(self._record.model_copy(update={"complete": True, "figures": figures}))

    def update(self, record: ClusterRecord) -> None:
        """Keep another record: other names, colours or groups. :class:`ExportError` when that fails."""
        write_text_atomic(self.folder / RECORD_FILE, record.model_dump_json(indent=1))
        self._record = record

    def save_points(self, points: ClusterPoints) -> None:
        """Keep the points of the scatter."""
        for name in _POINT_SHAPES:
            with replacing(self.folder / f"{name}.npy") as temporary:
                np.save(temporary, getattr(points, name), allow_pickle=False)

    def points(self) -> ClusterPoints | None:
        """Points of the scatter; None when they are missing or damaged."""
        try:
            found = {name: np.array(map_npy(self.folder / f"{name}.npy")) for name in _POINT_SHAPES}
        except (OSError, VolumeError):
            return None
        n = len(found["labels"])
        shapes = {name: (n,) if width is None else (n, width) for name, width in _POINT_SHAPES.items()}
        if any(found[name].shape != shape for name, shape in shapes.items()):
            return None
        return ClusterPoints(**found)

    def close(self) -> None:
        """Let go of the files; closing twice is fine."""
        self._clusters = self._anomaly = None

    def delete(self) -> None:
        """Close and remove the folder."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _open(self, array: Bytes | None) -> Bytes:
        if array is None:
            raise ProjectError(f"The clusters {self.title} are closed.", "Open them again.")
        return array


def create_clusters(parent: Path, geometry: SurveyGeometry, record: dict[str, Any]) -> ClusterResult:
    """Make an empty cluster volume below `parent`, with all its disk space taken.

    Parameters
    ----------
    parent : Path
    geometry : SurveyGeometry
    record : dict
        Fields of :class:`~seisview.project.cluster_record.ClusterRecord`, without id and shape.

    Raises
    ------
    ExportError
        If there is no room or the folder cannot be written.
    """
    number = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
    made = ClusterRecord(id=number, shape=geometry.shape, **record)
    folder = parent / number
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(parent, error) from error
    with replacing(folder) as temporary:
        temporary.mkdir()
        for name in ("clusters.npy", "anomaly.npy"):
            allocate(temporary / name, geometry.shape)
        write_text_atomic(temporary / RECORD_FILE, made.model_dump_json(indent=1))
    return ClusterResult(folder, made, "r+")


def open_clusters(folder: Path) -> ClusterResult:
    """Open a cluster volume for reading; :class:`ProjectError` when it is damaged or too new."""
    return ClusterResult(folder, read_cluster_record(folder), "r")


def latest_clusters(project_folder: Path, fingerprint: str) -> tuple[ClusterResult | None, list[str]]:
    """Open the last complete cluster volume of a project, and say which could not be opened and why."""
    messages: list[str] = []
    for path in sorted((project_folder / CLUSTER_FOLDER).glob(f"[!.]*/{RECORD_FILE}"), reverse=True):
        try:
            result = open_clusters(path.parent)
        except ProjectError as error:
            messages.append(f"{error.message} {error.hint}")
            continue
        if result.complete and result.record.survey_fingerprint == fingerprint:
            return result, messages
        result.close()
    return None, messages


def has_clusters(project_folder: Path, fingerprint: str) -> bool:
    """Whether a project holds a complete cluster volume of a survey."""
    result, _ = latest_clusters(project_folder, fingerprint)
    if result is not None:
        result.close()
    return result is not None


def remove_unfinished(project_folder: Path) -> None:
    """Remove what a killed program made room for and never finished; only for who holds the project."""
    clear_leftovers(project_folder / CLUSTER_FOLDER)
    for path in (project_folder / CLUSTER_FOLDER).glob(f"[!.]*/{RECORD_FILE}"):
        try:
            unfinished = not read_cluster_record(path.parent).complete
        except ProjectError:
            continue  # told when clusters are opened
        if unfinished:
            shutil.rmtree(path.parent, ignore_errors=True)


def copy_clusters(project_folder: Path, target: Path) -> None:
    """Copy the cluster volumes of a project into a copy of it."""
    for path in (project_folder / CLUSTER_FOLDER).glob(f"[!.]*/{RECORD_FILE}"):
        shutil.copytree(path.parent, target / CLUSTER_FOLDER / path.parent.name)


def remove_old_clusters(project_folder: Path, keep: ClusterResult | None) -> None:
    """Remove every other cluster volume of a project: each takes half the disk space of the survey."""
    for path in (project_folder / CLUSTER_FOLDER).glob(f"[!.]*/{RECORD_FILE}"):
        if keep is None or path.parent != keep.folder:
            shutil.rmtree(path.parent, ignore_errors=True)
