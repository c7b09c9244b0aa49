"""Probabilities that are as right as they say: one temperature, fitted on held-out labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

_LOWEST, _HIGHEST = 0.5, 5.0
_HALVINGS = 30
_GOLDEN = 0.6180339887


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """What logits are to be divided by so that their cross-entropy on held-out samples is least.

    One number changes no decision, and cannot follow the labels as more could (Guo et al. 2017, "On
    calibration of modern neural networks").

    Parameters
    ----------
    logits : Tensor, shape (n, n_classes)
    targets : Tensor of int64, shape (n,)

    Returns
    -------
    float
        Within 0.5..5; 1 without samples.
    """
    if not len(targets):
        return 1.0

    def loss(logarithm: float) -> float:
        return float(F.cross_entropy(logits / float(np.exp(logarithm)), targets))

    low, high = float(np.log(_LOWEST)), float(np.log(_HIGHEST))
    for _ in range(_HALVINGS):  # the loss has one minimum
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(np.exp(0.5 * (low + high)))


def calibration_error(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_], n_bins: int = 15
) -> float:
    """Expected calibration error: how far confidence is from accuracy, weighted over equal bins (0..1).

    See Guo et al. 2017, "On calibration of modern neural networks"; NaN of nothing.

    Parameters
    ----------
    confidence : ndarray of float, shape (n,)
        0..1.
    correct : ndarray of bool, shape (n,)
    n_bins : int
    """
    if not confidence.size:
        return float("nan")
    bins = np.minimum((confidence * n_bins).astype(np.intp), n_bins - 1)
    counts = np.bincount(bins, minlength=n_bins)
    said = np.bincount(bins, weights=confidence, minlength=n_bins)
    true = np.bincount(bins, weights=correct, minlength=n_bins)
    return float(np.abs(said - true).sum() / counts.sum())


def tempered(coarse: Tensor, temperature: float) -> Tensor:
    """Logits whose softmax is calibrated."""
    return coarse if temperature == 1.0 else coarse / temperature
