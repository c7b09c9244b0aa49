"""Missing and dead traces of a section, and how they are drawn wherever sections are: hatched."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.volume import FloatArray

BoolArray = npt.NDArray[np.bool_]

GAP_COLORS = np.array([[206, 215, 224], [168, 183, 199]], np.uint8)
"""The two tones of the hatching: no colour of a map, so that a gap is no amplitude of zero."""


def dead_traces(amplitude: FloatArray) -> BoolArray:
    """Which columns of a vertical section hold nothing but zeros, which is how missing traces are read.

    Returns
    -------
    ndarray of bool, shape (columns,)
    """
    candidates = amplitude[:: max(1, len(amplitude) // 16)].any(axis=0)
    dead: BoolArray = np.logical_not(candidates)
    columns = np.flatnonzero(dead)
    dead[columns] = ~amplitude[:, columns].any(axis=0)
    return dead


def on_stripe(rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> BoolArray:
    """Whether samples of a gap lie on a stripe of the hatching, which has the second tone."""
    stripes: BoolArray = (rows + columns) % 8 < 3
    return stripes
