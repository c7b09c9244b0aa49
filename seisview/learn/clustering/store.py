"""A fitted pipeline as a folder of safetensors files and one JSON file; nothing in it executes on reading.

``pca`` (scale, trend, components), ``umap_clusters`` and ``umap_view`` (positions of the reference points),
``kmeans`` (centres and labels) and ``anomaly``; ``feature_extractor`` beside them where a network was used.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from seisview.atomic import write_error
from seisview.errors import ModelError
from seisview.learn.clustering.anomaly import AnomalyModel
from seisview.learn.clustering.config import ClusterConfig
from seisview.learn.clustering.count import CountScore, CountSuggestion
from seisview.learn.clustering.embedding import PlacedMap
from seisview.learn.clustering.pipeline import ClusterModel
from seisview.learn.clustering.reduction import Reduction

KIND = "seisview clusters"
VERSION = 1
DESCRIPTION = "pipeline.json"
EXTRACTOR = "feature_extractor.safetensors"

Tensors = dict[str, dict[str, np.ndarray[Any, Any]]]


def save_pipeline(folder: Path, model: ClusterModel, origin: dict[str, Any]) -> None:
    """Write a pipeline into a new folder.

    Parameters
    ----------
    folder : Path
        Must not exist; its parent must.
    model : ClusterModel
    origin : dict
        How vectors are made and from what, as JSON values; :func:`load_pipeline` gives it back.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    described = {"kind": KIND, "version": VERSION, **_described(model), "origin": origin}
    try:
        folder.mkdir()
        for name, tensors in _tensors(model).items():
            save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, folder / name)
        (folder / DESCRIPTION).write_text(json.dumps(described, indent=1), encoding="utf-8")
    except OSError as error:
        raise write_error(folder, error) from error
    except SafetensorError as error:
        raise write_error(folder, OSError(str(error))) from error


def load_pipeline(folder: Path) -> tuple[ClusterModel, dict[str, Any]]:
    """Read a pipeline, or the ``pipeline`` folder of a run.

    Returns
    -------
    ClusterModel
    dict
        Its origin.

    Raises
    ------
    ModelError
        If there is none, it is damaged, or a newer seisview wrote it.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not (folder / DESCRIPTION).is_file() and (folder / "pipeline" / DESCRIPTION).is_file():
        folder = folder / "pipeline"
    described = _read_description(folder)
    try:
        tensors = {
            path.name: load_file(path) for path in folder.glob("*.safetensors") if path.name != EXTRACTOR
        }
        return _restored(described, tensors), dict(described["origin"])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"The pipeline in {folder} is damaged.", "Fit it again.") from error


def _read_description(folder: Path) -> dict[str, Any]:
    try:
        described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{folder} holds no pipeline.", "Name the folder a run of `seisview cluster` wrote."
        ) from error
    if not isinstance(described, dict) or described.get("kind") != KIND:
        raise ModelError(f"{folder} holds no pipeline of clusters.", "Choose another folder.")
    if described.get("version") != VERSION:
        raise ModelError(f"The pipeline in {folder} is of another version of seisview.", "Update seisview.")
    return described


def _tensors(model: ClusterModel) -> Tensors:
    anomaly = model.anomaly
    found: Tensors = {
        "pca.safetensors": {
            "trend": model.reduction.trend,
            "matrix": model.reduction.matrix,
            "reference": model.reference,
        },
        "umap_view.safetensors": {"positions": model.view.positions},
        "kmeans.safetensors": {"labels": model.labels.astype(np.int64)},
        "anomaly.safetensors": {
            "reference": anomaly.reference,
            "centres": anomaly.centres,
            "usual_centre": anomaly.usual_centre,
        },
    }
    if model.centres is not None:
        found["kmeans.safetensors"]["centres"] = model.centres
    if model.space is not None:
        found["umap_clusters.safetensors"] = {"positions": model.space.positions}
    return found


def _described(model: ClusterModel) -> dict[str, Any]:
    anomaly, suggestion = model.anomaly, model.suggestion
    return {
        "config": model.config.to_dict(),
        "view": model.view_name,
        "placement": "inverse-distance interpolation between the five nearest reference points",
        "anomaly": {
            "usual_neighbour": anomaly.usual_neighbour,
            "threshold": anomaly.threshold,
            "fraction": anomaly.fraction,
            "agreement": anomaly.agreement,
        },
        "suggestion": None if suggestion is None else suggestion_table(suggestion),
    }


def suggestion_table(suggestion: CountSuggestion) -> list[dict[str, float | int]]:
    """What was tried to find the number of clusters, as plain data."""
    return [
        {"clusters": s.clusters, "silhouette": s.silhouette, "stability": s.stability}
        for s in suggestion.scores
    ]


def _restored(described: dict[str, Any], tensors: Tensors) -> ClusterModel:
    pca, kmeans = tensors["pca.safetensors"], tensors["kmeans.safetensors"]
    stored, numbers = tensors["anomaly.safetensors"], described["anomaly"]
    labels = np.asarray(kmeans["labels"], np.intp)
    table = described["suggestion"]
    scores = None if table is None else tuple(CountScore(**row) for row in table)
    model = ClusterModel(
        config=ClusterConfig.from_dict(described["config"]),
        reduction=Reduction(pca["trend"], pca["matrix"]),
        reference=pca["reference"],
        labels=labels,
        centres=kmeans.get("centres"),
        space=_map(tensors.get("umap_clusters.safetensors")),
        view=PlacedMap(tensors["umap_view.safetensors"]["positions"]),
        view_name=str(described["view"]),
        anomaly=AnomalyModel(
            stored["reference"], stored["centres"], usual_centre=stored["usual_centre"], **numbers
        ),
        suggestion=None if scores is None else CountSuggestion(int(labels.max()) + 1, scores),
    )
    _check(model)
    return model


def _map(tensors: dict[str, np.ndarray[Any, Any]] | None) -> PlacedMap | None:
    return None if tensors is None else PlacedMap(tensors["positions"])


def _check(model: ClusterModel) -> None:
    """Shapes that do not fit each other would fail later, or give nonsense."""
    n, width = model.reference.shape
    channels = model.reduction.matrix.shape
    fits = [
        channels == (model.reduction.trend.shape[1], width),
        model.labels.shape == (n,),
        model.view.positions.shape == (n, 2),
        model.space is None or len(model.space.positions) == n,
        model.anomaly.centres.shape == (len(model.anomaly.usual_centre), width),
        model.n_clusters <= len(model.anomaly.centres),
        model.anomaly.reference.ndim == 2 and model.anomaly.reference.shape[1] == width,
        model.centres is None or len(model.centres) == model.n_clusters,
        all(np.isfinite(values).all() for values in (model.reference, model.reduction.matrix)),
    ]
    if not all(fits):
        raise ValueError("the arrays do not fit each other")
