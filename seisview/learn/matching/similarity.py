"""Exact nearest neighbours among embeddings, and queries made of several patches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from seisview.errors import ModelError

Matrix = npt.NDArray[np.floating]
Scores = npt.NDArray[np.float32]

# One product over many rows runs at the speed of memory; blocks only bound what is widened at a time.
_BLOCK_BYTES = 1 << 30


def unit_rows(vectors: Matrix) -> Scores:
    """Rows brought to length 1, float32; rows of zeros stay zero.

    Parameters
    ----------
    vectors : ndarray, shape (n, d)
    """
    rows = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    result: Scores = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return result


def combined_query(positives: Matrix, negatives: Matrix | None = None, weight: float = 0.5) -> Scores:
    """One query of several patches, pushed away from others (Rocchio 1971).

    Parameters
    ----------
    positives : ndarray, shape (n, d)
        At least one; each counts the same whatever its length.
    negatives : ndarray, shape (m, d), optional
    weight : float
        Of the mean negative, relative to the mean positive.

    Returns
    -------
    ndarray of float32, shape (d,)
        Of length 1; where the negatives cancel the positives, the positives alone.
    """
    positives = np.atleast_2d(positives)
    if not len(positives):
        raise ModelError("There is no patch to search for.", "Pick a patch first.")
    wanted = unit_rows(positives).mean(axis=0)
    query = wanted
    if negatives is not None and len(negatives):
        query = wanted - np.float32(weight) * unit_rows(np.atleast_2d(negatives)).mean(axis=0)
    if float(np.linalg.norm(query)) < 1e-6:
        query = wanted
    combined: Scores = unit_rows(query[None])[0]
    return combined


def top_k(
    matrix: Matrix,
    query: npt.NDArray[np.floating],
    k: int,
    check: Callable[[], None] = lambda: None,
    block: int | None = None,
) -> tuple[Scores, npt.NDArray[np.intp]]:
    """Return the k rows with the largest inner product with the query: exact, in blocks, in one pass.

    With rows and query of length 1 that is the cosine similarity.

    Parameters
    ----------
    matrix : ndarray of float32 or float16, shape (n, d)
        May be a memory map.
    query : ndarray of float, shape (d,)
    k : int
    check : callable
        Called before every block; raises to stop.
    block : int, optional
        Rows at a time.

    Returns
    -------
    (ndarray of float32, ndarray of int)
        Inner products and row numbers, the best first; of equals the first row first.
    """
    query = np.ascontiguousarray(query, np.float32)
    block = block or max(1, _BLOCK_BYTES // (4 * max(1, matrix.shape[1])))
    scores, rows = np.empty(0, np.float32), np.empty(0, np.intp)
    for start in range(0, len(matrix), block):
        check()
        part = np.asarray(matrix[start : start + block])
        products = (part if part.dtype == np.float32 else part.astype(np.float32)) @ query
        found = _largest(products, k)
        scores = np.concatenate([scores, products[found]])
        rows = np.concatenate([rows, found + start])
        order = np.lexsort((rows, -scores))[:k]
        scores, rows = scores[order], rows[order]
    return scores, rows


def _largest(values: Scores, k: int) -> npt.NDArray[np.intp]:
    """Places of the k largest values; ties at the border go to the first ones."""
    if len(values) <= k:
        return np.arange(len(values))
    # Maxima of pieces give a bound that leaves few candidates: far cheaper than partitioning everything.
    pieces = np.maximum.reduceat(values, np.arange(0, len(values), max(1, len(values) // (64 * k))))
    least = np.partition(pieces, len(pieces) - k)[len(pieces) - k] if len(pieces) >= k else -np.inf
    candidates = np.flatnonzero(values >= least)
    order = np.argsort(-values[candidates], kind="stable")[:k]
    return candidates[order]
