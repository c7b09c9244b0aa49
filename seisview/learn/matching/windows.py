"""Cells of dense features pooled to windows of a patch's size: means by separable box sums, whitened."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.data.geometry import Axis

Floats = npt.NDArray[np.float32]

_BLOCK_CELLS = 1 << 15
_SAMPLED_WINDOWS = 3000
_SHRINKAGE = 0.05


class CellFeatures(Protocol):
    """Dense features of sections across one axis: :class:`~seisview.learn.features.volume.FeatureVolume`."""

    @property
    def axis(self) -> Axis:
        """The axis that the sections are cut across."""

    @property
    def lines(self) -> range:
        """Indices of the sections."""

    @property
    def done(self) -> npt.NDArray[np.bool_]:
        """Which of them are there."""

    @property
    def cell(self) -> tuple[int, int]:
        """Samples and traces of a cell."""

    @property
    def dimensions(self) -> int:
        """Length of a feature vector."""

    @property
    def is_metric(self) -> bool:
        """Whether cosines between features, as they are, say how alike places are."""

    def array(self) -> npt.NDArray[np.float16]:
        """Float16, (n_lines, cell rows, cell columns, dimensions); zeros where there is no trace."""


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """Affine map of pooled features to embeddings, in which no direction dominates.

    The mean of all windows becomes zero, and directions along which one place differs from the same place a
    few lines further on count less: the variance of these differences is brought ``strength`` of the way (as
    an exponent) to one. Cosines between uncentred, unscaled activations are all near 1; after this they are
    near 0 for unrelated places (Hariharan et al. 2012, "Discriminative decorrelation for clustering and
    classification"; Shental et al. 2002, "Adjustment learning and relevant component analysis").

    Attributes
    ----------
    mean : ndarray of float32, shape (d,)
    matrix : ndarray of float32, shape (d, d)
    """

    mean: Floats
    matrix: Floats

    def apply(self, pooled: Floats) -> Floats:
        """Embeddings of pooled features, (n, d) to (n, d)."""
        return np.asarray((pooled - self.mean) @ self.matrix, np.float32)


def no_whitening(dimensions: int) -> Whitening:
    """Return the map that leaves features as they are."""
    return Whitening(np.zeros(dimensions, np.float32), np.eye(dimensions, dtype=np.float32))


def fit_whitening(here: Floats, there: Floats, strength: float = 0.5) -> Whitening:
    """Fit the map on pooled features of windows and of the same places some lines on, both (n, d)."""
    mean = here.mean(axis=0, dtype=np.float64)
    apart = np.asarray(there - here, np.float64)
    values, vectors = np.linalg.eigh(apart.T @ apart / max(2 * len(apart), 1))
    values = np.maximum(values, 0) + _SHRINKAGE * max(float(values.mean()), 1e-12)
    matrix = (vectors * values ** (-strength / 2)) @ vectors.T
    return Whitening(mean.astype(np.float32), matrix.astype(np.float32))


def window_shape(size: tuple[int, int], cell: tuple[int, int], grid: tuple[int, int]) -> tuple[int, int]:
    """Cells of a window for a patch of `size` samples and traces: at least one, at most the whole section."""
    rows, columns = (
        min(max(1, round(side / one)), whole) for side, one, whole in zip(size, cell, grid, strict=True)
    )
    return rows, columns


def as_tensor(array: npt.NDArray[np.float16]) -> Tensor:
    """Look at an array as a tensor without copying it; it is only read."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(array)


def line_blocks(
    array: npt.NDArray[np.float16], rows: npt.NDArray[np.intp]
) -> Iterator[tuple[npt.NDArray[np.intp], Tensor]]:
    """Some lines of an array, widened to float32, a few at a time so that they stay in the cache.

    Yields
    ------
    (ndarray of int, Tensor of float32, shape (n, cell rows, cell columns, d))
        The tensor is overwritten by the next one.
    """
    per_line = array.shape[1] * array.shape[2]
    step = max(1, _BLOCK_CELLS // per_line)
    source = as_tensor(array)
    buffer = torch.empty((min(step, max(len(rows), 1)), *array.shape[1:]), dtype=torch.float32)
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        target = buffer[: len(part)]
        if len(part) > 1 and int(part[-1]) - int(part[0]) == len(part) - 1:
            target.copy_(source[int(part[0]) : int(part[-1]) + 1])
        else:
            for place, line in enumerate(part.tolist()):
                target[place].copy_(source[line])
        yield part, target


def pooled_windows(cells: Tensor, window: tuple[int, int]) -> Tensor:
    """Means over all windows: (n, rows, columns, d) to (n, rows - h + 1, columns - w + 1, d)."""
    channels_first = cells.permute(0, 3, 1, 2)
    down = F.avg_pool2d(channels_first, (window[0], 1), stride=1)
    return F.avg_pool2d(down, (1, window[1]), stride=1).permute(0, 2, 3, 1)


def window_sums(values: Tensor, window: tuple[int, int]) -> Tensor:
    """Means over all windows of one number per cell: (n, rows, columns) to (n, rows - h + 1, ...)."""
    down = F.avg_pool2d(values[:, None], (window[0], 1), stride=1)
    return F.avg_pool2d(down, (1, window[1]), stride=1)[:, 0]


def sample_windows(
    features: CellFeatures,
    window: tuple[int, int],
    seed: int = 0,
    apart: int = 0,
    count: int = _SAMPLED_WINDOWS,
) -> tuple[Floats, Floats]:
    """Pooled features of windows at random places, and of those at the same places some lines further on.

    Parameters
    ----------
    features : CellFeatures
    window : (int, int)
        Cells.
    seed : int
    apart : int
        Lines between the two.
    count : int

    Returns
    -------
    (ndarray of float32, ndarray of float32)
        Both (n, d), n up to `count`; windows that hold cells without a trace are left out.
    """
    done = np.flatnonzero(features.done)
    array = features.array()
    rng = np.random.default_rng(seed)
    step = max(1, round(apart / features.lines.step)) if apart else 0
    rows, columns = array.shape[1] - window[0] + 1, array.shape[2] - window[1] + 1
    here, there = [], []
    for line in np.sort(rng.choice(done, min(len(done), 32), replace=False)).tolist():
        other = line + step if line + step in done else line - step
        beside = 0 if other in done else 1  # a single line: one cell along it instead
        other = other if other in done else line
        places = rng.integers((rows, columns), size=(max(1, count // min(len(done), 32)), 2))
        shift = np.array([0, beside])
        further = np.clip(places + shift, 0, (rows - 1, columns - 1))
        first = _pooled_at(array[line], window, places)
        second = _pooled_at(array[other], window, further)
        live = first.any(axis=1) & second.any(axis=1)
        here.append(first[live])
        there.append(second[live])
    empty = np.empty((0, features.dimensions), np.float32)
    return np.concatenate([empty, *here]), np.concatenate([empty, *there])


def _pooled_at(
    section: npt.NDArray[np.float16], window: tuple[int, int], places: npt.NDArray[np.int64]
) -> Floats:
    cells = as_tensor(np.asarray(section)).float()[None]
    pooled = pooled_windows(cells, window)[0].numpy()
    found: Floats = pooled[places[:, 0], places[:, 1]]
    return found


Check = Callable[[], None]
