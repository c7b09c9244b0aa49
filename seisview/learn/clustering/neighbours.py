"""Exact nearest neighbours in bounded memory, and what is interpolated from them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IndexArray = npt.NDArray[np.intp]

_CHUNK = 8192
WEIGHTS_OF = 5
"""How many neighbours a point is placed between, and how many vote."""

_FEW_DIMENSIONS = 8  # up to here a tree is faster than looking at all


def nearest(
    reference: FloatArray, points: FloatArray, count: int, check: Callable[[], None] = lambda: None
) -> tuple[FloatArray, IndexArray]:
    """Distances and indices of the nearest reference points, nearest first.

    Parameters
    ----------
    reference : ndarray of float32, shape (m, d)
    points : ndarray of float32, shape (n, d)
    count : int
        Held to m.
    check : callable
        Called between chunks; raises to stop.

    Returns
    -------
    distances : ndarray of float32, shape (n, count)
    indices : ndarray of int, shape (n, count)
    """
    from sklearn.neighbors import NearestNeighbors

    count = min(count, len(reference))
    algorithm = "kd_tree" if reference.shape[1] <= _FEW_DIMENSIONS else "brute"
    search = NearestNeighbors(n_neighbors=count, algorithm=algorithm).fit(reference)
    distances = np.empty((len(points), count), np.float32)
    indices = np.empty((len(points), count), np.intp)
    for start in range(0, len(points), _CHUNK):
        check()
        part = slice(start, start + _CHUNK)
        distances[part], indices[part] = search.kneighbors(points[part])
    return distances, indices


def interpolate(positions: FloatArray, distances: FloatArray, indices: IndexArray) -> FloatArray:
    """Place points between their nearest neighbours, the nearer the closer; on one of them, exactly there.

    Parameters
    ----------
    positions : ndarray of float32, shape (m, e)
        Of the reference points in the map.
    distances, indices : ndarray, shape (n, k)
        From :func:`nearest`; the first five are used.

    Returns
    -------
    ndarray of float32, shape (n, e)
    """
    near, chosen = distances[:, :WEIGHTS_OF].astype(np.float64), indices[:, :WEIGHTS_OF]
    floor = 1e-6 * max(float(near.max(initial=0.0)), 1e-12)
    weights = 1.0 / np.maximum(near, floor) ** 2
    weights /= weights.sum(axis=1, keepdims=True)
    placed: FloatArray = np.einsum("nk,nke->ne", weights, positions[chosen]).astype(np.float32)
    return placed


def vote(labels: IndexArray, indices: IndexArray) -> IndexArray:
    """Label that most of the nearest neighbours have; the nearest decides a tie.

    Parameters
    ----------
    labels : ndarray of int, shape (m,)
        From -1.
    indices : ndarray of int, shape (n, k)
    """
    found = labels[indices[:, :WEIGHTS_OF]] + 1
    counts = np.zeros((len(found), int(labels.max(initial=-1)) + 2))
    rows = np.arange(len(found))
    for place in range(found.shape[1]):
        counts[rows, found[:, place]] += 1.0 - 0.01 * place
    return np.asarray(counts.argmax(axis=1) - 1, np.intp)
