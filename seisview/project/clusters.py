"""Cluster volumes on disk: clusters and anomaly of every sample, and the points they were fitted on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import clear_leftovers, replacing
from seisview.data.arrays.npy_file import map_npy
from seisview.data.geometry import SectionKey, SurveyGeometry, section_of
from seisview.errors import ProjectError, VolumeError
from seisview.labels.facies import FaciesScheme
from seisview.project.cluster_record import RECORD_FILE, ClusterRecord, read_cluster_record
from seisview.project.result_files import Bytes
from seisview.project.stored_volume import StoredVolume, make_folder, new_id

CLUSTER_FOLDER = "clusters"
PIPELINE = "pipeline"
ANOMALOUS = 128
"""Stored anomaly from which on a sample is called anomalous; 0 where there is no data."""

_CLUSTERS, _ANOMALY = "clusters", "anomaly"
_POINT_SHAPES: Mapping[str, int | None] = {"positions": 2, "places": 3, "labels": None, "scores": None}


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


@dataclass(frozen=True, slots=True, eq=False)
class UnusualPlaces:
    """The most unusual places of a survey, the most unusual first.

    Attributes
    ----------
    places : ndarray of int32, shape (n, 3)
        Inline, crossline and sample index.
    scores : ndarray of float32, shape (n,)
        Anomaly, in units of the threshold.
    """

    places: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]


class ClusterResult(StoredVolume[ClusterRecord]):
    """A cluster volume with its anomaly.

    Merging, renaming and hiding change the record only, so they cost nothing and can be taken back.
    """

    NAMES = (_CLUSTERS, _ANOMALY)
    RECORD_FILE = RECORD_FILE

    @property
    def record(self) -> ClusterRecord:
        """Names, colours, groups and origin."""
        return self._record

    @property
    def scheme(self) -> FaciesScheme:
        """The clusters that are shown."""
        return self._record.scheme

    @property
    def cell(self) -> int:
        """Samples and traces that share a cluster."""
        return int(self._record.settings.get("cell", 8))

    def section(self, key: SectionKey) -> Bytes:
        """Clusters of a section as shown (merged ones alike), uint8, the caller's own copy."""
        return np.ascontiguousarray(self._record.table[section_of(self._array(_CLUSTERS), key)])

    def stored_section(self, key: SectionKey) -> Bytes:
        """Clusters of a section as they were found, merged or not, uint8, the caller's own copy."""
        return np.array(section_of(self._array(_CLUSTERS), key), order="C")

    def anomaly_section(self, key: SectionKey) -> Bytes:
        """Stored anomaly of a section, uint8, the caller's own copy."""
        return np.array(section_of(self._array(_ANOMALY), key), order="C")

    def traces(self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]) -> Bytes:
        """Clusters as shown of single traces, uint8, shape (n, n_samples); makes this a cube for export."""
        stored = self._array(_CLUSTERS)[inline_indices, crossline_indices]
        return np.asarray(self._record.table[stored])

    def anomaly_volume(self) -> Bytes:
        """Stored anomaly, uint8, (inline, crossline, sample), read-only."""
        return self._read_only(_ANOMALY)

    def write_section(self, key: SectionKey, clusters: Bytes, anomaly: Bytes) -> None:
        """Store a section; for those who make it."""
        section_of(self._array(_CLUSTERS), key)[...] = clusters
        section_of(self._array(_ANOMALY), key)[...] = anomaly

    def finish(self, figures: dict[str, Any]) -> None:
        """Mark the volume complete, after everything else is on disk."""
        self._flush_arrays()
        self.update(self._record.model_copy(update={"complete": True, "figures": figures}))

    def update(self, record: ClusterRecord) -> None:
        """Keep another record: other names, colours or groups. :class:`ExportError` when that fails."""
        self._save_record(record)

    def save_points(self, points: ClusterPoints) -> None:
        """Keep the points of the scatter."""
        self._save_rows({name: getattr(points, name) for name in _POINT_SHAPES})

    def save_unusual(self, unusual: UnusualPlaces) -> None:
        """Keep the most unusual places of the whole survey."""
        self._save_rows({"unusual_places": unusual.places, "unusual_scores": unusual.scores})

    def _save_rows(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        for name, values in arrays.items():
            with replacing(self.folder / f"{name}.npy") as temporary:
                np.save(temporary, values, allow_pickle=False)

    def points(self) -> ClusterPoints | None:
        """Points of the scatter; None when they are missing or damaged."""
        found = self._rows(_POINT_SHAPES)
        return None if found is None else ClusterPoints(**found)

    def unusual(self) -> UnusualPlaces:
        """Return the most unusual places of the survey; of the points alone when nothing else was kept."""
        found = self._rows({"unusual_places": 3, "unusual_scores": None})
        if found is not None:
            return UnusualPlaces(found["unusual_places"], found["unusual_scores"])
        points = self.points()
        if points is None:
            return UnusualPlaces(np.zeros((0, 3), np.int32), np.zeros(0, np.float32))
        order = np.argsort(-points.scores, kind="stable")
        return UnusualPlaces(points.places[order], points.scores[order])

    def _rows(self, widths: Mapping[str, int | None]) -> dict[str, npt.NDArray[Any]] | None:
        """Arrays of as many rows each, of that many columns; None when one is missing or damaged."""
        try:
            found = {name: np.array(map_npy(self.folder / f"{name}.npy")) for name in widths}
        except (OSError, VolumeError):
            return None
        count = len(next(iter(found.values())))
        shapes = {name: (count,) if width is None else (count, width) for name, width in widths.items()}
        return None if any(found[name].shape != shape for name, shape in shapes.items()) else found


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
    made = ClusterRecord(id=new_id(), shape=geometry.shape, **record)
    return ClusterResult(make_folder(parent, made, ClusterResult), made, "r+")


def open_clusters(folder: Path) -> ClusterResult:
    """Open a cluster volume for reading; :class:`ProjectError` when it is damaged or too new."""
    return ClusterResult(folder, read_cluster_record(folder), "r")


def latest_clusters(project_folder: Path, fingerprint: str) -> tuple[ClusterResult | None, list[str]]:
    """Open the cluster volume that is shown: the last complete one, unless an earlier one was chosen since.

    Also says which could not be opened and why.
    """
    found, messages = kept_clusters(project_folder, fingerprint)
    for folder, _record in found:
        try:
            return open_clusters(folder), messages
        except ProjectError as error:
            messages.append(f"{error.message} {error.hint}")
    return None, messages


def kept_clusters(
    project_folder: Path, fingerprint: str
) -> tuple[list[tuple[Path, ClusterRecord]], list[str]]:
    """Folders and records of the complete cluster volumes of a survey, the one that is shown first.

    Also says which could not be read and why.
    """
    found, messages = [], []
    for path in sorted((project_folder / CLUSTER_FOLDER).glob(f"[!.]*/{RECORD_FILE}"), reverse=True):
        try:
            record = read_cluster_record(path.parent)
        except ProjectError as error:
            messages.append(f"{error.message} {error.hint}")
            continue
        if record.complete and record.survey_fingerprint == fingerprint:
            found.append((path.parent, record))
    found.sort(key=lambda kept: max(kept[1].shown, kept[0].name), reverse=True)
    return found, messages


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
    """Remove the other cluster volumes of a project: each takes half the disk space of the survey.

    Those that somebody named, coloured, merged or hid clusters of stay, and so does what cannot be read.
    """
    for path in (project_folder / CLUSTER_FOLDER).glob(f"[!.]*/{RECORD_FILE}"):
        if keep is not None and path.parent == keep.folder:
            continue
        try:
            has_work = read_cluster_record(path.parent).has_work
        except ProjectError:
            continue
        if not has_work:
            shutil.rmtree(path.parent, ignore_errors=True)
