"""Many channels to few: principal components in blocks, fitted on a sample; free of torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.errors import VolumeError
from seisview.learn.features.npz_file import read_arrays

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """An affine map of channels to features: ``(channels - mean) @ matrix``.

    Attributes
    ----------
    mean : ndarray of float32, shape (n_channels,)
    matrix : ndarray of float32, shape (n_channels, n_dimensions)
    """

    mean: FloatArray
    matrix: FloatArray

    @property
    def n_channels(self) -> int:
        """Channels it takes."""
        return len(self.mean)

    @property
    def n_dimensions(self) -> int:
        """Features it gives."""
        return int(self.matrix.shape[1])

    def apply(self, channels: FloatArray) -> FloatArray:
        """Features of some cells: (..., n_channels) to (..., n_dimensions)."""
        flat = channels.reshape(-1, channels.shape[-1])
        features = flat @ self.matrix - self.mean @ self.matrix
        return np.asarray(features.reshape(*channels.shape[:-1], -1), np.float32)

    def apply_rest(self, channels: FloatArray, first: int) -> FloatArray:
        """What the channels from number `first` on add to the features, the offset included."""
        flat = channels.reshape(-1, channels.shape[-1])
        features = flat @ self.matrix[first:] - self.mean @ self.matrix
        return np.asarray(features.reshape(*channels.shape[:-1], -1), np.float32)

    def save(self, path: Path) -> None:
        """Write it as ``.npz``."""
        with path.open("wb") as file:
            np.savez(file, mean=self.mean, matrix=self.matrix)

    @classmethod
    def load(cls, path: Path) -> Projection:
        """Read it; :class:`VolumeError` when it is missing or damaged."""
        arrays = read_arrays(path, "mean", "matrix")
        if arrays is None:
            raise VolumeError(f"{path.name} is missing or damaged.", "Make the features again.")
        projection = cls(*arrays)
        if projection.matrix.ndim != 2 or len(projection.matrix) != len(projection.mean):
            raise VolumeError(f"{path.name} is damaged.", "Make the features again.")
        return projection


def fit_projection(sample: FloatArray, blocks: Sequence[int], dimensions: Sequence[int]) -> Projection:
    """Fit principal components, block by block, so that many channels of one kind do not drown others.

    Channels are standardised, the components of every block are scaled together so that the block's total
    variance is one per dimension of the block; within a block leading components stay larger.

    Parameters
    ----------
    sample : ndarray of float32, shape (n_cells, n_channels)
    blocks : sequence of int
        Channels of each block, in order; their sum is n_channels.
    dimensions : sequence of int
        Components kept of each block; a block of fewer channels, or a sample of fewer cells, gives zeros in
        the place of those that are missing.
    """
    mean = sample.mean(axis=0, dtype=np.float64)
    spread = sample.std(axis=0, dtype=np.float64)
    matrix = np.zeros((sample.shape[1], sum(dimensions)))
    start, column = 0, 0
    for n_channels, n_kept in zip(blocks, dimensions, strict=True):
        part = slice(start, start + n_channels)
        components = _components(sample[:, part] - mean[part], spread[part], n_kept)
        matrix[part, column : column + components.shape[1]] = components
        start, column = start + n_channels, column + n_kept
    return Projection(mean.astype(np.float32), matrix.astype(np.float32))


def _components(
    centred: npt.NDArray[np.float64], spread: npt.NDArray[np.float64], n_kept: int
) -> npt.NDArray[np.float64]:
    """Columns that take centred channels to components, largest first."""
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-6 * (spread.max() or 1.0))
    covariance = (centred.T @ centred) / max(len(centred), 1) * np.outer(scale, scale)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][: min(n_kept, len(centred))]
    kept, vectors = np.maximum(values[order], 0), vectors[:, order]
    # eigenvectors have no sign of their own: the largest element is made positive
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(order))])
    total = kept.sum()
    unit = np.sqrt(len(order) / total) if total > 0 else 0.0
    return np.asarray(scale[:, None] * vectors * unit)
