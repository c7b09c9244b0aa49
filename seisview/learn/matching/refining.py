"""A query refined by verdicts: logistic regression on what was accepted, rejected, and lies anywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.learn.matching.similarity import unit_rows

Matrix = npt.NDArray[np.floating]
Scores = npt.NDArray[np.float32]

_STRENGTH = 10.0
_RIDGE = 0.1
_STEPS = 25


def refined_query(first: Matrix, positives: Matrix, negatives: Matrix, background: Matrix) -> Scores:
    """Direction in which what is wanted lies apart from what is not.

    Logistic regression that is drawn towards the patch picked first, so that few verdicts move it little
    (Yang et al. 2007, "Cross-domain video concept detection using adaptive SVMs"). Negatives and the
    background, most of which is something else, count as much as the positives together.

    Parameters
    ----------
    first : ndarray, shape (d,)
        The patch picked first.
    positives : ndarray, shape (n, d)
        With the first one.
    negatives : ndarray, shape (m, d)
        May be empty.
    background : ndarray, shape (k, d)
        Windows of anywhere.

    Returns
    -------
    ndarray of float32, shape (d,)
        Of length 1.
    """
    wanted, unwanted, anywhere = (unit_rows(x).astype(np.float64) for x in (positives, negatives, background))
    d = wanted.shape[1]
    x = np.column_stack(
        [np.concatenate([wanted, unwanted, anywhere]), np.ones(len(wanted) + len(unwanted) + len(anywhere))]
    )
    target = (np.arange(len(x)) < len(wanted)).astype(float)
    other = [np.full(len(part), 0.5 / len(part)) for part in (unwanted, anywhere) if len(part)]
    weight = _STRENGTH * np.concatenate([np.full(len(wanted), 1 / len(wanted)), *other])
    prior = np.append(4.0 * unit_rows(first[None])[0], -2.0)
    ridge = np.full(d + 1, _RIDGE)
    ridge[-1] = 1e-3  # how rare the wanted is, nobody knows
    found = prior.copy()
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ found, -50, 50)))
        gradient = x.T @ (weight * (p - target)) + ridge * (found - prior)
        curvature = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        found -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    direction: Scores = unit_rows(found[None, :-1])[0]
    return direction
