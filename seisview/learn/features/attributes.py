"""Hand-made channels of a section on the grid of cells: energy, frequency, dip, continuity, by scales.

All of them are averages of products over cells, smoothed further on the small grid of cells, so that a large
window costs no more than a small one. The structure tensor follows Bigun and Granlund (1987); the ratios of
energies of a trace, its differences and its running means are proxies of instantaneous frequency and of the
spectrum; those across traces measure continuity, as semblance does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

SCALES = (0.7, 1.5, 3.0, 6.0, 12.0)
"""Standard deviations, in cells, of the smoothing; the first is about one cell."""

_EPSILON = np.float32(1e-4)


def cell_attributes(section: FloatArray, cell: int = 8) -> FloatArray:
    """Hand-made channels of every cell.

    Parameters
    ----------
    section : ndarray of float32, shape (n_samples, n_traces)
        Normalised to -1..1.
    cell : int
        Side of a cell; 8, or another power of two above.

    Returns
    -------
    ndarray of float32, shape (cell rows, cell columns, n_channels)
    """
    moments = _moments(_padded(section, cell), cell)
    smooth = [_smoothed(moments, scale) for scale in SCALES]
    channels = [_ratios(each) for each in smooth]
    channels.append(_texture(channels[0]))
    channels.append(_contrast(channels[1], channels[2], channels[3]))
    return np.concatenate(channels, axis=-1)


def _moments(x: FloatArray, cell: int) -> FloatArray:
    """Cell averages of products, (cell rows, cell columns, 13)."""
    down, across = np.gradient(x, axis=0), np.gradient(x, axis=1)
    bend = np.gradient(down, axis=0)
    absolute = np.abs(x)
    fields = [x * x, absolute, absolute * x, down * down, bend * bend, across * across, down * across]
    means = [_shrunk(field, (x.shape[0] // cell, x.shape[1] // cell)) for field in fields]
    means += _halving_energies(x, (2, 1), cell) + _halving_energies(x, (1, 2), cell)
    return np.stack(means, axis=-1)


def _ratios(m: FloatArray) -> FloatArray:
    energy = m[..., 0] + _EPSILON
    down, across, cross = m[..., 3] + _EPSILON, m[..., 5] + _EPSILON, m[..., 6]
    coherence = np.hypot(down - across, 2 * cross) / (down + across)
    angle = np.arctan2(2 * cross, down - across)
    channels = [
        np.log(energy),
        np.log((m[..., 1] + _EPSILON) ** 2 / energy),
        m[..., 2] / energy,
        np.log(down / energy),
        np.log((m[..., 4] + _EPSILON) / down),
        np.log(across / down),
        coherence,
        np.sin(angle) * coherence,
        *(np.log((m[..., i] + _EPSILON) / energy) for i in range(7, 13)),
    ]
    return np.stack(channels, axis=-1).astype(np.float32)


def _texture(fine: FloatArray) -> FloatArray:
    """How much energy, frequency, continuity and dip vary around a cell, at three scales."""
    chosen = fine[..., [0, 3, 5, 7]]
    channels = []
    for scale in SCALES[1:4]:
        mean, square = _smoothed(chosen, scale), _smoothed(chosen * chosen, scale)
        channels.append(np.log(np.sqrt(np.maximum(square - mean * mean, 0)) + np.float32(1e-2)))
    return np.concatenate(channels, axis=-1)


def _contrast(fine: FloatArray, middle: FloatArray, coarse: FloatArray) -> FloatArray:
    """What lies above against what lies below, at three distances: facies follow each other in order."""
    channels = []
    for level, reach in ((fine, 2), (middle, 4), (coarse, 8)):
        chosen = level[..., [0, 3, 5]]
        padded = np.pad(chosen, ((reach, reach), (0, 0), (0, 0)), mode="edge")
        channels += [padded[: len(chosen)] - chosen, padded[2 * reach :] - chosen]
    return np.concatenate(channels, axis=-1)


def _smoothed(channels: FloatArray, scale: float) -> FloatArray:
    from scipy.ndimage import gaussian_filter

    smooth: FloatArray = gaussian_filter(channels, (scale, scale, 0), mode="nearest", truncate=2.5)
    return smooth


def _halving_energies(x: FloatArray, step: tuple[int, int], cell: int) -> list[FloatArray]:
    """Energy of means over 2, 4 and 8 samples or traces: what survives of it says how smooth they are."""
    grid = x.shape[0] // cell, x.shape[1] // cell
    energies = []
    for _ in range(3):
        x = _halved(x, step)
        energies.append(_shrunk(x * x, grid))
    return energies


def _shrunk(field: FloatArray, grid: tuple[int, int]) -> FloatArray:
    """Means over blocks of a power of two, by halves: faster than means over axes of a few elements."""
    while field.shape[0] > grid[0]:
        field = _halved(field, (2, 1))
    while field.shape[1] > grid[1]:
        field = _halved(field, (1, 2))
    return field


def _halved(x: FloatArray, step: tuple[int, int]) -> FloatArray:
    half = x[:: step[0], :: step[1]] + x[step[0] - 1 :: step[0], step[1] - 1 :: step[1]]
    half *= np.float32(0.5)
    return half


def _padded(section: FloatArray, cell: int) -> FloatArray:
    """Continue a section by reflection to whole cells."""
    missing = [(0, -length % cell) for length in section.shape]
    return np.pad(section, missing, mode="symmetric") if any(after for _, after in missing) else section
