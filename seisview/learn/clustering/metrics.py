"""How clusters and known classes go together: agreement, the map from one to the other, and its scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.learn.metrics import ConfusionMatrix

IndexArray = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float32]

_SILHOUETTE_SAMPLE = 4000


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How a class fares when clusters are read as classes.

    Attributes
    ----------
    name : str
    true_positive, false_positive, true_negative, false_negative : int
    precision, recall, f1 : float
        NaN where there is nothing to divide by.
    support : int
        True members.
    """

    name: str
    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int
    precision: float
    recall: float
    f1: float
    support: int


def contingency(truth: IndexArray, clusters: IndexArray, n_classes: int, n_clusters: int) -> IndexArray:
    """Count of every (class, cluster) pair; members without a class or a cluster (-1) are left out."""
    both = (truth >= 0) & (clusters >= 0)
    pairs = truth[both] * n_clusters + clusters[both]
    return np.bincount(pairs, minlength=n_classes * n_clusters).reshape(n_classes, n_clusters)


def majority_classes(table: IndexArray) -> IndexArray:
    """Class that most members of each cluster have, -1 where none is known; shape (n_clusters,)."""
    return np.where(table.sum(axis=0) > 0, table.argmax(axis=0), -1)


def hungarian_accuracy(truth: IndexArray, clusters: IndexArray, n_classes: int) -> float:
    """Share that is right under the best one-to-one pairing of clusters and classes (Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    known = truth >= 0
    if not known.any():
        return float("nan")
    table = contingency(truth, clusters, n_classes, int(clusters.max(initial=0)) + 1)
    rows, columns = linear_sum_assignment(-table)
    return float(table[rows, columns].sum() / known.sum())


def agreement(truth: IndexArray, clusters: IndexArray, n_classes: int) -> dict[str, float]:
    """Adjusted Rand index, normalised mutual information, Hungarian accuracy, by name; NaN without truth."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    known = truth >= 0
    if not known.any():
        return dict.fromkeys(("ari", "nmi", "hungarian_accuracy"), float("nan"))
    return {
        "ari": float(adjusted_rand_score(truth[known], clusters[known])),
        "nmi": float(normalized_mutual_info_score(truth[known], clusters[known])),
        "hungarian_accuracy": hungarian_accuracy(truth, clusters, n_classes),
    }


def silhouette(points: FloatArray, clusters: IndexArray, seed: int = 0) -> float:
    """Mean silhouette of at most 4000 points; NaN with fewer than two clusters."""
    from sklearn.metrics import silhouette_score

    chosen = np.random.default_rng(seed).permutation(len(points))[:_SILHOUETTE_SAMPLE]
    found = clusters[chosen]
    if not 2 <= len(np.unique(found)) < len(found):
        return float("nan")
    return float(silhouette_score(points[chosen], found))


def class_scores(truth: IndexArray, predicted: IndexArray, names: tuple[str, ...]) -> tuple[ClassScore, ...]:
    """Scores of every class; what has no true class is left out, what was given none is a miss."""
    matrix = ConfusionMatrix(len(names))
    matrix.add(truth, predicted)
    total = int(matrix.support.sum())
    scores = []
    for number, name in enumerate(names):
        hit, support = int(matrix.counts[number, number]), int(matrix.support[number])
        wrong = int(matrix.counts[:, number].sum()) - hit
        rest = total - support - wrong
        precision, recall, f1 = (float(v[number]) for v in (matrix.precision, matrix.recall, matrix.f1))
        scores.append(ClassScore(name, hit, wrong, rest, support - hit, precision, recall, f1, support))
    return tuple(scores)


def table_rows(scores: tuple[ClassScore, ...]) -> list[dict[str, Any]]:
    """Scores as rows of ``classification_metrics.csv``."""
    return [
        {
            "class": s.name,
            "TP": s.true_positive,
            "FP": s.false_positive,
            "TN": s.true_negative,
            "FN": s.false_negative,
            "precision": s.precision,
            "recall": s.recall,
            "f1": s.f1,
            "support": s.support,
        }
        for s in scores
    ]
