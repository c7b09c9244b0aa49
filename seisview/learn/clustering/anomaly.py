"""How unusual a point is among those that were fitted: far from its neighbours, and from its cluster.

The score is the mean of two distances in feature space, each in units of what is usual: to the tenth nearest
reference point (Ramaswamy et al. 2000) and to the centre of the cluster the point was given. 1 is usual. An
isolation forest (Liu et al. 2008), which knows nothing of distances, gives a second opinion; only how far the
two agree is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seisview.learn.clustering.neighbours import IndexArray, nearest

FloatArray = npt.NDArray[np.float32]

NEIGHBOUR = 10
"""Which neighbour's distance counts."""

_CHECKED = 4000
_REFERENCE = 2000


@dataclass(frozen=True, slots=True, eq=False)
class AnomalyModel:
    """What is usual; made by :func:`fit_anomaly`.

    Attributes
    ----------
    reference : ndarray of float32, shape (m, d)
        At most 2000 of the points, which stand for all.
    centres : ndarray of float32, shape (k, d)
        Of the clusters, in feature space.
    usual_neighbour : float
        Median distance to the tenth neighbour.
    usual_centre : ndarray of float32, shape (k,)
        Median distance to the centre, by cluster.
    threshold : float
        Points that score more are anomalous.
    fraction : float
        Share of the reference points above it.
    agreement : float
        Rank correlation with an isolation forest, -1..1.
    """

    reference: FloatArray
    centres: FloatArray
    usual_neighbour: float
    usual_centre: FloatArray
    threshold: float
    fraction: float
    agreement: float

    def score(
        self, points: FloatArray, assignments: IndexArray, check: Callable[[], None] = lambda: None
    ) -> FloatArray:
        """Score points.

        Parameters
        ----------
        points : ndarray of float32, shape (n, d)
        assignments : ndarray of int, shape (n,)
            Cluster of each; -1 takes the nearest centre.
        check : callable
            Raises to stop.

        Returns
        -------
        ndarray of float32, shape (n,)
        """
        distances, _ = nearest(self.reference, points, NEIGHBOUR + 1, check)
        neighbour = _neighbour_distance(distances) / np.float32(self.usual_neighbour)
        centre, owner = self._centre_distance(points, assignments)
        return np.asarray(0.5 * (neighbour + centre / self.usual_centre[owner]), np.float32)

    def _centre_distance(self, points: FloatArray, assignments: IndexArray) -> tuple[FloatArray, IndexArray]:
        owner = np.array(assignments, np.intp)
        lost = np.flatnonzero(owner < 0)
        if len(lost):
            apart = [np.linalg.norm(points[lost] - centre, axis=1) for centre in self.centres]
            owner[lost] = np.argmin(apart, axis=0)
        return np.asarray(np.linalg.norm(points - self.centres[owner], axis=1), np.float32), owner


def fit_anomaly(points: FloatArray, assignments: IndexArray, share: float, seed: int) -> AnomalyModel:
    """Learn what is usual among the reference points.

    Parameters
    ----------
    points, assignments
        As for :meth:`AnomalyModel.score`.
    share : float
        Part of the points that the threshold selects.
    seed : int
        Of the choice of reference points and of the isolation forest.
    """
    n_clusters = max(1, int(assignments.max(initial=-1)) + 1)
    groups = [points[assignments == number] for number in range(n_clusters)]
    centres = np.stack([(group if len(group) else points).mean(axis=0) for group in groups])
    apart = [np.linalg.norm(group - centre, axis=1) for group, centre in zip(groups, centres, strict=True)]
    usual = np.array([_median(each) for each in apart], np.float32)
    reference = points[np.sort(np.random.default_rng(seed).permutation(len(points))[:_REFERENCE])]
    distances, _ = nearest(reference, reference, NEIGHBOUR + 1)
    usual_neighbour = _median(_neighbour_distance(distances))
    plain = AnomalyModel(reference, centres.astype(np.float32), usual_neighbour, usual, 0.0, 0.0, 0.0)
    scores = plain.score(points, assignments)
    threshold = float(np.quantile(scores, 1.0 - share))
    fraction, agreement = float(np.mean(scores > threshold)), _agreement(points, scores, seed)
    return replace(plain, threshold=threshold, fraction=fraction, agreement=agreement)


def _agreement(points: FloatArray, scores: FloatArray, seed: int) -> float:
    from scipy.stats import spearmanr
    from sklearn.ensemble import IsolationForest

    chosen = np.random.default_rng(seed).permutation(len(points))[:_CHECKED]
    if len(chosen) < 8 or np.ptp(scores[chosen]) == 0:
        return 0.0
    forest = IsolationForest(random_state=seed).fit(points[chosen])
    strange = -forest.score_samples(points[chosen])
    return float(spearmanr(strange, scores[chosen]).statistic) if np.ptp(strange) > 0 else 0.0


def _neighbour_distance(distances: FloatArray) -> FloatArray:
    """Distance to the tenth neighbour other than the point itself."""
    last = min(NEIGHBOUR, distances.shape[1] - 1)
    itself = distances[:, 0] <= 1e-6 * max(float(distances[:, last].max(initial=0.0)), 1e-12)
    return np.where(itself, distances[:, last], distances[:, max(last - 1, 0)])


def _median(values: FloatArray) -> float:
    """Median, and where that is 0 something positive to divide by."""
    found = float(np.median(values)) if len(values) else 0.0
    return found if found > 0 else float(values.max(initial=0.0)) or 1.0
