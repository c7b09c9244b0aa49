"""How good a retrieval is: P@k, recall@k, R-precision, mAP and a declared weighted accuracy WA@k."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Means over all queries whose class occurs in the corpus.

    Attributes
    ----------
    precision : mapping of int to float
        P@k: share of the first k that are of the query's class.
    recall : mapping of int to float
        Share of all corpus items of the query's class that are among the first k.
    mean_average_precision : float
        mAP over the whole ranking.
    r_precision : float
        Precision at R, the number of corpus items of the query's class.
    weighted_accuracy : mapping of int to float
        WA@k, see :func:`weighted_accuracy`. No published score.
    n_queries, n_without_match : int
        Queries that count, and those left out because nothing in the corpus is of their class.
    """

    precision: Mapping[int, float]
    recall: Mapping[int, float]
    mean_average_precision: float
    r_precision: float
    weighted_accuracy: Mapping[int, float]
    n_queries: int
    n_without_match: int

    def to_dict(self) -> dict[str, Any]:
        """Plain data: ``P@k``, ``recall@k``, ``mAP``, ``R-precision``, ``WA@k``."""
        return {
            **{f"P@{k}": v for k, v in self.precision.items()},
            **{f"recall@{k}": v for k, v in self.recall.items()},
            "mAP": self.mean_average_precision,
            "R-precision": self.r_precision,
            **{f"WA@{k}": v for k, v in self.weighted_accuracy.items()},
            "n_queries": self.n_queries,
            "n_without_match": self.n_without_match,
        }


def rank_weights(k: int) -> npt.NDArray[np.float64]:
    """Weights ``1 / log2(rank + 1)`` of the ranks 1..k, as in discounted cumulative gain."""
    return np.asarray(1.0 / np.log2(np.arange(2, k + 2)), dtype=np.float64)


def weighted_accuracy(hits: npt.NDArray[np.bool_], confidence: FloatArray) -> float:
    """WA@k of one query: ``sum(w_i c_i [label_i = label_query]) / sum(w_i c_i)`` over its first k hits.

    Parameters
    ----------
    hits : ndarray of bool, shape (k,)
        Whether each hit is of the query's class, best first.
    confidence : ndarray of float, shape (k,)
        Confidence c_i of each hit; the weights w_i are :func:`rank_weights`. This is our own definition: the
        score of the challenge was never published and is not this one.
    """
    weights = rank_weights(len(hits)) * confidence
    total = float(weights.sum())
    return float(weights[hits].sum() / total) if total > 0 else 0.0


def average_precision(hits: npt.NDArray[np.bool_]) -> float:
    """Average precision of one whole ranking; 0 when nothing in it is relevant."""
    places = np.flatnonzero(hits)
    if not len(places):
        return 0.0
    return float(np.mean(np.arange(1, len(places) + 1) / (places + 1)))


def retrieval_scores(
    similarity: FloatArray,
    query_labels: IntArray,
    corpus_labels: IntArray,
    ks: Sequence[int] = (1, 3, 5, 10),
    confidence: FloatArray | None = None,
) -> RetrievalScores:
    """Score the rankings of all queries.

    Parameters
    ----------
    similarity : ndarray of float, shape (n_queries, n_corpus)
        The larger the more similar (distances: their negative). -inf leaves an item out of the ranking.
    query_labels, corpus_labels : ndarray of int
        Negative labels are unknown: such queries do not count, such items are never relevant.
    ks : sequence of int
        Cut to the size of the corpus.
    confidence : ndarray of float, same shape as `similarity`, optional
        For WA@k; equal confidence for all by default.
    """
    rows = []
    skipped = 0
    for index, label in enumerate(query_labels):
        order = np.argsort(-similarity[index], kind="stable")
        order = order[np.isfinite(similarity[index][order])]
        hits = (corpus_labels[order] == label) & (label >= 0)
        if not hits.any():
            skipped += 1
            continue
        sure = np.ones(len(order)) if confidence is None else confidence[index][order]
        rows.append(_row(hits, sure, ks))
    means = np.mean(rows, axis=0) if rows else np.full(2 + 3 * len(ks), np.nan)
    count = len(ks)
    return RetrievalScores(
        precision=_by_k(ks, means[2 : 2 + count]),
        recall=_by_k(ks, means[2 + count : 2 + 2 * count]),
        mean_average_precision=float(means[0]),
        r_precision=float(means[1]),
        weighted_accuracy=_by_k(ks, means[2 + 2 * count :]),
        n_queries=len(rows),
        n_without_match=skipped,
    )


def _row(hits: npt.NDArray[np.bool_], sure: FloatArray, ks: Sequence[int]) -> list[float]:
    relevant = int(hits.sum())
    return [
        average_precision(hits),
        float(hits[:relevant].mean()),
        *(float(hits[:k].mean()) for k in ks),
        *(float(hits[:k].sum() / relevant) for k in ks),
        *(weighted_accuracy(hits[:k], sure[:k]) for k in ks),
    ]


def _by_k(ks: Sequence[int], values: npt.NDArray[np.float64]) -> dict[int, float]:
    return {k: float(value) for k, value in zip(ks, values, strict=True)}
