"""Clusters of a survey: a map of every sample with its anomaly, from one pass over its sections.

Importing this module loads neither torch nor scikit-learn; calling its functions does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.learn.cluster_config import Recipe, SurveyFeatureConfig
from seisview.progress import Progress
from seisview.project.clusters import ANOMALOUS, PIPELINE, ClusterPoints, ClusterResult, create_clusters
from seisview.workflows.cluster_output import cluster_scheme
from seisview.workflows.cluster_sampling import SampledPoints, sample_survey
from seisview.workflows.cluster_vectors import WHAT, save_vectors, survey_config, vector_source

if TYPE_CHECKING:
    from seisview.learn.clustering import ClusterModel
    from seisview.learn.survey_vectors import VectorSource

FloatArray = npt.NDArray[np.float32]


def cluster_survey(
    volume: Volume,
    statistics: AmplitudeStatistics,
    recipe: Recipe,
    parent: Path,
    progress: Progress,
    using: Path | None = None,
) -> ClusterResult:
    """Cluster a survey and write the map below `parent`, whole or not at all.

    Emits :class:`SampledPoints`, then :class:`~seisview.learn.cluster_config.ViewReady` twice. Memory stays
    bounded by the sample and one section.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of `volume`.
    recipe : Recipe
    parent : Path
        Folder of cluster volumes, e.g. of a project.
    progress : Progress
    using : Path, optional
        A saved pipeline to apply instead of fitting one.

    Returns
    -------
    ClusterResult
        Complete, open.

    Raises
    ------
    ModelError
        If there is too little data, UMAP or HDBSCAN fails, or the pipeline is not one of surveys.
    ExportError
        If the disk is full.
    Cancelled
        At once when the job is cancelled.
    """
    recipe = recipe.for_survey()
    model, config = (None, recipe.survey) if using is None else _saved(using)
    source = vector_source(volume, statistics, config, progress, using)
    axis = source.axis
    sampled = sample_survey(volume, source, config, recipe.clusters, axis, progress)
    progress.emit(sampled)
    if model is None:
        from seisview.learn.clustering import fit_clusters

        model = fit_clusters(sampled.vectors, recipe.clusters, progress)
    result = create_clusters(parent, volume.geometry, _record(volume, model, config, source.cell))
    try:
        sizes = _write_map(volume, source, model, result, axis, progress)
        _keep_points(model, sampled, result, progress)
        _keep_pipeline(result, model, config, source)
        result.finish(_figures(model, sizes))
    finally:
        if not result.complete:
            result.delete()  # nobody knows about it yet
    return result


def _write_map(
    volume: Volume,
    source: VectorSource,
    model: ClusterModel,
    result: ClusterResult,
    axis: Axis,
    progress: Progress,
) -> npt.NDArray[np.int64]:
    """Cluster section by section; returns the samples of every stored value."""
    from seisview.learn.survey_vectors import on_samples

    shape = volume.geometry.section_shape(axis)
    sizes = np.zeros(256, np.int64)
    for index in progress.track(range(volume.geometry.count(axis)), "Mapping clusters"):
        key = SectionKey(axis, index)
        cells, live = source.vectors(key, progress.check)
        clusters, anomaly = section_cells(model, cells, live, progress)
        stored = on_samples(clusters, source.cell, shape)
        result.write_section(key, stored, on_samples(anomaly, source.cell, shape))
        sizes += np.bincount(stored.ravel(), minlength=256)
    return sizes


def section_cells(
    model: ClusterModel, cells: FloatArray, live: npt.NDArray[np.bool_], progress: Progress
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Clusters (from 1; 0 for none) and stored anomaly of the cells of a section, uint8."""
    from seisview.learn.clustering import Vectors
    from seisview.learn.survey_vectors import cell_depth

    rows, columns = cells.shape[:2]
    vectors = Vectors(cells.reshape(rows * columns, -1), cell_depth(rows, columns))
    found = model.apply(vectors, progress, with_view=False)
    clusters = (found.assignments.reshape(rows, columns) + 1) * live
    anomaly = stored_anomaly(found.anomaly, model.anomaly.threshold).reshape(rows, columns) * live
    return clusters.astype(np.uint8), anomaly.astype(np.uint8)


def stored_anomaly(scores: FloatArray, threshold: float) -> npt.NDArray[np.uint8]:
    """Scores as bytes, :data:`~seisview.project.clusters.ANOMALOUS` at the threshold, at least 1."""
    scaled = np.floor(scores * (ANOMALOUS / max(threshold, 1e-9)))
    stored: npt.NDArray[np.uint8] = np.clip(scaled, 1, 255).astype(np.uint8)
    return stored


def _keep_points(
    model: ClusterModel, sampled: SampledPoints, result: ClusterResult, progress: Progress
) -> None:
    from seisview.learn.clustering import sample_of

    config = model.config
    chosen = sample_of(len(sampled.vectors), config.max_fit_points, config.seed)
    found = model.apply(sampled.vectors.part(chosen), progress)
    scores = found.anomaly / np.float32(model.anomaly.threshold)
    labels = (found.assignments + 1).astype(np.int32)
    result.save_points(ClusterPoints(found.view, sampled.places[chosen], labels, scores))


def _keep_pipeline(
    result: ClusterResult, model: ClusterModel, config: SurveyFeatureConfig, source: VectorSource
) -> None:
    from seisview.learn.cluster_store import save_pipeline

    save_pipeline(result.folder / PIPELINE, model, {"what": WHAT, "features": config.to_dict()})
    save_vectors(result.folder / PIPELINE, config, source)


def _saved(using: Path) -> tuple[ClusterModel, SurveyFeatureConfig]:
    from seisview.learn.cluster_store import load_pipeline

    model, origin = load_pipeline(using)
    return model, survey_config(origin, using)


def _record(volume: Volume, model: ClusterModel, config: SurveyFeatureConfig, cell: int) -> dict[str, Any]:
    n_clusters = model.n_clusters
    return {
        "title": f"{n_clusters} clusters",
        "survey_fingerprint": volume.fingerprint,
        "classes": cluster_scheme(n_clusters).to_dicts(),
        "groups": list(range(n_clusters + 1)),
        "threshold": model.anomaly.threshold,
        "settings": {"clusters": model.config.to_dict(), "features": config.to_dict(), "cell": cell},
    }


def _figures(model: ClusterModel, sizes: npt.NDArray[np.int64]) -> dict[str, Any]:
    from seisview.learn.cluster_metrics import silhouette
    from seisview.learn.cluster_store import suggestion_table

    place = model.reference if model.space is None else model.space.positions
    return {
        "samples": [int(n) for n in sizes[1 : model.n_clusters + 1]],
        "silhouette": silhouette(place, model.labels),
        "view": model.view_name,
        "n_fitted": len(model.reference),
        "counts_tried": [] if model.suggestion is None else suggestion_table(model.suggestion),
        "anomalous_fraction": model.anomaly.fraction,
        "isolation_forest_agreement": model.anomaly.agreement,
    }


__all__ = [
    "SampledPoints",
    "cluster_survey",
    "sample_survey",
    "section_cells",
    "survey_config",
    "vector_source",
]
