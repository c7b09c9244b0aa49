"""The files that a run of clusters leaves, with the names of reference system B."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import write_error
from seisview.export.scatter import save_scatter
from seisview.labels.facies import DEFAULT_PALETTE, FaciesClass, FaciesScheme

ASSIGNMENTS = "cluster_assignments.npy"
MAPPING = "cluster_to_label_mapping.json"
METRICS = "classification_metrics.csv"
PREDICTIONS = "predictions.csv"
ANOMALIES = "anomaly_scores.csv"
TRUE_VIEW = "umap_true_labels.png"
CLUSTER_VIEW = "umap_kmeans_clusters.png"
PIPELINE = "pipeline"
SUMMARY = "summary.json"

_SPARED = 4
METRIC_COLUMNS = ("class", "TP", "FP", "TN", "FN", "precision", "recall", "f1", "support")


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a table as CSV, UTF-8; what is not a number is left empty. :class:`ExportError` when it fails."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: _cell(row[name]) for name in columns} for row in rows)
    except OSError as error:
        raise write_error(path, error) from error


def write_json(path: Path, content: Any) -> None:
    """Write plain data as JSON; numbers that are not finite become null."""
    try:
        path.write_text(json.dumps(plain(content), indent=1, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise write_error(path, error) from error


def write_array(path: Path, values: npt.NDArray[Any]) -> None:
    """Write an array as ``.npy``; :class:`ExportError` when it fails."""
    try:
        np.save(path, values, allow_pickle=False)
    except OSError as error:
        raise write_error(path, error) from error


def write_views(
    folder: Path,
    view: npt.NDArray[np.float32],
    view_name: str,
    groups: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    class_names: Sequence[str],
    cluster_names: Sequence[str],
) -> None:
    """Draw the map of points twice: by true class and by cluster.

    Parameters
    ----------
    folder : Path
    view : ndarray of float32, shape (n, 2)
    view_name : str
        ``"umap"`` or ``"pca"``; stands in the titles.
    groups : (ndarray of int, ndarray of int), each of shape (n,)
        Classes and clusters; -1 for none.
    class_names, cluster_names : sequence of str
    """
    title = f"{view_name.upper()} of {len(view):,} points"
    truth, clusters = groups
    save_scatter(folder / TRUE_VIEW, view, truth, scheme_of(class_names).classes, f"{title}, by true class")
    save_scatter(
        folder / CLUSTER_VIEW, view, clusters, scheme_of(cluster_names).classes, f"{title}, by cluster"
    )


def scheme_of(names: Sequence[str]) -> FaciesScheme:
    """Classes 1, 2, ... in the default colours, their names made different where they are not."""
    seen: set[str] = set()
    different = []
    for name in names:
        wanted, number = (" ".join(name.split()) or "none")[:60], 2
        while wanted.casefold() in seen:
            wanted, number = f"{name[:50]} ({number})", number + 1
        seen.add(wanted.casefold())
        different.append(wanted)
    return FaciesScheme.named(different)


def cluster_names(count: int) -> list[str]:
    """Return what clusters are called until somebody names them."""
    return [f"Cluster {number}" for number in range(1, count + 1)]


def cluster_scheme(count: int) -> FaciesScheme:
    """Clusters 1, 2, ... in colours that the first facies classes do not have: both are drawn together."""
    colors = [*DEFAULT_PALETTE[_SPARED:], *DEFAULT_PALETTE[:_SPARED]]
    named = zip(range(1, count + 1), cluster_names(count), strict=True)
    return FaciesScheme(tuple(FaciesClass(i, name, colors[(i - 1) % len(colors)]) for i, name in named))


def plain(value: Any) -> Any:
    """Nested plain data without numpy numbers and without what JSON does not know."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _cell(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}" if math.isfinite(value) else ""
    return "" if value is None else value
