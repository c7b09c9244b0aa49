"""What lies between two horizons of a section."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.horizons.following import Rows

# Horizons from files are rounded to a thousandth of a millisecond or metre.
_ROUNDING = 0.01


def between_horizons(
    upper: Rows | None, lower: Rows | None, shape: tuple[int, int]
) -> tuple[Box, npt.NDArray[np.bool_]]:
    """Samples from one horizon down to another, both included, on the traces that both cover.

    Parameters
    ----------
    upper, lower : ndarray of float32, shape (n_traces,), or None
        Sample on every trace, NaN where there is none. None: top or base of the section.
    shape : (int, int)
        Samples and traces of the section.

    Returns
    -------
    Box, ndarray of bool
        Box around them and the mask inside it; empty when nothing lies between. Where the lower horizon
        lies above the upper one, as beyond a pinch-out, nothing does.

    Raises
    ------
    LabelError
        If both are None, or a horizon does not fit the section.
    """
    if upper is None and lower is None:
        raise LabelError("There is no horizon to fill to.", "Pick an upper or a lower one, or both.")
    for horizon in (upper, lower):
        if horizon is not None and horizon.shape != shape[1:]:
            raise LabelError(f"A horizon of {len(horizon)} traces does not fit a section of {shape[1]}.")
    samples = np.arange(shape[0])[:, None]
    mask = np.ones(shape, np.bool_)
    if upper is not None:
        mask &= samples >= upper - _ROUNDING
    if lower is not None:
        mask &= samples <= lower + _ROUNDING
    box = Box.around(mask)
    return box, np.ascontiguousarray(mask[box.slices])


def in_order(one: Rows | None, two: Rows | None) -> tuple[Rows | None, Rows | None]:
    """The upper and the lower of two horizons, by where they lie on most traces that both cover."""
    if one is None or two is None:
        return one, two
    both = np.isfinite(one) & np.isfinite(two)
    return (two, one) if np.count_nonzero(one[both] > two[both]) * 2 > both.sum() else (one, two)
