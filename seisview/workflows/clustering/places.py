"""Which of the points that clusters were fitted on each place of a section is most like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.progress import Progress
from seisview.project.clusters import PIPELINE, ClusterResult

if TYPE_CHECKING:
    from seisview.learn.clustering.pipeline import ClusterModel
    from seisview.learn.clustering.survey_vectors import VectorSource


class ClusterPlaces:
    """Finds the fitted points of sections; what it reads is kept. For one thread.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
    result : ClusterResult
    """

    def __init__(self, volume: Volume, statistics: AmplitudeStatistics, result: ClusterResult) -> None:
        self._volume, self._statistics, self._result = volume, statistics, result
        self._ready: tuple[ClusterModel, VectorSource] | None = None
        self._last: tuple[SectionKey, npt.NDArray[np.intp]] | None = None
        self._lines: dict[SectionKey, npt.NDArray[np.int32]] = {}

    def mask(
        self, key: SectionKey, picked: npt.NDArray[np.bool_], check: Callable[[], object] = lambda: None
    ) -> npt.NDArray[np.uint8]:
        """Samples of a section that are most like one of the picked points.

        Parameters
        ----------
        key : SectionKey
        picked : ndarray of bool, shape (number of points,)
        check : callable, optional
            Called before every section that is read; what it raises ends the search.

        Returns
        -------
        ndarray of uint8
            1 for those, in section shape. Slices are put together from one line in as many as a cell has
            traces, which are read once.
        """
        if key.axis is Axis.SAMPLE:
            return self._slice_mask(key, picked, check)
        from seisview.learn.clustering.survey_vectors import on_samples

        nearest = self._nearest(key)
        known = (nearest >= 0) & (nearest < len(picked))
        cells = (known & picked[np.where(known, nearest, 0)]).astype(np.uint8)
        return on_samples(cells, self._result.cell, self._volume.geometry.section_shape(key.axis))

    def _slice_mask(
        self, key: SectionKey, picked: npt.NDArray[np.bool_], check: Callable[[], object]
    ) -> npt.NDArray[np.uint8]:
        geometry, cell = self._volume.geometry, self._result.cell
        axis = self._opened()[1].axis
        count = geometry.count(axis)
        rows = []
        for first in range(0, count, cell):
            line = SectionKey(axis, min(first + cell // 2, count - 1))
            if line not in self._lines:
                check()
                self._lines[line] = self._nearest(line).astype(np.int32)
            row = self._lines[line][key.index // cell]
            known = (row >= 0) & (row < len(picked))
            rows.append((known & picked[np.where(known, row, 0)]).astype(np.uint8))
        cells = np.stack(rows)  # by line, then along it
        across, along = geometry.section_shape(Axis.SAMPLE)  # crosslines, inlines
        shape = (along, across) if axis is Axis.INLINE else (across, along)
        spread = np.repeat(np.repeat(cells, cell, axis=0), cell, axis=1)[: shape[0], : shape[1]]
        return np.ascontiguousarray(spread.T if axis is Axis.INLINE else spread)

    def _nearest(self, key: SectionKey) -> npt.NDArray[np.intp]:
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        from seisview.learn.clustering.neighbours import nearest
        from seisview.learn.clustering.survey_vectors import cell_depth

        model, source = self._opened()
        cells, live = source.vectors(key, lambda: None)
        rows, columns = cells.shape[:2]
        points = model.reduction.apply(cells.reshape(rows * columns, -1), cell_depth(rows, columns))
        _, indices = nearest(model.reference, points, 1)
        found = np.where(live, indices[:, 0].reshape(rows, columns), -1)
        self._last = key, found
        return found

    def _opened(self) -> tuple[ClusterModel, VectorSource]:
        if self._ready is None:
            from seisview.learn.clustering.store import load_pipeline
            from seisview.workflows.clustering.vectors import survey_config, vector_source

            model, origin = load_pipeline(self._result.folder / PIPELINE)
            pipeline = self._result.folder / PIPELINE
            config = survey_config(origin, pipeline)
            source = vector_source(self._volume, self._statistics, config, Progress(), pipeline)
            self._ready = model, source
        return self._ready
