"""Speed of clusters: 50k points against UMAP on all of them, and the map of a large survey from its cache."""

from __future__ import annotations

import os
import time

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.cluster_cases import Score, told
from seisview.benchmarks.memory import peak_mb
from seisview.benchmarks.report import BenchmarkOptions
from seisview.learn.cluster_config import ClusterConfig

D1 = 0.6
_SURVEY = (600, 63, 113)  # lines, and cells of a section, of 600 x 900 x 500
_DIMENSIONS = 64


def speed_scores(options: BenchmarkOptions) -> list[Score]:
    """Measure in one run, so that only ratios count."""
    from seisview.learn.clustering import Vectors, fit_clusters

    n_points = 3000 if options.is_quick else 50_000
    progress = options.progress
    points = _blobs(n_points)
    vectors = Vectors(points)
    scores = []
    if not options.is_quick:
        config = ClusterConfig(clusters=12, embedding="umap", view="pca")
        started = _cpu_s()
        model = fit_clusters(vectors, config, progress)
        model.apply(vectors, progress)
        ours = _cpu_s() - started
        theirs = _umap_on_all(points, options)
        text = "UMAP 50-d on 10k, the rest placed, K-Means, anomaly"
        scores.append(Score("50k points", text, 12, seconds=ours))
        scores.append(Score("50k points", "UMAP 50-d on all", 12, seconds=theirs))
        ratio = ours / theirs
        scores.append(
            told(Score("50k points", f"D1: ratio {ratio:.2f}, wanted {D1}", met=ratio <= D1), options)
        )
    return [*scores, _survey_map(options)]


def _umap_on_all(points: npt.NDArray[np.float32], options: BenchmarkOptions) -> float:
    """Processor time of plain UMAP with a seed, in a process of its own like ours."""
    from seisview.learn.apart import run_apart

    started = _cpu_s()
    run_apart("umap_plain", {"points": points}, {"dimensions": 50, "seed": 42}, options.progress)
    return _cpu_s() - started


def _cpu_s() -> float:
    """Processor time of this process and of those it waited for: what else runs does not count."""
    return sum(os.times()[:4])


def _survey_map(options: BenchmarkOptions) -> Score:
    """One pass over cached features of a survey of 600 x 900 x 500: fit, then every cell of every section."""
    from seisview.learn.clustering import Vectors, fit_clusters
    from seisview.workflows.cluster_survey import section_cells

    lines, rows, columns = (6, 8, 8) if options.is_quick else _SURVEY
    section = _blobs(rows * columns).reshape(rows, columns, _DIMENSIONS).astype(np.float16)
    live = np.ones(columns, bool)
    sample = _blobs(10_000)
    before = peak_mb()
    started = time.monotonic()
    model = fit_clusters(Vectors(sample), ClusterConfig(clusters=8, view="pca"), options.progress)
    for _ in range(lines):
        section_cells(model, np.asarray(section, np.float32), live, options.progress)
    seconds = time.monotonic() - started
    grown = peak_mb() - before
    text = f"{lines} sections of {rows} x {columns} cells, {_DIMENSIONS} dimensions; {grown:.0f} MB more"
    return Score("survey map", text, 8, seconds=seconds)


def _blobs(count: int) -> npt.NDArray[np.float32]:
    rng = np.random.default_rng(0)
    centres = rng.normal(scale=4, size=(12, _DIMENSIONS))
    return (centres[rng.integers(12, size=count)] + rng.normal(size=(count, _DIMENSIONS))).astype(np.float32)
