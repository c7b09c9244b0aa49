"""What is unusual in a survey that was clustered: a threshold, the share it selects, and a ranked list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seisview.project.clusters import ANOMALOUS, ClusterResult, UnusualPlaces

_MOST_LISTED = 40
_APART = 24  # samples or traces between two places of the list


@dataclass(frozen=True, slots=True)
class Anomaly:
    """An unusual place: score in units of the fitted threshold, indices (inline, crossline, sample)."""

    score: float
    place: tuple[int, int, int]


def ranked_anomalies(unusual: UnusualPlaces, level: float = 1.0) -> list[Anomaly]:
    """The most unusual places from a level on, no two of them close together, at most 40.

    Parameters
    ----------
    unusual : UnusualPlaces
    level : float
        In units of the fitted threshold.
    """
    found: list[Anomaly] = []
    kept = np.zeros((0, 3))
    for place, score in zip(unusual.places, unusual.scores.tolist(), strict=True):
        if score < level or len(found) == _MOST_LISTED:
            break
        if len(kept) and np.abs(kept - place).max(axis=1).min() < _APART:
            continue
        kept = np.concatenate([kept, place[None]])
        inline, crossline, sample = (int(n) for n in place)
        found.append(Anomaly(score, (inline, crossline, sample)))
    return found


def share_above(result: ClusterResult, level: float) -> float:
    """Share of the samples of the survey that are at least so unusual, 0..1."""
    counts = _counts(result)
    total = counts[1:].sum()
    return float(counts[max(1, round(level * ANOMALOUS)) :].sum() / total) if total else 0.0


def level_for(result: ClusterResult, share: float) -> float:
    """Return the lowest level that at most this share of the survey reaches, in units of the threshold."""
    counts = _counts(result)
    above = np.cumsum(counts[::-1])[::-1]  # samples with this stored value or more
    few = np.flatnonzero(above[1:] <= share * counts[1:].sum()) + 1
    return float(few[0] if len(few) else 255) / ANOMALOUS


def _counts(result: ClusterResult) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Samples by stored anomaly; of the fitted points where the map was made without counting."""
    counted: Sequence[int] = result.record.figures.get("anomaly_samples", ())
    if len(counted) == 256:
        return np.array(counted, np.float64)
    stored = np.clip(np.floor(result.unusual().scores * ANOMALOUS), 1, 255).astype(np.intp)
    return np.bincount(stored, minlength=256).astype(np.float64)
