"""What is known about an array that holds a survey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from seisview.data.geometry import Domain, LineNumbers, SurveyGeometry
from seisview.data.geometry_io import MOST_LINES
from seisview.data.volume import SourceInfo
from seisview.errors import VolumeError


def geometry_for(
    shape: tuple[int, int, int], known: SurveyGeometry | None, path: Path, n_axes: int
) -> tuple[SurveyGeometry, tuple[str, ...]]:
    """Grid of an array, the stored one or a counted one, and what the user should know about it.

    Raises
    ------
    VolumeError
        If the stored one is for another shape, or the array has more lines than any survey.
    """
    if known is not None:
        if known.shape != tuple(shape):
            raise VolumeError(
                f"{path.name} has the shape {tuple(shape)}, but its stored geometry is for {known.shape}.",
                "Delete the geometry stored beside it, or write both again.",
            )
        return known, ()
    n_inlines, n_crosslines, n_samples = (int(count) for count in shape)
    if max(n_inlines, n_crosslines) > MOST_LINES:
        raise VolumeError(
            f"{path.name} has the shape {tuple(shape)}: more lines than any survey.", "Check what it holds."
        )
    notes = ["The geometry is unknown: lines are numbered from 1 and samples from 0, one apart."]
    if n_axes == 2:
        notes.append("The two axes are taken as (traces, samples) of one 2-D line.")
    lines = LineNumbers.regular(1, 1, n_inlines), LineNumbers.regular(1, 1, n_crosslines)
    return SurveyGeometry(*lines, n_samples, 0.0, 1.0, Domain.SAMPLE), tuple(notes)


def info_of(
    path: Path, kind: str, dtype: Any, geometry: SurveyGeometry, notes: tuple[str, ...]
) -> SourceInfo:
    """How an array is stored."""
    order = {">": "big", "<": "little"}.get(getattr(dtype, "byteorder", "="), "native")
    return SourceInfo(
        path=path,
        format=kind,
        sample_format=np.dtype(dtype).name,
        byte_order=order,
        sorting="inline",
        n_traces=geometry.n_traces,
        warnings=notes,
    )
