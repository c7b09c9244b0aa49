"""An arbitrary line across the survey: which traces lie along it, and how far along each is. Free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SurveyGeometry

Vertex = tuple[float, float]

METRES_IN_KM = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class LinePath:
    """The traces along a line, in order.

    Attributes
    ----------
    inlines, crosslines : ndarray of int, shape (n,)
        Grid indices.
    distance : ndarray of float, shape (n,)
        From the beginning: in units of the map coordinates, or in traces when the survey has none.
    has_coordinates : bool
    corners : tuple of (float, float)
        Where it begins, bends and ends, (inline index, crossline index) within the survey.
    bends : tuple of int
        Which of the traces it bends at, without its ends.
    """

    inlines: npt.NDArray[np.intp]
    crosslines: npt.NDArray[np.intp]
    distance: npt.NDArray[np.float64]
    has_coordinates: bool
    corners: tuple[Vertex, ...]
    bends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.inlines)


def traces_along(vertices: Sequence[Vertex], geometry: SurveyGeometry) -> LinePath | None:
    """Nearest traces of the grid along a line through `vertices`, each once in a row.

    Parameters
    ----------
    vertices : sequence of (float, float)
        (inline index, crossline index); places outside the survey are moved to its edge.
    geometry : SurveyGeometry

    Returns
    -------
    LinePath or None
        None when the line does not reach from one trace to another.
    """
    if len(vertices) < 2:
        return None
    last = np.array(geometry.shape[:2]) - 1
    corners = np.clip(np.asarray(vertices, np.float64), 0, last)
    pieces, reached = [corners[:1]], [0]
    for start, end in pairwise(corners):
        steps = max(int(np.ceil(np.abs(end - start).max())), 1)
        shares = np.arange(1, steps + 1)[:, None] / steps
        pieces.append(start + (end - start) * shares)
        reached.append(reached[-1] + steps)
    grid = np.rint(np.concatenate(pieces)).astype(np.intp)
    moved = np.concatenate([[True], (np.diff(grid, axis=0) != 0).any(axis=1)])
    places = np.cumsum(moved)[reached] - 1
    grid = grid[moved]
    if len(grid) < 2:
        return None
    bends = tuple(sorted({int(place) for place in places} - {0, len(grid) - 1}))
    shown = tuple((float(i), float(j)) for i, j in corners)
    return LinePath(grid[:, 0], grid[:, 1], *_distance(grid, geometry), shown, bends)


def length_text(path: LinePath, unit: str) -> str:
    """How long a line is: ``"12.4 km"``, ``"850 m"``, ``"40,700 ft"``, or ``"412 traces"`` without a map."""
    if not path.has_coordinates:
        return f"{len(path):,} traces"
    length = float(path.distance[-1])
    if unit == "m" and length >= METRES_IN_KM:
        return f"{length / METRES_IN_KM:.1f} km"
    return f"{length:,.0f} {unit or 'm or ft'}"


def _distance(grid: npt.NDArray[np.intp], geometry: SurveyGeometry) -> tuple[npt.NDArray[np.float64], bool]:
    transform = geometry.transform
    if transform is None:
        return np.arange(len(grid), dtype=np.float64), False
    places = np.array([transform.xy(float(i), float(j)) for i, j in grid])
    lengths = np.hypot(*np.diff(places, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(lengths)]), True
