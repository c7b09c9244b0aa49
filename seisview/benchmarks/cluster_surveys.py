"""The clusters benchmark on synthetic surveys: agreement with the true facies, anomalies on the bodies."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.cluster_cases import Score, told
from seisview.benchmarks.report import BenchmarkOptions
from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, SectionKey
from seisview.data.synthetic import SyntheticConfig, SyntheticSurvey, synthesize
from seisview.data.volume import SourceInfo
from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe, SurveyFeatureConfig
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.learn.clustering.survey_vectors import VectorSource

BODIES = ("Channel", "Salt", "Chaotic")
RATIO_WANTED = 1.3
_EVERY = 8  # inlines of a synthetic survey that are scored and, for windows, computed


class MemorySurvey:
    """A synthetic survey as a volume, without a file."""

    def __init__(self, survey: SyntheticSurvey, every: int = 1) -> None:
        self._amplitude = np.ascontiguousarray(survey.amplitude[::every])
        geometry = survey.geometry
        numbers = geometry.inlines.numbers[::every]
        self.geometry = replace(geometry, inlines=type(geometry.inlines)(numbers))
        self.info = SourceInfo(Path("synthetic.npy"), "npy", "float32")
        self.fingerprint = f"{hash(self._amplitude.tobytes()):x}"

    def read_section(self, key: SectionKey) -> npt.NDArray[np.float32]:
        """One section."""
        data = self._amplitude[key.index] if key.axis is Axis.INLINE else self._amplitude[:, key.index]
        return np.ascontiguousarray(data.T)

    def read_traces(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float32]:
        """Single traces."""
        return np.asarray(self._amplitude[inline_indices, crossline_indices])

    def close(self) -> None:
        """Nothing to release."""


def survey_scores(options: BenchmarkOptions) -> list[Score]:
    """Synthetic surveys: agreement with the true facies, and anomalies on the bodies, over seeds."""
    config = SyntheticConfig.tiny() if options.is_quick else SyntheticConfig()
    seeds = range(options.seeds or (1 if options.is_quick else 3))
    methods = _methods(options)
    figures: dict[str, list[tuple[float, float, int, float]]] = {name: [] for name in methods}
    aucs = []
    for seed in seeds:
        survey = synthesize(replace(config, seed=seed), options.progress)
        case = _SurveyCase(survey, options.progress)
        for name, recipe in methods.items():
            figures[name].append(case.score(recipe))
            told(_mean_score(f"{name}, seed {seed}", figures[name][-1:]), options)
        aucs.append(case.anomaly_auc(methods["default, k found"]))
    rows = [_mean_score(name, values) for name, values in figures.items()]
    ours = [np.mean([v[0] for v in figures[name]]) for name in ("default, k found", "default, k = 6")]
    best = max(np.mean([v[0] for v in figures[name]]) for name in methods if "default" not in name)
    for name, value in zip(("k found", "k = 6"), ours, strict=True):
        ratio = float(value / best) if best > 0 else math.inf
        met = None if options.is_quick else ratio >= RATIO_WANTED
        rows.append(
            Score("synthetic", f"default ({name}) over the better of the others: x {ratio:.1f}", met=met)
        )
    auc = float(np.mean(aucs))
    return [*rows, Score("anomaly", f"{', '.join(BODIES).lower()} bodies, mean of {len(aucs)}", auc=auc)]


def _methods(options: BenchmarkOptions) -> dict[str, ClusterRecipe]:
    ours = ClusterRecipe()
    auto = replace(ours, clusters=replace(ours.clusters, view="pca"))
    six = replace(auto, clusters=replace(auto.clusters, clusters=6))
    raw = SurveyFeatureConfig("windows", window=(16, 16), raw=True, detrend=-1)
    windows = ClusterRecipe(ClusterConfig(clusters=6, view="pca", components=0), survey=raw)
    methods = {"default, k found": auto, "default, k = 6": six, "K-Means on raw windows, k = 6": windows}
    if not options.is_quick:
        system = ClusterRecipe.of("system-b")
        clusters = replace(system.clusters, clusters=6, view="pca", max_fit_points=4000)
        methods["preset system-b, k = 6"] = replace(system, clusters=clusters)
    return methods


class _SurveyCase:
    def __init__(self, survey: SyntheticSurvey, progress: Progress) -> None:
        self._truth = survey.facies[::_EVERY]
        self._names = survey.class_names
        self._volume = MemorySurvey(survey, _EVERY)
        self._statistics = measure_amplitudes(self._volume, progress)
        self._progress = progress

    def score(self, recipe: ClusterRecipe) -> tuple[float, float, int, float]:
        """ARI, NMI, number of clusters and seconds."""
        from seisview.learn.clustering.metrics import agreement

        started = time.monotonic()
        clusters, _, count = self._map(recipe)
        truth = self._truth[:, ::2, ::2].ravel().astype(np.intp) - 1
        figures = agreement(truth, clusters[:, ::2, ::2].ravel().astype(np.intp) - 1, len(self._names))
        return figures["ari"], figures["nmi"], count, time.monotonic() - started

    def anomaly_auc(self, recipe: ClusterRecipe) -> float:
        """How well the anomaly tells the bodies from layered rock, sample by sample."""
        from sklearn.metrics import roc_auc_score

        _, anomaly, _ = self._map(recipe)
        bodies = np.isin(self._truth, [self._names.index(name) + 1 for name in BODIES])
        if bodies.all() or not bodies.any():
            return float("nan")
        return float(roc_auc_score(bodies[:, ::2, ::2].ravel(), anomaly[:, ::2, ::2].ravel()))

    def _map(self, recipe: ClusterRecipe) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], int]:
        from seisview.learn.clustering.pipeline import fit_clusters
        from seisview.learn.clustering.survey_vectors import on_samples
        from seisview.workflows.clustering.sampling import sample_survey
        from seisview.workflows.clustering.survey import section_cells, vector_source

        recipe = recipe.for_survey()
        source = _Remembered(vector_source(self._volume, self._statistics, recipe.survey, self._progress))
        sampled = sample_survey(
            self._volume, source, recipe.survey, recipe.clusters, Axis.INLINE, self._progress
        )
        model = fit_clusters(sampled.vectors, recipe.clusters, self._progress)
        shape = self._volume.geometry.section_shape(Axis.INLINE)
        parts: list[Any] = []
        for index in range(self._volume.geometry.count(Axis.INLINE)):
            cells, live = source.vectors(SectionKey(Axis.INLINE, index), self._progress.check)
            found = section_cells(model, cells, live, self._progress)
            parts.append([on_samples(e, source.cell, shape).T for e in (found.clusters, found.anomaly)])
        clusters, anomaly = (np.stack([part[place] for part in parts]) for place in (0, 1))
        return clusters, anomaly, model.n_clusters


class _Remembered:
    """A source that computes every section once: the fit and the map need the same ones."""

    def __init__(self, source: VectorSource) -> None:
        self._source = source
        self._known: dict[SectionKey, tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]] = {}

    @property
    def cell(self) -> int:
        """Samples and traces that share a vector."""
        return self._source.cell

    @property
    def axis(self) -> Axis:
        """Across which sections are read fastest."""
        return self._source.axis

    def vectors(
        self, key: SectionKey, check: Callable[[], None]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
        """Vectors of a section, and which cell columns hold data."""
        if key not in self._known:
            self._known[key] = self._source.vectors(key, check)
        return self._known[key]


def _mean_score(name: str, values: list[tuple[float, float, int, float]]) -> Score:
    ari, nmi, seconds = (float(np.mean([v[i] for v in values])) for i in (0, 1, 3))
    counts = sorted({v[2] for v in values})
    spread = np.std([v[0] for v in values])
    found = "" if len(counts) == 1 else f", {counts[0]} to {counts[-1]} clusters"
    text = f"{name} (mean of {len(values)}, sd {spread:.3f}{found})"
    return Score("synthetic", text, counts[0] if len(counts) == 1 else None, ari, nmi, seconds=seconds)
