"""What every kind of volume needs to check positions and to tell surveys apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SurveyGeometry
from seisview.errors import GeometryError


def check_positions(
    geometry: SurveyGeometry, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
) -> None:
    """Raise :class:`GeometryError` unless the two arrays match and all positions lie in the survey."""
    if inline_indices.shape != crossline_indices.shape:
        raise GeometryError(
            f"Inline indices {inline_indices.shape} do not pair with crosslines {crossline_indices.shape}."
        )
    for indices, axis in ((inline_indices, Axis.INLINE), (crossline_indices, Axis.CROSSLINE)):
        if indices.size and not (indices.min() >= 0 and indices.max() < geometry.count(axis)):
            raise GeometryError(
                f"There is no {axis} at one of the positions asked for.",
                f"Indices run from 0 to {geometry.count(axis) - 1}.",
            )


def grid_signature(geometry: SurveyGeometry) -> str:
    """Shape and line numbers as text, for fingerprints; nothing in it depends on rounding."""
    return f"{geometry.shape} {geometry.inlines.numbers} {geometry.crosslines.numbers}"
