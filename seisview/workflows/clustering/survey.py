"""Clusters of a survey: a map of every sample with its anomaly, from one pass over its sections.

Importing this module loads neither torch nor scikit-learn; calling its functions does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.volume import Volume
from seisview.learn.clustering.config import ClusterRecipe, SurveyFeatureConfig
from seisview.progress import Progress
from seisview.project.clusters import PIPELINE, ClusterPoints, ClusterResult, create_clusters
from seisview.workflows.clustering.mapping import MapFigures, section_cells, write_map
from seisview.workflows.clustering.output import cluster_scheme
from seisview.workflows.clustering.sampling import SampledPoints, sample_survey
from seisview.workflows.clustering.vectors import WHAT, save_vectors, survey_config, vector_source

if TYPE_CHECKING:
    from seisview.learn.clustering.pipeline import ClusterModel
    from seisview.learn.clustering.survey_vectors import VectorSource


def cluster_survey(
    volume: Volume,
    statistics: AmplitudeStatistics,
    recipe: ClusterRecipe,
    parent: Path | str,
    progress: Progress | None = None,
    using: Path | str | None = None,
) -> ClusterResult:
    """Cluster a survey and write the map below `parent`, whole or not at all.

    Emits :class:`SampledPoints`, then :class:`~seisview.learn.clustering.config.ViewReady` twice. Memory
    stays bounded by the sample and one section.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of `volume`.
    recipe : ClusterRecipe
    parent : Path or str
        Folder of cluster volumes, e.g. of a project.
    progress : Progress, optional
    using : Path or str, optional
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
    recipe, progress = recipe.for_survey(), progress or Progress()
    parent, using = Path(parent), None if using is None else Path(using)
    model, config = (None, recipe.survey) if using is None else _saved(using)
    source = vector_source(volume, statistics, config, progress, using)
    with progress.preparing():
        sampled = sample_survey(volume, source, config, recipe.clusters, source.axis, progress)
        progress.emit(sampled)
        if model is None:
            from seisview.learn.clustering.pipeline import fit_clusters

            model = fit_clusters(sampled.vectors, recipe.clusters, progress)
    result = create_clusters(parent, volume.geometry, _record(volume, model, config, source.cell))
    try:
        mapped = write_map(volume, source, model, result, progress)
        result.save_unusual(mapped.most_unusual())
        _keep_points(model, sampled, result, progress)
        _keep_pipeline(result, model, config, source)
        result.finish(_figures(model, mapped))
    finally:
        if not result.complete:
            result.delete()  # nobody knows about it yet
    return result


def _keep_points(
    model: ClusterModel, sampled: SampledPoints, result: ClusterResult, progress: Progress
) -> None:
    from seisview.learn.clustering.pipeline import sample_of

    config = model.config
    chosen = sample_of(len(sampled.vectors), config.max_fit_points, config.seed)
    found = model.apply(sampled.vectors.part(chosen), progress)
    scores = found.anomaly / np.float32(model.anomaly.threshold)
    labels = (found.assignments + 1).astype(np.int32)
    result.save_points(ClusterPoints(found.view, sampled.places[chosen], labels, scores))


def _keep_pipeline(
    result: ClusterResult, model: ClusterModel, config: SurveyFeatureConfig, source: VectorSource
) -> None:
    from seisview.learn.clustering.store import save_pipeline

    save_pipeline(result.folder / PIPELINE, model, {"what": WHAT, "features": config.to_dict()})
    save_vectors(result.folder / PIPELINE, config, source)


def _saved(using: Path) -> tuple[ClusterModel, SurveyFeatureConfig]:
    from seisview.learn.clustering.store import load_pipeline

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


def _figures(model: ClusterModel, mapped: MapFigures) -> dict[str, Any]:
    from seisview.learn.clustering.metrics import silhouette
    from seisview.learn.clustering.store import suggestion_table

    place = model.reference if model.space is None else model.space.positions
    return {
        "samples": mapped.samples[1 : model.n_clusters + 1].tolist(),
        "anomaly_samples": mapped.anomaly.tolist(),
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
