"""The map of clusters of a survey: every section once, and what is most unusual anywhere in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.progress import Progress
from seisview.project.clusters import ANOMALOUS, ClusterResult, UnusualPlaces
from seisview.workflows.clustering.sampling import cell_middles

if TYPE_CHECKING:
    from seisview.learn.clustering.pipeline import ClusterModel
    from seisview.learn.clustering.survey_vectors import VectorSource

FloatArray = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

_PER_SECTION = 12
_KEPT = 2000


@dataclass(slots=True)
class MapFigures:
    """What was counted while the map was made.

    Attributes
    ----------
    samples, anomaly : ndarray of int64, shape (256,)
        Samples of every stored value.
    unusual : list of UnusualPlaces
        Of every section.
    """

    samples: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(256, np.int64))
    anomaly: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(256, np.int64))
    unusual: list[UnusualPlaces] = field(default_factory=list)

    def most_unusual(self) -> UnusualPlaces:
        """The most unusual places of all sections, in order."""
        places = np.concatenate([each.places for each in self.unusual])
        scores = np.concatenate([each.scores for each in self.unusual])
        order = np.argsort(-scores, kind="stable")[:_KEPT]
        return UnusualPlaces(places[order], scores[order])


@dataclass(frozen=True, slots=True, eq=False)
class CellMap:
    """Cells of a section.

    Attributes
    ----------
    clusters : ndarray of uint8
        From 1; 0 for none.
    scores : ndarray of float32
        Anomaly, in units of the threshold; 0 where there is no data.
    """

    clusters: Bytes
    scores: FloatArray

    @property
    def anomaly(self) -> Bytes:
        """Scores as they are stored: :data:`ANOMALOUS` at the threshold, at least 1 where there is data."""
        stored = np.clip(np.floor(self.scores * ANOMALOUS), 1, 255)
        return np.where(self.clusters > 0, stored, 0).astype(np.uint8)


def write_map(
    volume: Volume, source: VectorSource, model: ClusterModel, result: ClusterResult, progress: Progress
) -> MapFigures:
    """Cluster section by section, into the files of a result.

    Raises
    ------
    Cancelled
        If the job was asked to stop.
    """
    from seisview.learn.clustering.survey_vectors import on_samples

    axis = source.axis
    shape, figures = volume.geometry.section_shape(axis), MapFigures()
    for index in progress.track(range(volume.geometry.count(axis)), "Mapping clusters"):
        key = SectionKey(axis, index)
        cells, live = source.vectors(key, progress.check)
        found = section_cells(model, cells, live, progress)
        stored, anomaly = (on_samples(each, source.cell, shape) for each in (found.clusters, found.anomaly))
        result.write_section(key, stored, anomaly)
        figures.samples += np.bincount(stored.ravel(), minlength=256)
        figures.anomaly += np.bincount(anomaly.ravel(), minlength=256)
        figures.unusual.append(_unusual(volume, key, found.scores, source.cell))
    return figures


def section_cells(
    model: ClusterModel, cells: FloatArray, live: npt.NDArray[np.bool_], progress: Progress
) -> CellMap:
    """Clusters and anomaly of the cells of a section."""
    from seisview.learn.clustering.pipeline import Vectors
    from seisview.learn.clustering.survey_vectors import cell_depth

    rows, columns = cells.shape[:2]
    vectors = Vectors(cells.reshape(rows * columns, -1), cell_depth(rows, columns))
    found = model.apply(vectors, progress, with_view=False)
    clusters = (found.assignments.reshape(rows, columns) + 1) * live
    scores = found.anomaly.reshape(rows, columns) / np.float32(max(model.anomaly.threshold, 1e-9))
    return CellMap(clusters.astype(np.uint8), np.asarray(scores * live, np.float32))


def _unusual(volume: Volume, key: SectionKey, scores: FloatArray, cell: int) -> UnusualPlaces:
    """Cells of a section that are more unusual than all around them, the most unusual ones."""
    padded = np.pad(scores, 1)
    around = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).max(axis=(2, 3))
    peaks = np.flatnonzero((scores >= around) & (scores > 0))
    chosen = peaks[np.argsort(-scores.ravel()[peaks], kind="stable")[:_PER_SECTION]]
    places = cell_middles(volume.geometry, key, chosen, scores.shape[1], cell)
    return UnusualPlaces(places, scores.ravel()[chosen])
