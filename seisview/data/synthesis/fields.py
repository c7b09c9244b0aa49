"""Random fields and the grid they live on: the raw material of the synthetic survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
Generator = np.random.Generator

_PAD = 24  # traces around a map, so that faults may fetch rock from outside the survey


@dataclass(frozen=True, slots=True)
class Extent:
    """Size of the model in inlines, crosslines and samples."""

    n_inlines: int
    n_crosslines: int
    n_samples: int

    @property
    def lateral(self) -> float:
        """One lateral length for both directions, in traces: the side of the square of equal area."""
        return float(np.sqrt(self.n_inlines * self.n_crosslines))

    def random_position(self, rng: Generator, margin: float = 0.1) -> tuple[float, float]:
        """Draw an (inline, crossline) position at least `margin` of the survey away from its edges."""
        i, j = rng.uniform(margin, 1 - margin, 2)
        return float(i * self.n_inlines), float(j * self.n_crosslines)


@dataclass(frozen=True, slots=True)
class Block:
    """Sample positions at which the model is evaluated, each axis in index units.

    Attributes
    ----------
    inlines, crosslines, samples : ndarray of float32, 1-D
        The block is their outer product, shape ``(len(inlines), len(crosslines), len(samples))``.
    """

    inlines: Array
    crosslines: Array
    samples: Array

    @classmethod
    def of(
        cls, extent: Extent, inlines: slice = slice(None), step: tuple[int, int, int] = (1, 1, 1)
    ) -> Block:
        """All samples of some inlines, or every `step`-th along each axis."""
        i, j, k = (
            np.arange(0, count, stride, dtype=np.float32)
            for count, stride in zip(
                (extent.n_inlines, extent.n_crosslines, extent.n_samples), step, strict=True
            )
        )
        return cls(i[inlines], j, k)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of positions along each axis."""
        return len(self.inlines), len(self.crosslines), len(self.samples)

    def grids(self) -> tuple[Array, Array, Array]:
        """(inline, crossline, sample) position of every sample, each an array of :attr:`shape`."""
        shape = self.shape
        return (
            np.broadcast_to(self.inlines[:, None, None], shape).copy(),
            np.broadcast_to(self.crosslines[None, :, None], shape).copy(),
            np.broadcast_to(self.samples[None, None, :], shape).copy(),
        )


def map_grids(extent: Extent) -> tuple[Array, Array]:
    """Inline and crossline positions of a map, which reaches beyond the survey on all sides."""
    i = np.arange(-_PAD, extent.n_inlines + _PAD, dtype=np.float32)
    j = np.arange(-_PAD, extent.n_crosslines + _PAD, dtype=np.float32)
    return i[:, None], j[None, :]


def wave_map(rng: Generator, extent: Extent, wavelength: float, n_waves: int = 12) -> Array:
    """Smooth random map of zero mean and unit deviation: a sum of plane waves near one wavelength.

    Parameters
    ----------
    wavelength : float
        As a fraction of :attr:`Extent.lateral`.
    """
    i, j = map_grids(extent)
    result = np.zeros((i.shape[0], j.shape[1]), np.float32)
    lengths = wavelength * extent.lateral * rng.uniform(0.7, 1.6, n_waves)
    angles, phases = rng.uniform(0, 2 * np.pi, (2, n_waves))
    for length, angle, phase in zip(lengths, angles, phases, strict=True):
        k = 2 * np.pi / length
        result += np.cos(k * (i * np.cos(angle) + j * np.sin(angle)) + phase).astype(np.float32)
    return result * np.float32(np.sqrt(2.0 / n_waves))


class MapStack:
    """Several maps of one survey, looked up together at restored positions (bilinear).

    Parameters
    ----------
    extent : Extent
    maps : mapping of str to ndarray
        Maps as :func:`map_grids` lays them out.
    """

    def __init__(self, extent: Extent, maps: Mapping[str, Array]) -> None:
        self._names = tuple(maps)
        self._shape = (extent.n_inlines + 2 * _PAD, extent.n_crosslines + 2 * _PAD)
        self._stack = np.stack([maps[name] for name in self._names], axis=-1).reshape(-1, len(maps))

    def at(self, i: Array, j: Array) -> dict[str, Array]:
        """Values of every map at positions `i` (inline) and `j` (crossline), any equal shapes."""
        n_rows, n_columns = self._shape
        row = np.clip(i + _PAD, 0, n_rows - 1.001).ravel()
        column = np.clip(j + _PAD, 0, n_columns - 1.001).ravel()
        row0, column0 = row.astype(np.int32), column.astype(np.int32)
        row_share = (row - row0)[:, None]
        column_share = (column - column0)[:, None]
        corner = row0 * n_columns + column0
        left = self._between(corner, n_columns, row_share)
        right = self._between(corner + 1, n_columns, row_share)
        left += (right - left) * column_share
        return {name: np.ascontiguousarray(left[:, n]).reshape(i.shape) for n, name in enumerate(self._names)}

    def _between(self, corner: npt.NDArray[np.int32], stride: int, share: Array) -> Array:
        first = self._stack.take(corner, axis=0)
        first += (self._stack.take(corner + stride, axis=0) - first) * share
        return first


class NoiseTile:
    """3-D noise of zero mean and unit deviation that repeats seamlessly, for textures inside bodies.

    Parameters
    ----------
    rng : Generator
    sigma : (float, float, float)
        Correlation length along inline, crossline and sample, in index units.
    """

    _SHAPE = (96, 96, 128)

    def __init__(self, rng: Generator, sigma: tuple[float, float, float]) -> None:
        from scipy.ndimage import gaussian_filter

        noise = gaussian_filter(rng.standard_normal(self._SHAPE, np.float32), sigma, mode="wrap")
        self._tile: Array = ((noise - noise.mean()) / noise.std()).astype(np.float32)

    def at(self, block: Block) -> Array:
        """Noise at the positions of a block, rounded to whole indices."""
        indices = [
            np.rint(axis).astype(np.intp) % size
            for axis, size in zip((block.inlines, block.crosslines, block.samples), self._SHAPE, strict=True)
        ]
        return self._tile[np.ix_(*indices)]
