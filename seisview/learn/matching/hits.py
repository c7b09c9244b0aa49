"""The best places of a similarity field, none of which is another one seen again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis
from seisview.labels.patches import Hit, Patch
from seisview.learn.matching.config import Region, SearchConfig
from seisview.learn.matching.window_search import Field

Floats = npt.NDArray[np.float32]

_THICKEST = 1 / 8  # of the survey

_AXES = (Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE)


def best_windows(
    fields: Sequence[Field],
    config: SearchConfig,
    queries: Sequence[Patch] = (),
    check: Callable[[], None] = lambda: None,
) -> list[Hit]:
    """Windows in order of similarity; each keeps its neighbourhood in all three directions for itself.

    Greedy and exact: the best of all windows is taken, those whose centre is nearer to its centre than
    ``config.overlap`` patches along every axis are struck out, and so on. A section has no thickness; along
    its own axis a patch is taken to be as thick as it is wide, but no thicker than an eighth of the survey,
    so that small surveys have hits too. Both directions strike out each other.

    Parameters
    ----------
    fields : sequence of Field
        What :meth:`WindowSearch.search` gave; not changed.
    config : SearchConfig
    queries : sequence of Patch
        Their neighbourhoods are left out when the configuration says so: around the first, which was picked,
        whatever overlaps it, around the others what a hit would keep for itself.
    check : callable
        Called for every hit; raises to stop.

    Returns
    -------
    list of Hit
        At most ``config.top``; fewer where nothing is left.
    """
    grids = [_Grid(field, config.region) for field in fields]
    if config.exclude_query:
        for number, query in enumerate(queries):
            overlap = config.overlap if number else max(1.0, config.overlap)
            for grid in grids:
                grid.strike(query.centre, _reach(fields, query.key.axis, overlap))
    calibration = fields[0].calibration  # one for both directions, so that ranks and confidences agree
    found: list[Hit] = []
    while len(found) < config.top:
        check()
        best = max(grids, key=lambda grid: grid.largest)
        if not np.isfinite(best.largest):
            break
        place = best.best_place()
        patch = best.field.search.patch_of(*place)
        sure = float(calibration.confidence(np.array([best.largest]))[0])
        found.append(Hit(patch, best.largest, sure))
        for grid in grids:
            grid.strike(patch.centre, _reach(fields, patch.key.axis, config.overlap))
    return found


def _reach(fields: Sequence[Field], axis: Axis, overlap: float) -> tuple[float, float, float]:
    """Half sides, in inlines, crosslines and samples, of what a patch across `axis` keeps for itself."""
    h, w = fields[0].search.window
    down, across = fields[0].search.features.cell
    # Windows are whole cells apart: a little less than a patch keeps those that just touch.
    wide, tall = overlap * w * across - 0.01, overlap * h * down - 0.01
    own = next((field.search.features for field in fields if field.search.features.axis is axis), None)
    thick = wide if own is None else min(wide, max(own.lines.stop * overlap * _THICKEST, 0.5))
    return (thick, wide, tall) if axis is Axis.INLINE else (wide, thick, tall)


class _Grid:
    """One field while it is being harvested: the best of every line is kept up to date."""

    def __init__(self, field: Field, region: Region) -> None:
        self.field = field
        self._values = field.similarity.copy()
        self._centres = _centres(field)
        self._keep_region(region)
        self._best = self._values.reshape(len(self._values), -1).max(axis=1, initial=-np.inf)

    @property
    def largest(self) -> float:
        """The similarity of the best window left."""
        return float(self._best.max(initial=-np.inf))

    def best_place(self) -> tuple[int, int, int]:
        """(line, cell row, cell column) of the best window left."""
        line = int(self._best.argmax())
        row, column = divmod(int(self._values[line].argmax()), self._values.shape[2])
        return line, row, column

    def strike(self, centre: tuple[float, float, float], reach: tuple[float, float, float]) -> None:
        """Leave out windows whose centre is nearer than `reach` to `centre` along all three axes."""
        ranges = []
        for axis in self._order:
            number = _AXES.index(axis)
            near = np.flatnonzero(np.abs(self._centres[axis] - centre[number]) < reach[number])
            if not len(near):
                return
            ranges.append(slice(int(near[0]), int(near[-1]) + 1))
        lines, rows, columns = ranges
        self._values[lines, rows, columns] = -np.inf
        self._best[lines] = self._values[lines].reshape(lines.stop - lines.start, -1).max(axis=1)

    @property
    def _order(self) -> tuple[Axis, Axis, Axis]:
        """The axes along lines, rows and columns of the field."""
        own = self.field.search.features.axis
        return own, Axis.SAMPLE, Axis.CROSSLINE if own is Axis.INLINE else Axis.INLINE

    def _keep_region(self, region: Region) -> None:
        limits = {
            Axis.INLINE: region.inlines,
            Axis.CROSSLINE: region.crosslines,
            Axis.SAMPLE: region.samples,
        }
        for place, axis in enumerate(self._order):
            limit = limits[axis]
            if limit is not None:
                centres = self._centres[axis]
                outside = (centres < limit[0]) | (centres >= limit[1])
                index = [slice(None)] * 3
                index[place] = np.flatnonzero(outside)  # type: ignore[call-overload]
                self._values[tuple(index)] = -np.inf


def _centres(field: Field) -> dict[Axis, npt.NDArray[np.floating]]:
    """Centres of the windows along each axis, in indices of the survey."""
    own = field.search.features.axis
    other = Axis.CROSSLINE if own is Axis.INLINE else Axis.INLINE
    h, w = field.search.window
    down, across = field.search.features.cell
    _, rows, columns = field.similarity.shape
    return {
        own: np.asarray(field.search.features.lines, np.float64),
        Axis.SAMPLE: np.arange(rows) * down + (h * down - 1) / 2,
        other: np.arange(columns) * across + (w * across - 1) / 2,
    }
