"""Painted labels on the grid of cells: how many samples of each class every cell holds; free of torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.float32]

CELL = 8

# Multiplying by it adds eight bytes up into the highest one.
_ADD_BYTES = np.uint64(0x0101010101010101)


@dataclass(frozen=True, slots=True, eq=False)
class PaintedCells:
    """The labels of a section on its cells.

    Attributes
    ----------
    mask : ndarray of uint8, shape (n_samples, n_traces)
        What they were counted from.
    ids : tuple of int
        Classes that occur, ascending.
    counts : ndarray of float32, shape (cell rows, cell columns, len(ids))
    """

    mask: Mask
    ids: tuple[int, ...]
    counts: Counts

    @classmethod
    def of(cls, mask: Mask, before: PaintedCells | None = None) -> PaintedCells:
        """Count the labels of a section, unless they are what they were before."""
        if before is not None and (before.mask is mask or np.array_equal(before.mask, mask)):
            return before
        ids = class_ids(mask)
        return cls(mask, ids, cell_counts(mask, ids))

    def by(self, ids: tuple[int, ...]) -> Counts:
        """Counts of other classes, among which are those of the section."""
        if ids == self.ids:
            return self.counts
        wanted = np.zeros((*self.counts.shape[:2], len(ids)), np.float32)
        wanted[..., [ids.index(class_id) for class_id in self.ids]] = self.counts
        return wanted


def class_ids(mask: Mask) -> tuple[int, ...]:
    """Ids of the classes that occur, ascending; 0 is unlabelled and no class."""
    painted = mask[mask.any(axis=1)]
    total = np.bincount(painted.ravel(), minlength=256)
    return tuple(int(i) for i in np.flatnonzero(total[1:]) + 1)


def drawn_cells(
    counts: Mapping[Any, Counts], most: int, seed: int
) -> dict[Any, tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]]:
    """Choose which labelled cells to learn from when there are many.

    Every class of every section gets an equal share, so that a stroke counts beside sections that are painted
    all over; weights make up for what was left out.

    Parameters
    ----------
    counts : mapping to ndarray of float32, shape (cell rows, cell columns, n_classes)
        By section.
    most : int
        Cells to choose about.
    seed : int

    Returns
    -------
    dict
        By section: numbers of cells, ascending, and the weight of each.
    """
    generator = np.random.default_rng(seed)
    groups = [(key, group) for key in sorted(counts) for group in _by_class(counts[key])]
    left, chosen = most, dict[Any, list[tuple[npt.NDArray[np.intp], float]]]()
    by_size = sorted(range(len(groups)), key=lambda place: len(groups[place][1]))
    for done, place in enumerate(by_size):
        key, group = groups[place]
        share = max(1, min(len(group), left // (len(groups) - done)))
        picked = group if share == len(group) else generator.choice(group, share, replace=False)
        chosen.setdefault(key, []).append((picked, len(group) / share))
        left = max(0, left - share)
    return {key: _joined(parts) for key, parts in chosen.items()}


def _by_class(counts: Counts) -> list[npt.NDArray[np.intp]]:
    """Numbers of the labelled cells, by the class that most of each has."""
    flat = counts.reshape(-1, counts.shape[-1])
    painted = np.flatnonzero(flat.any(axis=1))
    winner = flat[painted].argmax(axis=1)
    return [painted[winner == place] for place in np.unique(winner)]


def _joined(
    parts: list[tuple[npt.NDArray[np.intp], float]],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    numbers = np.concatenate([picked for picked, _ in parts])
    weights = np.concatenate([np.full(len(picked), weight, np.float32) for picked, weight in parts])
    order = np.argsort(numbers)
    return numbers[order], weights[order]


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
