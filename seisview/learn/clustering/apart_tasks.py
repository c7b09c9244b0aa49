"""What :mod:`seisview.learn.clustering.apart` runs, with a folder as its only argument."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from seisview.learn.clustering.apart import ANSWERED, ASKED, Arrays, read_arrays, write_arrays


def umap_positions(arrays: Arrays, options: dict[str, Any]) -> Arrays:
    """Fit UMAP (McInnes et al. 2018) in one or several numbers of dimensions on one graph of neighbours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what is wanted: one thread, because of the seed
        from umap import UMAP

        points = arrays["points"]
        graph = _graph_of_neighbours(points, options["neighbours"])
        answers = {}
        for dimensions in options["dimensions"]:
            model = UMAP(
                n_neighbors=options["neighbours"],
                n_components=dimensions,
                random_state=options["seed"],
                n_jobs=1,
                precomputed_knn=graph,
                force_approximation_algorithm=True,
            )
            answers[f"positions_{dimensions}"] = model.fit_transform(points).astype(np.float32)
    return answers


def _graph_of_neighbours(points: np.ndarray[Any, Any], count: int) -> tuple[Any, Any]:
    """Exact neighbours, once for all dimensions; this spares compiling an approximate search, too."""
    from seisview.learn.clustering.neighbours import nearest

    distances, indices = nearest(points, points, count)
    return indices.astype(np.int32), distances


def hdbscan_labels(arrays: Arrays, options: dict[str, Any]) -> Arrays:
    """Clusters of any shape by density (Campello et al. 2013); -1 belongs to none."""
    from sklearn.cluster import HDBSCAN

    found = HDBSCAN(min_cluster_size=options["smallest"], copy=True).fit_predict(arrays["points"])
    return {"labels": np.asarray(found, np.int64)}


def umap_of_all(arrays: Arrays, options: dict[str, Any]) -> Arrays:
    """Fit UMAP as it comes, on everything; what the benchmark compares with."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        model = UMAP(n_components=options["dimensions"], random_state=options["seed"], n_jobs=1)
        return {"positions": model.fit_transform(arrays["points"]).astype(np.float32)}


TASKS: dict[str, Callable[[Arrays, dict[str, Any]], Arrays]] = {
    "umap": umap_positions,
    "umap_plain": umap_of_all,
    "hdbscan": hdbscan_labels,
}


def main(folder: Path) -> None:
    """Do what the folder asks for and leave the answer there."""
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    answers = TASKS[task["task"]](read_arrays(folder / ASKED), task["options"])
    write_arrays(folder / ANSWERED, answers)


if __name__ == "__main__":
    # the window keeps the other cores; UMAP with a seed uses one anyway
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    main(Path(sys.argv[1]))
