"""What the head of the preview sees of a cell: features, depth, and random rectified units of both."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from seisview.learn.preview.config import PreviewConfig

FloatArray = npt.NDArray[np.float32]

_LARGEST = 4.0
_MOST_KEPT = 3
"""An inline, a crossline and a slice are often shown together."""


@dataclass(frozen=True, slots=True, eq=False)
class LiftedSection:
    """A section as the head sees it, which strokes do not change.

    Attributes
    ----------
    features : ndarray
        What it was made from.
    mean : ndarray
        What it was standardised with.
    config : PreviewConfig
    units : ndarray of float32, shape (n_cells, n_inputs + units)
    live : ndarray of bool, shape (cell columns,)
        Cell columns that hold a live trace.
    """

    features: npt.NDArray[np.floating]
    mean: FloatArray
    config: PreviewConfig
    units: FloatArray
    live: npt.NDArray[np.bool_]


class LiftedSections:
    """The sections used last: between two strokes the visible one stays the same."""

    def __init__(self) -> None:
        self._kept: tuple[LiftedSection, ...] = ()
        self._lock = threading.Lock()

    def of(
        self,
        features: npt.NDArray[np.floating],
        mean: FloatArray,
        scale: FloatArray,
        config: PreviewConfig,
        depth: float | None = None,
    ) -> LiftedSection:
        """Lift a section, unless the same array was lifted with the same mean just before.

        `depth` is that of all cells, from -1 at the top to 1 at the bottom; None: each row has its own.
        """
        for kept in self._kept:
            if kept.features is features and kept.mean is mean and kept.config == config:
                return kept
        inputs = cell_inputs(features)
        if depth is not None:
            inputs[:, -1] = depth
        units = lifted(standardised(inputs, mean, scale), config)
        live = np.any(np.asarray(features != 0), axis=(0, 2))
        made = LiftedSection(features, mean, config, units, live)
        with self._lock:
            self._kept = (made, *self._kept)[:_MOST_KEPT]
        return made


def cell_inputs(features: npt.NDArray[np.floating], chosen: npt.NDArray[np.intp] | None = None) -> FloatArray:
    """Features and depth (-1 at the top, 1 at the bottom), one row per cell: of all, or of some by number."""
    rows, columns, dimensions = features.shape
    flat = features.reshape(rows * columns, dimensions)
    numbers = np.arange(rows * columns) if chosen is None else chosen
    inputs = np.empty((len(numbers), dimensions + 1), np.float32)
    inputs[:, :-1] = flat if chosen is None else flat[chosen]
    inputs[:, -1] = (numbers // columns) * (2.0 / max(rows - 1, 1)) - 1.0
    return inputs


def standardised(inputs: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    """Inputs in units of their spread; outliers are held back, so that none rules a section."""
    values = inputs - mean
    values /= scale
    return np.clip(values, -_LARGEST, _LARGEST, out=values)


def lifted(x: FloatArray, config: PreviewConfig) -> FloatArray:
    """Inputs and random rectified units of them, side by side."""
    x[:, -1] *= np.float32(config.depth_weight)
    directions, offsets = _random_units(x.shape[1], config.units, config.seed)
    both = np.empty((len(x), x.shape[1] + config.units), np.float32)
    both[:, : x.shape[1]] = x
    units = both[:, x.shape[1] :]
    np.matmul(x, directions, out=units)
    units += offsets
    np.maximum(units, 0, out=units)
    return both


@lru_cache(maxsize=8)
def _random_units(n_inputs: int, units: int, seed: int) -> tuple[FloatArray, FloatArray]:
    generator = np.random.default_rng([seed, n_inputs, units])
    directions = generator.standard_normal((n_inputs, units)) / np.sqrt(n_inputs)
    return directions.astype(np.float32), (0.5 * generator.standard_normal(units)).astype(np.float32)
