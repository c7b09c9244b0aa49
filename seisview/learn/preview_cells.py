"""Painted labels on the grid of cells: how many samples of each class every cell holds; free of torch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.float32]

CELL = 8

# Multiplying by it adds eight bytes up into the highest one.
_ADD_BYTES = np.uint64(0x0101010101010101)


def class_ids(masks: list[Mask]) -> tuple[int, ...]:
    """Ids of the classes that occur, ascending; 0 is unlabelled and no class."""
    total = np.zeros(256, np.int64)
    for mask in masks:
        total += np.bincount(mask.ravel(), minlength=256)
    return tuple(int(i) for i in np.flatnonzero(total[1:]) + 1)


def cell_counts(mask: Mask, ids: tuple[int, ...]) -> Counts:
    """Labelled samples of every cell by class.

    A stroke that is thinner than a cell counts with the samples it has; unlabelled samples count for nothing.

    Parameters
    ----------
    mask : ndarray of uint8, shape (n_samples, n_traces)
        Class ids, 0 = unlabelled.
    ids : tuple of int
        Classes to count.

    Returns
    -------
    ndarray of float32, shape (cell rows, cell columns, len(ids))
    """
    rows, columns = -(-mask.shape[0] // CELL), -(-mask.shape[1] // CELL)
    counts = np.zeros((rows, columns, len(ids)), np.float32)
    painted = np.flatnonzero(mask.any(axis=1))
    if not len(painted):
        return counts
    # strokes cover a small part of a section: the rest need not be looked at
    first, last = painted[0] // CELL, painted[-1] // CELL + 1
    part = np.zeros(((last - first) * CELL, columns * CELL), np.uint8)
    source = mask[first * CELL : last * CELL]
    part[: source.shape[0], : source.shape[1]] = source
    for place, class_id in enumerate(ids):
        octets = np.ascontiguousarray(part == class_id).view(np.uint64) * _ADD_BYTES >> np.uint64(56)
        counts[first:last, :, place] = octets.reshape(last - first, CELL, columns).sum(axis=1)
    return counts
