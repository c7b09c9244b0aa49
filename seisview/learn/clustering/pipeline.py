"""Clusters of vectors: fitted on some, applied to all, kept as plain arrays.

The path is reference system B's, put right: a seeded sample of the vectors -> scale and principal components
-> UMAP where asked for -> K-Means or HDBSCAN; the two-dimensional view is fitted to the same components, not
to the embedding. Everything else is placed among the sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.errors import ModelError
from seisview.events import Note
from seisview.learn.clustering.anomaly import AnomalyModel, fit_anomaly
from seisview.learn.clustering.apart import run_apart
from seisview.learn.clustering.config import ClusterConfig, ViewReady
from seisview.learn.clustering.count import CountSuggestion, suggest_count
from seisview.learn.clustering.embedding import Maps, PlacedMap, fit_maps, flat_view
from seisview.learn.clustering.neighbours import WEIGHTS_OF, IndexArray, nearest, vote
from seisview.learn.clustering.reduction import Reduction, fit_reduction
from seisview.progress import Progress

FloatArray = npt.NDArray[np.float32]

_LEAST = 8


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """What is clustered.

    Attributes
    ----------
    values : ndarray of floats, shape (n, n_channels)
    depth : ndarray of float32, shape (n,), or None
        -1 at the top to 1 at the bottom, where there is depth.
    blocks : tuple of int
        Channels of each kind, in order.
    degree : int
        Of the trend with depth to take out; -1 for none.
    """

    values: npt.NDArray[np.floating]
    depth: FloatArray | None = None
    blocks: tuple[int, ...] = ()
    degree: int = -1

    def __len__(self) -> int:
        return len(self.values)

    def part(self, chosen: IndexArray) -> Vectors:
        """Some of them."""
        depth = None if self.depth is None else self.depth[chosen]
        return Vectors(self.values[chosen], depth, self.blocks, self.degree)


@dataclass(frozen=True, slots=True, eq=False)
class Clustered:
    """What became of some vectors.

    Attributes
    ----------
    assignments : ndarray of int, shape (n,)
        Cluster of each, 0 the largest; -1 where HDBSCAN found none.
    anomaly : ndarray of float32, shape (n,)
        See :mod:`seisview.learn.clustering.anomaly`; 1 is usual.
    view : ndarray of float32, shape (n, 2)
        Position in the two-dimensional map.
    """

    assignments: IndexArray
    anomaly: FloatArray
    view: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ClusterModel:
    """A fitted pipeline, from vectors to clusters.

    Attributes
    ----------
    config : ClusterConfig
    reduction : Reduction
    reference : ndarray of float32, shape (m, d)
        The sample it was fitted on, reduced.
    labels : ndarray of int, shape (m,)
        Clusters of the sample.
    centres : ndarray of float32, shape (k, e), or None
        K-Means centres in the space of clusters; None for HDBSCAN, where neighbours vote.
    space : PlacedMap or None
        UMAP positions that clusters were looked for in; None: the reduced vectors themselves.
    view : PlacedMap
    view_name : str
        ``"umap"`` or ``"pca"``.
    anomaly : AnomalyModel
    suggestion : CountSuggestion or None
        What was tried where the number of clusters was not given.
    """

    config: ClusterConfig
    reduction: Reduction
    reference: FloatArray
    labels: IndexArray
    centres: FloatArray | None
    space: PlacedMap | None
    view: PlacedMap
    view_name: str
    anomaly: AnomalyModel
    suggestion: CountSuggestion | None = None

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return int(self.labels.max(initial=-1)) + 1

    def apply(self, vectors: Vectors, progress: Progress, with_view: bool = True) -> Clustered:
        """Cluster vectors, those of the fit and new ones alike.

        Raises
        ------
        ModelError
            If they have another number of channels.
        Cancelled
            If the job was asked to stop.
        """
        if vectors.values.shape[1] != self.reduction.n_channels:
            raise ModelError(
                f"The pipeline was fitted on {self.reduction.n_channels} channels, not on "
                f"{vectors.values.shape[1]}.",
                "Use it with the same features.",
            )
        points = self.reduction.apply(vectors.values, vectors.depth)
        near = None
        if with_view or self.space is not None or self.centres is None:
            near = nearest(self.reference, points, WEIGHTS_OF, progress.check)
        assignments = self._assign(points, near)
        view = self.view.place(*near) if with_view and near is not None else np.empty((0, 2), np.float32)
        return Clustered(assignments, self.anomaly.score(points, assignments, progress.check), view)

    def _assign(self, points: FloatArray, near: tuple[FloatArray, IndexArray] | None) -> IndexArray:
        if self.centres is not None and (self.space is None or near is None):
            return nearest_centre(points, self.centres)
        assert near is not None
        if self.centres is None or self.space is None:
            return vote(self.labels, near[1])
        return nearest_centre(self.space.place(*near), self.centres)


def fit_clusters(vectors: Vectors, config: ClusterConfig, progress: Progress) -> ClusterModel:
    """Fit a pipeline. Emits :class:`~seisview.learn.clustering.config.ViewReady` as soon as there is one.

    Parameters
    ----------
    vectors : Vectors
        At most ``config.max_fit_points`` of them, drawn by seed, are used.
    config : ClusterConfig
    progress : Progress

    Raises
    ------
    ModelError
        If there are too few vectors, or UMAP or HDBSCAN fails.
    Cancelled
        At once when the job is cancelled.
    """
    if len(vectors) < max(_LEAST, 2 * (config.clusters or 2)):
        raise ModelError(
            f"{len(vectors)} points are too few to cluster.", "Choose more data or fewer clusters."
        )
    chosen = sample_of(len(vectors), config.max_fit_points, config.seed)
    sample = vectors.part(chosen)
    progress.report("Reducing the features")
    reduction = fit_reduction(sample.values, config, sample.depth, sample.degree, sample.blocks)
    points = reduction.apply(sample.values, sample.depth)
    flat = flat_view(points, config.seed)
    progress.emit(ViewReady(flat, None, "pca", chosen))
    # UMAP takes longest: where clusters do not need it, they come first
    maps = fit_maps(points, config, progress) if config.embedding == "umap" else Maps()
    place = points if maps.space is None else maps.space.positions
    labels, centres, suggestion = _partition(place, config, progress)
    if config.embedding != "umap" and config.view == "umap":
        progress.emit(ViewReady(flat, labels, "pca", chosen))
        maps = fit_maps(points, config, progress)
    view = PlacedMap(flat) if maps.view is None else maps.view
    view_name = "pca" if maps.view is None else "umap"
    progress.report("Looking for anomalies")
    anomaly = fit_anomaly(points, labels, config.anomalous, config.seed)
    progress.emit(ViewReady(view.positions, labels, "pca" if maps.view is None else "umap", chosen, True))
    return ClusterModel(
        config, reduction, points, labels, centres, maps.space, view, view_name, anomaly, suggestion
    )


def sample_of(n: int, most: int, seed: int) -> IndexArray:
    """Return at most `most` of n indices, drawn by `seed`, in order."""
    return np.sort(np.random.default_rng(seed).permutation(n)[:most])


def nearest_centre(points: FloatArray, centres: FloatArray) -> IndexArray:
    """Index of the nearest centre of each point, shape (n,)."""
    scores = points @ centres.T
    scores *= -2.0
    scores += np.einsum("kd,kd->k", centres, centres)
    return np.asarray(scores.argmin(axis=1), np.intp)


def _partition(
    points: FloatArray, config: ClusterConfig, progress: Progress
) -> tuple[IndexArray, FloatArray | None, CountSuggestion | None]:
    if config.method == "hdbscan":
        return by_size(_hdbscan(points, progress))[0], None, None
    suggestion = None
    count = config.clusters
    if count is None:
        suggestion = suggest_count(points, config.seed, progress)
        count = suggestion.clusters
    progress.begin_stage()
    labels, centres = k_means(points, count, config, progress)
    labels, order = by_size(labels)
    return labels, np.ascontiguousarray(centres[order], np.float32), suggestion


def k_means(
    points: FloatArray, count: int, config: ClusterConfig, progress: Progress
) -> tuple[IndexArray, FloatArray]:
    """K-Means as scikit-learn does it with so many starts, but looking up between them.

    Returns
    -------
    labels : ndarray of int, shape (n,)
    centres : ndarray of float32, shape (count, d)
    """
    from sklearn.cluster import KMeans

    # one generator for all starts is what n_init does inside, so the result is the same
    generator = np.random.RandomState(config.seed)
    best = None
    for start in range(config.n_init):
        progress.report(f"Finding {count} clusters", start, config.n_init)
        model = KMeans(count, n_init=1, random_state=generator).fit(points)
        if best is None or model.inertia_ < best.inertia_:
            best = model
    assert best is not None
    return np.asarray(best.labels_, np.intp), np.asarray(best.cluster_centers_, np.float32)


def by_size(labels: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Number clusters anew, the largest 0; -1 stays. Also which old number each new one had."""
    counts = np.bincount(labels[labels >= 0]) if (labels >= 0).any() else np.zeros(0, np.intp)
    order = np.argsort(-counts, kind="stable")
    number = np.full(len(counts) + 1, -1, np.intp)
    number[order] = np.arange(len(order))
    return number[labels], order


def _hdbscan(points: FloatArray, progress: Progress) -> IndexArray:
    progress.report("Finding clusters by density")
    smallest = max(5, len(points) // 100)
    labels = run_apart("hdbscan", {"points": points}, {"smallest": smallest}, progress)["labels"]
    if not (labels >= 0).any():
        progress.emit(Note("HDBSCAN found no clusters: everything counts as one."))
        labels = np.zeros(len(points), np.intp)
    return np.asarray(labels, np.intp)
