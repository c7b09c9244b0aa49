"""From the grid of a survey to map coordinates: an affine map fitted to the trace headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class MapTransform:
    """Affine map from (inline index, crossline index) to map coordinates (X, Y).

    ``X = x0 + x_per_inline * i + x_per_crossline * j`` and likewise for Y, in the unit of the trace headers.
    """

    x0: float
    y0: float
    x_per_inline: float
    y_per_inline: float
    x_per_crossline: float
    y_per_crossline: float

    def xy(self, inline_index: float, crossline_index: float) -> tuple[float, float]:
        """Map coordinates of a (fractional) position in the grid."""
        return (
            self.x0 + self.x_per_inline * inline_index + self.x_per_crossline * crossline_index,
            self.y0 + self.y_per_inline * inline_index + self.y_per_crossline * crossline_index,
        )


def fit_map_transform(
    inline_indices: Sequence[int] | npt.NDArray[np.integer],
    crossline_indices: Sequence[int] | npt.NDArray[np.integer],
    x: npt.NDArray[np.floating],
    y: npt.NDArray[np.floating],
) -> MapTransform | None:
    """Least-squares :class:`MapTransform` through the coordinates of a few traces.

    Parameters
    ----------
    inline_indices, crossline_indices : sequence of int, shape (n,)
        Grid positions of the traces.
    x, y : ndarray of float, shape (n,)
        Their coordinates, the scalar of the trace header already applied.

    Returns
    -------
    MapTransform or None
        None when all coordinates are equal (headers left empty).
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if len(x) == 0 or (np.ptp(x) == 0 and np.ptp(y) == 0):
        return None
    design = np.column_stack([np.ones(len(x)), inline_indices, crossline_indices])
    (x0, xi, xc), (y0, yi, yc) = (np.linalg.lstsq(design, v, rcond=None)[0] for v in (x, y))
    return MapTransform(*(float(v) for v in (x0, y0, xi, yi, xc, yc)))
