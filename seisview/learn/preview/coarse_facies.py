"""From log-probabilities on cells to facies and confidence of samples in milliseconds; free of torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from seisview.learn.carrying.trust import agreement

FloatArray = npt.NDArray[np.float32]

_LOOKED_AT = 4
STEP = 2
"""Samples along each side that share one decision: finer ones are interpolated anyway."""


def smoothed(logits: FloatArray, scale: float) -> FloatArray:
    """Smooth log-probabilities (cell rows, cell columns, n_classes) over `scale` cells."""
    if scale <= 0:
        return logits
    from scipy.ndimage import gaussian_filter

    smooth: FloatArray = gaussian_filter(logits, (scale, scale, 0), mode="nearest", truncate=3.0)
    return smooth


@dataclass(frozen=True, slots=True, eq=False)
class Favoured:
    """A class that something else speaks for, sample by sample.

    Attributes
    ----------
    places : ndarray of uint8
        Place of the class among the others; 255 for none.
    weight : ndarray of float32, same shape
        Added to its log-probability, times how well all of `places` agree with the log-probabilities.
    """

    places: npt.NDArray[np.uint8]
    weight: FloatArray


def decide(
    logits: FloatArray,
    shape: tuple[int, int],
    cell: tuple[float, float] = (8.0, 8.0),
    favoured: Favoured | None = None,
) -> tuple[npt.NDArray[np.uint8], FloatArray]:
    """Interpolate log-probabilities to a section and take the likeliest class.

    Parameters
    ----------
    logits : ndarray of float32, shape (cell rows, cell columns, n_classes)
        At most 255 classes.
    shape : (int, int)
        Of the section.
    cell : (float, float)
        Rows and columns of the section that a cell covers.
    favoured : Favoured, optional
        At every second row and column of the section (:data:`STEP`).

    Returns
    -------
    winner : ndarray of uint8, shape `shape`
        Place of the class.
    probability : ndarray of float32, shape `shape`
        Of that class, 0..1.
    """
    rows = _interpolation(-(-shape[0] // STEP), logits.shape[0], cell[0] / STEP)
    columns = _interpolation(-(-shape[1] // STEP), logits.shape[1], cell[1] / STEP)
    fine = np.stack([rows @ logits[..., k] @ columns.T for k in range(logits.shape[-1])])
    if favoured is not None:
        every = (slice(None, None, _LOOKED_AT),) * 2
        believed = agreement(fine[:, *every], favoured.places[every])
        weight = np.float32(believed) * favoured.weight
        for place, values in enumerate(fine):
            np.add(values, weight, out=values, where=favoured.places == place)
    best, winner = fine[0].copy(), np.zeros(fine.shape[1:], np.uint8)
    for place in range(1, len(fine)):
        winner[fine[place] > best] = place
        np.maximum(best, fine[place], out=best)
    fine -= best
    probability = 1.0 / np.exp(fine, out=fine).sum(axis=0)
    return _repeated(winner, shape), _repeated(probability, shape)


def _repeated(values: npt.NDArray[np.generic], shape: tuple[int, int]) -> npt.NDArray:  # type: ignore[type-arg]
    return values.repeat(STEP, axis=0).repeat(STEP, axis=1)[: shape[0], : shape[1]]


@lru_cache(maxsize=16)
def _interpolation(n_fine: int, n_cells: int, factor: float) -> FloatArray:
    """Matrix that interpolates between the middles of cells linearly, flat beyond the outermost."""
    position = np.clip((np.arange(n_fine) + 0.5) / factor - 0.5, 0, n_cells - 1)
    lower = np.minimum(position.astype(np.intp), max(n_cells - 2, 0))
    upper = np.minimum(lower + 1, n_cells - 1)
    matrix, place = np.zeros((n_fine, n_cells), np.float32), np.arange(n_fine)
    np.add.at(matrix, (place, lower), 1 - (position - lower))
    np.add.at(matrix, (place, upper), position - lower)
    return matrix
