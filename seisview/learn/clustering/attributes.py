"""The character of the cells of a section in three numbers: energy, frequency, continuity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

NAMES = ("energy", "frequency", "continuity")

_SCALE = 0.7  # cells; larger windows blur thin bodies and give worse clusters
_EPSILON = np.float32(1e-4)


def cell_character(section: FloatArray, cell: int = 8) -> FloatArray:
    """Energy, frequency and continuity of every cell.

    Logarithm of the mean square; logarithm of the mean squared step downwards over it, a proxy of the square
    of instantaneous frequency; anisotropy of the structure tensor (Bigun and Granlund 1987), 1 for perfect
    layers and 0 for chaos.

    Parameters
    ----------
    section : ndarray of float32, shape (n_samples, n_traces)
        Normalised to -1..1.
    cell : int
        Side of a cell.

    Returns
    -------
    ndarray of float32, shape (cell rows, cell columns, 3)
    """
    from scipy.ndimage import gaussian_filter

    missing = [(0, -length % cell) for length in section.shape]
    x = np.pad(section, missing, mode="symmetric")
    down, across = np.gradient(x, axis=0), np.gradient(x, axis=1)
    means = np.stack([_cell_mean(f, cell) for f in (x * x, down * down, across * across, down * across)], -1)
    m = gaussian_filter(means, (_SCALE, _SCALE, 0), mode="nearest", truncate=2.5)
    energy, steep, wide = m[..., 0] + _EPSILON, m[..., 1] + _EPSILON, m[..., 2] + _EPSILON
    continuity = np.hypot(steep - wide, 2 * m[..., 3]) / (steep + wide)
    return np.stack([np.log(energy), np.log(steep / energy), continuity], axis=-1).astype(np.float32)


def _cell_mean(field: FloatArray, cell: int) -> FloatArray:
    rows, columns = field.shape[0] // cell, field.shape[1] // cell
    return np.asarray(field.reshape(rows, cell, columns * cell).mean(1).reshape(rows, columns, cell).mean(2))
