"""Multinomial logistic regression on cells that hold several classes, warm-started; free of torch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Loss = Callable[[FloatArray], tuple[float, FloatArray]]

_MEMORY = 10
_FLAT = 1e-6
_SUFFICIENT = 1e-4


def balanced(counts: FloatArray, balance: float) -> FloatArray:
    """Targets that sum to 1 over all cells, rare classes raised; over all sections, not per section."""
    total = counts.sum(axis=0)
    weight = np.zeros_like(total)
    np.power(total, -balance, out=weight, where=total > 0)
    targets = counts * weight
    return np.asarray(targets / targets.sum(), np.float32)


def fit_logistic(
    x: FloatArray, targets: FloatArray, start: FloatArray, penalty: float, iterations: int
) -> FloatArray:
    """Weights of least cross-entropy.

    Parameters
    ----------
    x : ndarray of float32, shape (n_cells, n_inputs)
    targets : ndarray of float32, shape (n_cells, n_classes)
        Weight of every class in every cell; all of them sum to 1.
    start : ndarray of float32, shape (n_inputs + 1, n_classes)
        Weights to start from, the offset last.
    penalty : float
        Of half the squared weights without the offset.
    iterations : int
        Most steps.

    Returns
    -------
    ndarray of float32, shape of `start`
    """
    wanted = np.ascontiguousarray(targets.T)  # one row per class: long rows are what numpy is fast on
    total = wanted.sum(axis=0)

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        logs = log_softmax(x @ weights[:-1] + weights[-1]).T
        value = -float(np.vdot(wanted, logs)) + 0.5 * penalty * float(np.vdot(weights[:-1], weights[:-1]))
        residual = np.exp(logs)
        residual *= total
        residual -= wanted
        gradient = np.empty_like(weights)
        gradient[:-1] = (residual @ x).T
        gradient[:-1] += np.float32(penalty) * weights[:-1]
        gradient[-1] = residual.sum(axis=1)
        return value, gradient

    return least(loss, start, iterations)


def least(loss: Loss, start: FloatArray, iterations: int) -> FloatArray:
    """Find the least value of a convex function by L-BFGS (Nocedal 1980) in single precision.

    Written out because scipy's, with its bounds and double precision, takes three times as long as the
    function itself.
    """
    point, (value, slope) = start, loss(start)
    steps: list[FloatArray] = []
    bends: list[FloatArray] = []
    for _ in range(iterations):
        direction = _direction(slope, steps, bends)
        fall = float(np.vdot(direction, slope))
        length = 1.0 if steps else min(1.0, 1.0 / max(float(np.abs(slope).sum()), _FLAT))
        for _try in range(12):
            reached = point + np.float32(length) * direction
            new_value, new_slope = loss(reached)
            if new_value <= value + _SUFFICIENT * length * fall:
                break
            length /= 2
        else:
            return point
        steps, bends = _remembered(steps, bends, reached - point, new_slope - slope)
        gain = value - new_value
        point, value, slope = reached, new_value, new_slope
        if gain < _FLAT * max(abs(value), 1e-3):
            break
    return point


def _direction(slope: FloatArray, steps: list[FloatArray], bends: list[FloatArray]) -> FloatArray:
    """Downhill, as the curvature met on the last steps bends it."""
    q, shares = -slope, []
    for step, bend in zip(reversed(steps), reversed(bends), strict=True):
        share = float(np.vdot(step, q)) / float(np.vdot(step, bend))
        shares.append(share)
        q = q - np.float32(share) * bend
    if steps:
        q = q * np.float32(float(np.vdot(steps[-1], bends[-1])) / float(np.vdot(bends[-1], bends[-1])))
    for step, bend, share in zip(steps, bends, reversed(shares), strict=True):
        back = float(np.vdot(bend, q)) / float(np.vdot(step, bend))
        q = q + np.float32(share - back) * step
    return q


def _remembered(
    steps: list[FloatArray], bends: list[FloatArray], step: FloatArray, bend: FloatArray
) -> tuple[list[FloatArray], list[FloatArray]]:
    curvature = float(np.vdot(step, bend))
    if curvature <= 1e-12 * float(np.vdot(bend, bend)):
        return steps, bends
    return [*steps, step][-_MEMORY:], [*bends, bend][-_MEMORY:]


def log_softmax(raw: FloatArray) -> FloatArray:
    """Log-probabilities of every row of logits, each class contiguous in memory."""
    logs = np.array(raw.T, np.float32, order="C")
    logs -= logs.max(axis=0)
    logs -= np.log(np.exp(logs).sum(axis=0))
    return logs.T
