"""What tells bodies of rock apart, on the grid of cells: a section and its neighbours, measured by hand.

To :mod:`seisview.learn.features.attributes` it adds what only neighbouring lines show: faults and chaotic
rock are incoherent in every direction, salt and channels have edges, layers have neither. The
three-dimensional structure tensor follows Bigun and Granlund (1987) and Randen et al. (2000); the energy of a
mean over lines relative to the mean energy is semblance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seisview.learn.features.attributes import cell_attributes

FloatArray = npt.NDArray[np.float32]

REACH = 2
"""Lines on either side of a section that are looked at."""

N_CHANNELS = 58

_CELL = 8
_FINE = 28  # the two finest scales of the attributes: coarser ones follow depth, not the body
_TEXTURE = slice(70, 74)
_SCALES = (0.7, 1.5)
_EPSILON = np.float32(1e-4)


def texture_channels(lines: Sequence[FloatArray]) -> FloatArray:
    """Channels of every cell of a section.

    Parameters
    ----------
    lines : sequence of 2 * REACH + 1 ndarray of float32, shape (n_samples, n_traces)
        The section in the middle, its neighbours in order on either side; normalised to -1..1. Where there is
        no neighbour, the nearest line that there is, again.

    Returns
    -------
    ndarray of float32, shape (cell rows, cell columns, N_CHANNELS)
    """
    attributes = cell_attributes(lines[REACH])
    moments = _moments([_padded(line) for line in lines])
    smooth = [_smoothed(moments, scale) for scale in _SCALES]
    ratios = [_ratios(each) for each in smooth]
    spread = _spread(ratios[0][..., [0, 1, 3, 4, 5, 6, 7, 8]])
    return np.concatenate([attributes[..., :_FINE], attributes[..., _TEXTURE], *ratios, spread], axis=-1)


def _moments(lines: Sequence[FloatArray]) -> FloatArray:
    """Cell averages of products of derivatives and of energies, (cell rows, cell columns, 9)."""
    x = lines[REACH]
    down, across = np.gradient(x, axis=0), np.gradient(x, axis=1)
    along = (lines[REACH + 1] - lines[REACH - 1]) / 2
    energies = sum(line * line for line in lines) / len(lines)
    step = (lines[REACH + 1] - x) ** 2 + (x - lines[REACH - 1]) ** 2
    mean = sum(lines) / len(lines)
    fields = (
        down * down,
        across * across,
        along * along,
        down * across,
        down * along,
        along * across,
        energies,
        mean * mean,
        step / 2,
    )
    return np.stack([_cell_mean(np.asarray(field, np.float32)) for field in fields], axis=-1)


def _ratios(m: FloatArray) -> FloatArray:
    """What of the moments does not depend on the strength of the signal, and the strength; 9 channels."""
    zz, xx, yy, zx, zy, xy, energy, mean, step = (m[..., i] for i in range(9))
    tensor = np.stack([zz, zx, zy, zx, xx, xy, zy, xy, yy], axis=-1).reshape(*zz.shape, 3, 3)
    values = np.linalg.eigvalsh(tensor + _EPSILON * np.eye(3, dtype=np.float32))
    small, middle, large = values[..., 0], values[..., 1], values[..., 2]
    channels = [
        (large - middle) / (large + middle),
        (middle - small) / (large + middle),
        np.log(middle / large),
        np.log(small / large),
        np.log(energy + _EPSILON),
        np.log((mean + _EPSILON) / (energy + _EPSILON)),
        np.log((step + _EPSILON) / (energy + _EPSILON)),
        np.log((zz + _EPSILON) / (energy + _EPSILON)),
        np.log((xx + yy + _EPSILON) / (zz + _EPSILON)),
    ]
    return np.stack(channels, axis=-1).astype(np.float32)


def _spread(channels: FloatArray) -> FloatArray:
    """How much channels vary around a cell."""
    scale = _SCALES[1]
    mean, square = _smoothed(channels, scale), _smoothed(channels * channels, scale)
    return np.log(np.sqrt(np.maximum(square - mean * mean, 0)) + np.float32(1e-2))


def _smoothed(channels: FloatArray, scale: float) -> FloatArray:
    from scipy.ndimage import gaussian_filter

    smooth: FloatArray = gaussian_filter(channels, (scale, scale, 0), mode="nearest", truncate=2.5)
    return smooth


def _padded(section: FloatArray) -> FloatArray:
    """Continue a section by reflection to whole cells."""
    missing = [(0, -length % _CELL) for length in section.shape]
    return np.pad(section, missing, mode="symmetric") if any(after for _, after in missing) else section


def _cell_mean(field: FloatArray) -> FloatArray:
    rows, columns = field.shape[0] // _CELL, field.shape[1] // _CELL
    means = field.reshape(rows, _CELL, columns * _CELL).mean(axis=1).reshape(rows, columns, _CELL)
    return np.asarray(means.mean(axis=2), np.float32)
