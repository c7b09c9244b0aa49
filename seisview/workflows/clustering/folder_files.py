"""The files of a run on a folder of patches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from seisview.atomic import replacing
from seisview.export.guard import refuse_overwriting
from seisview.learn.clustering.config import ClusterRecipe
from seisview.progress import Progress
from seisview.workflows.clustering.folder import FolderClusters, FolderRequest, cluster_folder
from seisview.workflows.clustering.output import (
    ANOMALIES,
    ASSIGNMENTS,
    MAPPING,
    METRIC_COLUMNS,
    METRICS,
    PIPELINE,
    PREDICTIONS,
    SUMMARY,
    cluster_names,
    plain,
    write_array,
    write_json,
    write_rows,
    write_views,
)

_PREDICTION_COLUMNS = ("file", "true_label", "predicted_label", "cluster", "part")
_ANOMALY_COLUMNS = ("rank", "file", "score", "anomalous", "cluster", "part")


def cluster_folder_to_files(
    request: FolderRequest, out: Path, recipe: ClusterRecipe | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Cluster a folder of patches and write everything into a new folder, whole or not at all.

    Parameters
    ----------
    request : FolderRequest
    out : Path
        Replaced when it exists.
    recipe : ClusterRecipe, optional
        Ignored where a saved pipeline is used.
    progress : Progress, optional

    Returns
    -------
    dict
        What ``summary.json`` holds.

    Raises
    ------
    VolumeError, ModelError, Cancelled
        As :func:`~seisview.workflows.clustering.folder.cluster_folder`.
    ExportError
        If `out` cannot be written.
    """
    progress = progress or Progress()
    refuse_overwriting(out, [request.folder, request.test, request.using])
    return save_folder_clusters(cluster_folder(request, recipe, progress), out, progress)


def save_folder_clusters(
    result: FolderClusters, out: Path, progress: Progress | None = None
) -> dict[str, Any]:
    """Write everything about clusters of a folder into a new folder, whole or not at all.

    Parameters
    ----------
    result : FolderClusters
    out : Path
        Replaced when it exists.
    progress : Progress, optional

    Returns
    -------
    dict
        What ``summary.json`` holds.

    Raises
    ------
    ExportError
        If `out` cannot be written, or is one of the folders that were read.
    """
    refuse_overwriting(out, [collection.folder for collection in result.collections])
    (progress or Progress()).report("Writing the results")
    with replacing(out) as folder:
        folder.mkdir()
        summary = write_folder_files(folder, result)
    return {"out": str(out), **summary}


def write_folder_files(folder: Path, result: FolderClusters) -> dict[str, Any]:
    """Write all files of a run into an empty folder; returns the summary."""
    names, clusters = result.class_names, result.found.assignments
    write_array(folder / ASSIGNMENTS, clusters.astype(np.int32))
    mapping = {str(c): _name(names, number) for c, number in enumerate(result.mapping.tolist())}
    write_json(folder / MAPPING, mapping)
    write_rows(folder / METRICS, METRIC_COLUMNS, folder_metrics(result))
    write_rows(folder / PREDICTIONS, _PREDICTION_COLUMNS, _predictions(result))
    write_rows(folder / ANOMALIES, _ANOMALY_COLUMNS, _anomalies(result))
    write_views(
        folder,
        result.found.view,
        result.model.view_name,
        (result.truth, clusters),
        names,
        cluster_names(result.model.n_clusters),
    )
    _save_pipeline(folder / PIPELINE, result)
    summary = plain(folder_summary(result))
    write_json(folder / SUMMARY, summary)
    return dict(summary)


def _save_pipeline(folder: Path, result: FolderClusters) -> None:
    from seisview.learn.clustering.config import PatchFeatureConfig
    from seisview.learn.clustering.store import EXTRACTOR, save_pipeline

    save_pipeline(folder, result.model, result.origin)
    config = PatchFeatureConfig(**result.origin["features"])
    if config.is_deep:
        from seisview.learn.features.patch_network import save_extractor

        save_extractor(config, folder / EXTRACTOR)


def folder_metrics(result: FolderClusters) -> list[dict[str, Any]]:
    """Rows of the table of scores, by class."""
    from seisview.learn.clustering.metrics import class_scores, table_rows

    scored = result.scored
    return table_rows(class_scores(result.truth[scored], result.predicted[scored], result.class_names))


def _predictions(result: FolderClusters) -> Iterator[dict[str, Any]]:
    rows = zip(
        result.files,
        result.truth.tolist(),
        result.predicted.tolist(),
        result.found.assignments.tolist(),
        result.parts.tolist(),
        strict=True,
    )
    for file, truth, predicted, cluster, part in rows:
        yield {
            "file": file,
            "true_label": _name(result.class_names, truth),
            "predicted_label": _name(result.class_names, predicted),
            "cluster": cluster,
            "part": part,
        }


def _anomalies(result: FolderClusters) -> Iterator[dict[str, Any]]:
    scores, threshold = result.found.anomaly, result.model.anomaly.threshold
    for rank, index in enumerate(np.argsort(-scores, kind="stable").tolist(), start=1):
        yield {
            "rank": rank,
            "file": result.files[index],
            "score": float(scores[index]),
            "anomalous": int(scores[index] > threshold),
            "cluster": int(result.found.assignments[index]),
            "part": result.parts[index],
        }


def folder_summary(result: FolderClusters) -> dict[str, Any]:
    """What a run found, as plain data."""
    from seisview.learn.clustering.metrics import agreement, silhouette
    from seisview.learn.clustering.store import suggestion_table

    model, found, scored = result.model, result.found, result.scored
    place = model.reference if model.space is None else model.space.positions
    unreadable = [item for collection in result.collections for item in collection.unreadable]
    sizes = np.bincount(found.assignments[found.assignments >= 0], minlength=model.n_clusters)
    return {
        "what": "folder",
        "n_images": len(result.files),
        "n_unreadable": len(unreadable),
        "unreadable": [{"file": str(item.path), "reason": item.reason} for item in unreadable],
        "n_fitted": len(model.reference),
        "n_scored": int(scored.sum()),
        "n_clusters": model.n_clusters,
        "sizes": sizes.tolist(),
        "embedding": model.config.embedding,
        "method": model.config.method,
        "features": result.origin["features"],
        **agreement(result.truth[scored], found.assignments[scored], len(result.class_names)),
        "accuracy": _accuracy(result),
        "silhouette": silhouette(place, model.labels),
        "counts_tried": [] if model.suggestion is None else suggestion_table(model.suggestion),
        "anomaly_threshold": model.anomaly.threshold,
        "anomalous_fraction": float(np.mean(found.anomaly > model.anomaly.threshold)),
        "isolation_forest_agreement": model.anomaly.agreement,
        "seconds": result.seconds,
    }


def _accuracy(result: FolderClusters) -> float:
    scored = result.scored
    return float(np.mean(result.predicted[scored] == result.truth[scored])) if scored.any() else float("nan")


def _name(names: tuple[str, ...], number: int) -> str | None:
    return names[number] if number >= 0 else None
