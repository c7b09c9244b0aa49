"""How sure a similarity is: a calibrated probability instead of a rank's share."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]

_LIMITS = (0.001, 0.999)
_STEPS = 60
_ALIKE = 1.002


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic map from similarity to the probability of a match (Platt 1999).

    Attributes
    ----------
    slope, offset : float
        Probability ``1 / (1 + exp(-(slope * similarity + offset)))``; the slope is not negative.
    source : str
        What it was fitted on, for people.
    """

    slope: float
    offset: float
    source: str

    def confidence(self, similarity: Floats) -> npt.NDArray[np.float64]:
        """Probability of a match, between 0.001 and 0.999: nothing seen is ever certain."""
        logit = np.clip(self.slope * np.asarray(similarity, np.float64) + self.offset, -50.0, 50.0)
        return np.asarray(np.clip(1.0 / (1.0 + np.exp(-logit)), *_LIMITS))


@dataclass(frozen=True, slots=True)
class CosineCalibration:
    """Logistic map from how far a cosine similarity is from 1, for features that are a learnt metric.

    Attributes
    ----------
    slope, offset : float
        Probability ``1 / (1 + exp(-(offset - slope * log(1.002 - similarity))))``.
    source : str
        What it was fitted on, for people.
    """

    slope: float
    offset: float
    source: str

    def confidence(self, similarity: Floats) -> npt.NDArray[np.float64]:
        """Probability of a match, between 0.001 and 0.999."""
        apart = np.maximum(_ALIKE - np.asarray(similarity, np.float64), _ALIKE - 1)
        logit = self.offset - self.slope * np.log(apart)
        return np.asarray(np.clip(1.0 / (1.0 + np.exp(-logit)), *_LIMITS))


_KNOWN_ROCK = "hits in synthetic surveys with known rock"

FIRST_HITS = CosineCalibration(1.163, -4.591, _KNOWN_ROCK)
"""Of the twenty best hits of one patch; the error on a survey left out was 0.04 to 0.07."""

REFINED_HITS = CosineCalibration(1.897, -3.260, _KNOWN_ROCK)
"""Of the twenty best after ten verdicts; the error on a survey left out was 0.02 to 0.06."""


def fit_calibration(matching: Floats, other: Floats, source: str, share: float = 0.5) -> Calibration:
    """Fit the map on similarities of pairs that match and of pairs that do not.

    Parameters
    ----------
    matching, other : ndarray of float, shape (n,) and (m,)
        Each kind counts as much as `share` says, however many there are.
    source : str
        What the pairs are.
    share : float
        Share of matching pairs where the map will be used.
    """
    x = np.concatenate([matching, other]).astype(np.float64)
    # Platt's targets: as many successes and failures as would be believed after that many trials.
    target = np.concatenate(
        [
            np.full(len(matching), (len(matching) + 1) / (len(matching) + 2)),
            np.full(len(other), 1 / (len(other) + 2)),
        ]
    )
    weight = np.concatenate(
        [np.full(len(matching), share / len(matching)), np.full(len(other), (1 - share) / len(other))]
    )
    middle, scale = float(x.mean()), float(x.std()) or 1.0
    slope, offset = _logistic((x - middle) / scale, target, weight)
    slope = max(slope, 0.0) / scale
    return Calibration(slope, offset - slope * middle, source)


def background_calibration(background: Floats, n_candidates: int) -> Calibration:
    """Without any known pair: how unlikely a similarity is to be the best of pure chance.

    The probability that the largest of `n_candidates` similarities drawn from the background (a normal
    distribution around its median) stays below; a logistic map is laid through its quartiles.

    Parameters
    ----------
    background : ndarray of float
        Similarities of the query to everything.
    n_candidates : int
        Independent places among them.
    """
    median = float(np.median(background))
    spread = 1.4826 * float(np.median(np.abs(background - median))) or 1e-6
    n = max(n_candidates, 2)
    low, high = (NormalDist().inv_cdf(q ** (1 / n)) for q in (0.25, 0.75))
    slope = 2 * np.log(3.0) / max((high - low) * spread, 1e-9)
    centre = median + spread * (low + high) / 2
    return Calibration(float(slope), float(-slope * centre), "similarities of the query to everything")


def _logistic(x: Floats, target: Floats, weight: Floats) -> tuple[float, float]:
    """Weighted logistic regression on one variable, by Newton's method with a little ridge."""
    parameters = np.zeros(2)
    design = np.stack([x, np.ones_like(x)], axis=1)
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ parameters, -50, 50)))
        gradient = design.T @ (weight * (p - target)) + 1e-4 * parameters
        curvature = (design * (weight * p * (1 - p))[:, None]).T @ design + 1e-4 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        parameters -= np.clip(step, -2, 2)
        if float(np.abs(step).max()) < 1e-8:
            break
    return float(parameters[0]), float(parameters[1])
