"""The places of a survey that clusters are fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.learn.clustering.config import ClusterConfig, SurveyFeatureConfig
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.learn.clustering.pipeline import Vectors
    from seisview.learn.clustering.survey_vectors import VectorSource

_SAMPLED_SECTIONS = 40


@dataclass(frozen=True, slots=True, eq=False)
class SampledPoints:
    """Event and result: which places of the survey were fitted.

    Attributes
    ----------
    vectors : Vectors
    places : ndarray of int32, shape (n, 3)
        Inline, crossline and sample index of the middle of each cell.
    """

    vectors: Vectors
    places: npt.NDArray[np.int32]


def sample_survey(
    volume: Volume,
    source: VectorSource,
    config: SurveyFeatureConfig,
    clusters: ClusterConfig,
    axis: Axis,
    progress: Progress,
) -> SampledPoints:
    """Draw points from sections spread over the survey, as many as are fitted.

    Raises
    ------
    ModelError
        If the survey holds no data.
    """
    from seisview.learn.clustering.pipeline import Vectors
    from seisview.learn.clustering.survey_vectors import cell_depth

    count = volume.geometry.count(axis)
    lines = np.unique(np.linspace(0, count - 1, min(count, _SAMPLED_SECTIONS)).astype(int))
    rng = np.random.default_rng(clusters.seed)
    values, depths, places = [], [], []
    for index in progress.track(lines.tolist(), "Getting to know the survey"):
        cells, live = source.vectors(SectionKey(axis, index), progress.check)
        rows, columns = cells.shape[:2]
        usable = np.flatnonzero(np.broadcast_to(live, (rows, columns)))
        wanted = -(-clusters.max_fit_points // len(lines))
        chosen = np.sort(rng.permutation(usable)[:wanted])
        values.append(cells.reshape(rows * columns, -1)[chosen])
        depths.append(cell_depth(rows, columns)[chosen])
        places.append(cell_middles(volume.geometry, SectionKey(axis, index), chosen, columns, source.cell))
    found = np.concatenate(values)
    if not len(found):
        raise ModelError("The survey holds no data to cluster.", "Open another survey.")
    return SampledPoints(
        Vectors(found, np.concatenate(depths), degree=config.detrend), np.concatenate(places)
    )


def cell_middles(
    geometry: SurveyGeometry, key: SectionKey, chosen: npt.NDArray[np.intp], columns: int, cell: int
) -> npt.NDArray[np.int32]:
    """Inline, crossline and sample index of the middle of cells of a vertical section.

    Parameters
    ----------
    geometry : SurveyGeometry
    key : SectionKey
    chosen : ndarray of int, shape (n,)
        Cells, counted row by row.
    columns : int
        Cells in a row.
    cell : int
        Samples and traces of a cell.

    Returns
    -------
    ndarray of int32, shape (n, 3)
    """
    n_samples, n_traces = geometry.section_shape(key.axis)
    samples = np.minimum((chosen // columns) * cell + cell // 2, n_samples - 1)
    traces = np.minimum((chosen % columns) * cell + cell // 2, n_traces - 1)
    line = np.full(len(chosen), key.index)
    lines = (line, traces) if key.axis is Axis.INLINE else (traces, line)
    return np.stack([*lines, samples], axis=-1).astype(np.int32)
