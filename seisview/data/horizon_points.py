"""Reads a horizon from a table of points, as the tops and bases of classes are written."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SurveyGeometry
from seisview.errors import LabelError

FloatMap = npt.NDArray[np.float32]

_Point = tuple[int, int, float]


def read_horizon(path: str | Path, geometry: SurveyGeometry) -> FloatMap:
    """Read a horizon from a table with a header line.

    Parameters
    ----------
    path : str or Path
        CSV with the columns ``inline``, ``crossline`` (line numbers) and ``time_ms``, ``depth_m`` or
        ``sample``, as the survey's vertical axis is; others are not looked at. Traces that the survey does
        not have are passed over; of two points on one trace the later counts.
    geometry : SurveyGeometry

    Returns
    -------
    ndarray of float32, shape (n_inlines, n_crosslines)
        Time (ms), depth (m) or sample number; NaN where there is no point.

    Raises
    ------
    LabelError
        If the file cannot be read, is no such table, or has no point in the survey.
    """
    path = Path(path)
    inlines = {number: index for index, number in enumerate(geometry.inlines.numbers)}
    crosslines = {number: index for index, number in enumerate(geometry.crosslines.numbers)}
    horizon = np.full(geometry.shape[:2], np.nan, np.float32)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for inline, crossline, value in _points(csv.reader(file), path, geometry):
                if inline in inlines and crossline in crosslines:
                    horizon[inlines[inline], crosslines[crossline]] = value
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabelError(f"{path.name} cannot be read: {error}.", "Give a table of points (.csv).") from error
    if np.isnan(horizon).all():
        raise LabelError(f"{path.name} has no point on a trace of the survey.", _covered(geometry))
    return horizon


def _points(rows: Iterator[list[str]], path: Path, geometry: SurveyGeometry) -> Iterator[_Point]:
    wanted = ("inline", "crossline", value_column(geometry))
    header = [name.strip().casefold() for name in next(rows, [])]
    if not set(wanted) <= set(header):
        raise LabelError(
            f"{path.name} has no column {next(name for name in wanted if name not in header)}.",
            f"Its first line must name the columns {', '.join(wanted)}.",
        )
    places = [header.index(name) for name in wanted]
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            inline, crossline, value = (float(row[place]) for place in places)
            yield int(inline), int(crossline), value
        except (ValueError, OverflowError, IndexError):
            raise LabelError(
                f"{path.name}: line {number} is not a point.", f"It must hold {', '.join(wanted)}."
            ) from None


def value_column(geometry: SurveyGeometry) -> str:
    """What a table calls places on the vertical axis: ``"time_ms"``, ``"depth_m"`` or ``"sample"``."""
    domain = geometry.domain
    return f"{domain}_{domain.unit}" if domain.unit else str(domain)


def _covered(geometry: SurveyGeometry) -> str:
    inlines, crosslines = geometry.inlines, geometry.crosslines
    return (
        f"It covers inlines {min(inlines.numbers)} to {max(inlines.numbers)} "
        f"and crosslines {min(crosslines.numbers)} to {max(crosslines.numbers)}."
    )
