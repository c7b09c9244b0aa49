"""Speed of clusters: 50k points against UMAP on all of them, and 50k image files."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.cluster_cases import Score, told
from seisview.benchmarks.memory import anonymous_mb
from seisview.benchmarks.report import BenchmarkOptions
from seisview.data.patches.collection import PatchCollection
from seisview.learn.clustering.config import ClusterConfig, PatchFeatureConfig
from seisview.progress import Progress

D1 = 0.6
_POINTS = 50_000
_DIFFERENT = 200
_DIMENSIONS = 64


def speed_scores(options: BenchmarkOptions) -> list[Score]:
    """Measure in one run, so that only ratios count."""
    from seisview.learn.clustering.pipeline import Vectors, fit_clusters

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


def patches_scores(options: BenchmarkOptions) -> list[Score]:
    """Clusters of 50k image files with the default settings: how long, and in how much memory."""
    from seisview.learn.clustering.pipeline import Vectors, fit_clusters
    from seisview.workflows.clustering.patches import patch_vectors

    count, peak = 1000 if options.is_quick else _POINTS, [0.0]
    options.progress.report(f"Clustering {count} patches")
    looking = Progress(lambda _state: peak.__setitem__(0, max(peak[0], anonymous_mb(give_back=False))))
    with tempfile.TemporaryDirectory(prefix="seisview-benchmark-") as name:
        collection = _patch_files(Path(name), count)
        before, started = anonymous_mb(), time.monotonic()
        with mock.patch.dict(os.environ, SEISVIEW_CACHE_DIR=name):
            values = patch_vectors(collection, PatchFeatureConfig(), collection.scale, looking)
        vectors = Vectors(values)
        fit_clusters(vectors, ClusterConfig(clusters=4, view="pca"), looking).apply(vectors, looking)
        seconds, held = time.monotonic() - started, values.nbytes / 1e6
    text = (
        f"files to clusters; {peak[0] - before:+.0f} MB at the most, their vectors are {held:.0f} MB on disk"
    )
    case = f"{count // 1000}k patches"
    return [told(Score(case, text, 4, seconds=seconds), options)]


def _patch_files(folder: Path, count: int) -> PatchCollection:
    """As many image files as asked for, 200 different ones."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(_DIFFERENT):
        paths.append(folder / f"{number:03}.npy")
        smooth = np.cumsum(rng.normal(size=(99, 99)), axis=number % 2) * (1 + number % 4)
        np.save(paths[-1], smooth.astype(np.float32))
    chosen = tuple(paths[number % _DIFFERENT] for number in range(count))
    return PatchCollection(folder, chosen, np.full(count, -1), (), (), ((99, 99),) * count, f"{count}")


def _umap_on_all(points: npt.NDArray[np.float32], options: BenchmarkOptions) -> float:
    """Processor time of plain UMAP with a seed, in a process of its own like ours."""
    from seisview.learn.clustering.apart import run_apart

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
