"""How many clusters there are: as many as are found again in other samples of the same data.

Stability over resampling in the manner of Ben-Hur et al. (2002) and of consensus clustering (Monti et al.
2003); silhouette after Rousseeuw (1987). A number of clusters that cuts the data by chance cuts elsewhere in
the next sample. Of the numbers that do not, the largest is taken at which silhouette times stability has a
peak; silhouette alone prefers two: what is coarse.

Rock often is a continuum, which no number cuts naturally. Then the largest number is taken that is found
again well enough (Hennig 2007 calls .85 highly stable): finer than that is chance, and two, light and dark,
tells an interpreter nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.progress import Progress

FloatArray = npt.NDArray[np.float32]
Check = Callable[[], None]

STABLE = (0.99, 0.95)
"""Adjusted Rand index from which on clusterings of two samples are the same; the second if need be."""

FOUND_AGAIN = 0.85
"""The same where no number stands out: the rule was settled on Penobscot and two synthetic surveys."""

WORTH_TRYING = 0.75
"""Numbers found again at least so well are offered beside the one chosen."""

# Silhouettes from which on structure is reasonable and strong, after Kaufman and Rousseeuw (1990).
_STRUCTURE, _STRONG = 0.5, 0.7
_MOST_OFFERED = 4
_MOST = 10
_SAMPLE = 2000
_PAIRS = 6
_SHARE = 0.6
_LEAST_SILHOUETTE = 0.5  # of the best


@dataclass(frozen=True, slots=True)
class CountScore:
    """How well a number of clusters does.

    Attributes
    ----------
    clusters : int
    silhouette : float
        -1..1.
    stability : float
        Mean adjusted Rand index between clusterings fitted on two random halves.
    """

    clusters: int
    silhouette: float
    stability: float


@dataclass(frozen=True, slots=True)
class CountSuggestion:
    """The number suggested, and what was tried."""

    clusters: int
    scores: tuple[CountScore, ...]


def suggest_count(points: FloatArray, seed: int, progress: Progress, most: int = _MOST) -> CountSuggestion:
    """Suggest how many clusters some points have.

    Parameters
    ----------
    points : ndarray of float32, shape (n, d)
        At most 2000 of them, drawn by `seed`, are looked at.
    seed : int
    progress : Progress
    most : int
        Largest number tried.
    """
    rng = np.random.default_rng(seed)
    sample = points[np.sort(rng.permutation(len(points))[:_SAMPLE])]
    counts = range(2, min(most, len(sample) // 4) + 1)
    if not counts:
        return CountSuggestion(min(2, len(sample)), ())
    tracked = progress.track(counts, "Counting clusters")
    scores = tuple(_score(sample, count, seed, progress.check) for count in tracked)
    return CountSuggestion(chosen_count(scores), scores)


def chosen_count(scores: tuple[CountScore, ...]) -> int:
    """Return the number that these scores speak for."""
    best = max(scores, key=_quality)
    if best.silhouette >= _STRONG and best.stability >= STABLE[1]:
        return best.clusters  # plainly apart, as after UMAP: finer numbers cut what is one
    enough = _LEAST_SILHOUETTE * max(score.silhouette for score in scores)
    for limit in STABLE:
        stable = [
            score.clusters
            for place, score in enumerate(scores)
            if score.stability >= limit and score.silhouette >= enough and _is_peak(scores, place)
        ]
        if stable and (max(stable) > 2 or scores[0].silhouette >= _STRUCTURE):
            return max(stable)
    again = [score.clusters for score in scores if score.stability >= FOUND_AGAIN]
    if again:
        return max(again)
    # not even that: what is nearly as good as the best, and coarser, is easier to read
    quality = [_quality(score) for score in scores]
    return next(s.clusters for s, q in zip(scores, quality, strict=True) if q >= 0.9 * max(quality))


def worth_trying(scores: Iterable[CountScore], chosen: int) -> tuple[CountScore, ...]:
    """Numbers to offer to an interpreter: the one chosen, then others, the surest found again first."""
    ranked = sorted(scores, key=lambda score: (score.clusters != chosen, -score.stability))
    kept = [score for score in ranked if score.clusters == chosen or score.stability >= WORTH_TRYING]
    return tuple(kept[:_MOST_OFFERED])


def _quality(score: CountScore) -> float:
    return score.stability * max(score.silhouette, 1e-3)


def _is_peak(scores: tuple[CountScore, ...], place: int) -> bool:
    """Whether one cluster more or less would be told apart less well, or less surely."""
    beside = scores[max(0, place - 1) : place + 2]
    return _quality(scores[place]) >= max(map(_quality, beside))


def _score(points: FloatArray, count: int, seed: int, check: Check) -> CountScore:
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    whole = _fit(points, points, count, seed)
    silhouette = float(silhouette_score(points, whole)) if len(np.unique(whole)) > 1 else -1.0
    pairs = [adjusted_rand_score(*pair) for pair in _resampled(points, count, seed, check)]
    return CountScore(count, silhouette, float(np.mean(pairs)))


def _resampled(
    points: FloatArray, count: int, seed: int, check: Check
) -> Iterator[tuple[npt.NDArray[np.intp], ...]]:
    """Yield the clusters that two samples give to all points."""
    rng = np.random.default_rng([seed, count])
    size = max(count + 1, int(_SHARE * len(points)))
    for _ in range(_PAIRS):
        check()
        halves = [points[np.sort(rng.permutation(len(points))[:size])] for _ in range(2)]
        yield tuple(_fit(half, points, count, seed + number) for number, half in enumerate(halves))


def _fit(sample: FloatArray, points: FloatArray, count: int, seed: int) -> npt.NDArray[np.intp]:
    from sklearn.cluster import KMeans

    found = KMeans(count, n_init=4, random_state=seed).fit(sample).predict(points)
    return np.asarray(found, np.intp)
