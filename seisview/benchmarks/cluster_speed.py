"""Speed of clusters: 50k points against UMAP on all of them."""

from __future__ import annotations

import os

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.cluster_cases import Score, told
from seisview.benchmarks.report import BenchmarkOptions
from seisview.learn.cluster_config import ClusterConfig

D1 = 0.6
_POINTS = 50_000
_DIMENSIONS = 64


def speed_scores(options: BenchmarkOptions) -> list[Score]:
    """Measure in one run, so that only ratios count."""
    from seisview.learn.clustering import Vectors, fit_clusters

    if options.is_quick:
        return []
    progress = options.progress
    points = _blobs(_POINTS)
    vectors = Vectors(points)
    started = _cpu_s()
    model = fit_clusters(vectors, ClusterConfig(clusters=12, embedding="umap", view="pca"), progress)
    model.apply(vectors, progress)
    ours = _cpu_s() - started
    theirs = _umap_on_all(points, options)
    ratio = ours / theirs
    return [
        Score("50k points", "UMAP 50-d on 10k, the rest placed, K-Means, anomaly", 12, seconds=ours),
        Score("50k points", "UMAP 50-d on all", 12, seconds=theirs),
        told(Score("50k points", f"D1: ratio {ratio:.2f}, wanted {D1}", met=ratio <= D1), options),
    ]


def _umap_on_all(points: npt.NDArray[np.float32], options: BenchmarkOptions) -> float:
    """Processor time of plain UMAP with a seed, in a process of its own like ours."""
    from seisview.learn.apart import run_apart

    started = _cpu_s()
    run_apart("umap_plain", {"points": points}, {"dimensions": 50, "seed": 42}, options.progress)
    return _cpu_s() - started


def _cpu_s() -> float:
    """Processor time of this process and of those it waited for: what else runs does not count."""
    return sum(os.times()[:4])


def _blobs(count: int) -> npt.NDArray[np.float32]:
    rng = np.random.default_rng(0)
    centres = rng.normal(scale=4, size=(12, _DIMENSIONS))
    return (centres[rng.integers(12, size=count)] + rng.normal(size=(count, _DIMENSIONS))).astype(np.float32)
