"""Clusters, anomaly and picked places on the sections on screen, read off the main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import Cancelled
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.section.section_view import SectionView
from seisview.gui.survey.session import Session
from seisview.project.clusters import ANOMALOUS, ClusterResult
from seisview.workflows.clustering.places import ClusterPlaces

Bytes = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    key: SectionKey
    clusters: Bytes | None
    anomaly: Bytes | None
    picked: Bytes | None


class SectionClusters(QObject):
    """Keeps the cluster layers of all views in step with what is shown there.

    Signals
    -------
    drawn()
        The layers of the views are up to date.
    failed(SeisviewError)
        They could not be read.
    """

    drawn = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views: dict[SectionView, SectionKey] = {}
        self._reads: dict[SectionKey, _Read] = {}
        self._result: ClusterResult | None = None
        self._places: ClusterPlaces | None = None
        self._picked: BoolArray | None = None
        self._area: tuple[SectionKey, Bytes] | None = None
        self._worker = LatestWorker("Clusters of the section", self)
        self._worker.answered.connect(self._on_read)
        self._worker.failed.connect(self.failed)
        # Slices are put together from many lines: meanwhile the clusters are drawn.
        self._slice_places: ClusterPlaces | None = None
        self._slices: dict[SectionKey, Bytes] = {}
        self._slice_worker = LatestWorker("Picked places of slices", self)
        self._slice_worker.answered.connect(self._on_slices)
        self._slice_worker.failed.connect(self.failed)

    def set_result(self, session: Session | None, result: ClusterResult | None) -> None:
        """Draw other clusters, or none."""
        self._result, self._picked, self._area = result, None, None
        self._places = self._slice_places = None
        self._forget_slices()
        if session is not None and result is not None:
            volume, statistics = session.volume, session.statistics
            self._places, self._slice_places = (ClusterPlaces(volume, statistics, result) for _ in range(2))
        self.show_look()
        self.refresh()

    def forget_views(self) -> None:
        """Take note that no view shows anything of this survey."""
        self._views.clear()
        self._reads.clear()
        self._worker.forget()
        self._forget_slices()

    def show(self, view: SectionView, key: SectionKey) -> None:
        """Draw on a section that is on screen now."""
        self._views[view] = key
        self.refresh()

    def show_look(self) -> None:
        """Take over colours and what is hidden."""
        if self._result is not None:
            for view in self._views:
                self._show_look_in(view, self._result)

    def pick(self, picked: BoolArray | None) -> None:
        """Highlight the places that are most like some points, or none."""
        self._picked, self._area = picked, None
        self._forget_slices()
        self.refresh()

    def pick_area(self, key: SectionKey, mask: Bytes) -> None:
        """Highlight an area of one section."""
        self._picked, self._area = None, (key, mask)
        self._forget_slices()
        self.refresh()

    def clusters_of(self, key: SectionKey) -> Bytes | None:
        """Clusters of a section on screen as they are shown; None when it is not read yet."""
        read = self._reads.get(key)
        return None if read is None else read.clusters

    def picked_of(self, key: SectionKey) -> Bytes | None:
        """Places of a section on screen that are highlighted; None when there are none."""
        read = self._reads.get(key)
        return None if read is None else read.picked

    def is_looking(self, key: SectionKey) -> bool:
        """Whether the picked places of a slice are still being looked for."""
        return key.axis is Axis.SAMPLE and self._picked is not None and key not in self._slices

    def refresh(self) -> None:
        """Read again what is on screen."""
        keys, result, places = tuple(set(self._views.values())), self._result, self._places
        picked, area = self._picked, self._area
        if not keys:
            return

        def read(_is_stale: object) -> list[_Read]:
            return [_read(key, result, places, picked, area) for key in keys]

        self._worker.submit(read)
        self._look_in_slices(keys)

    def _look_in_slices(self, keys: tuple[SectionKey, ...]) -> None:
        missing, places, picked = (
            [key for key in keys if self.is_looking(key)],
            self._slice_places,
            self._picked,
        )
        if not missing or places is None or picked is None:
            return

        def look(is_stale: Callable[[], bool]) -> dict[SectionKey, Bytes]:
            def check() -> None:
                if is_stale():
                    raise Cancelled

            return {key: places.mask(key, picked, check) for key in missing}

        self._slice_worker.submit(look)

    def _forget_slices(self) -> None:
        self._slice_worker.forget()
        self._slices.clear()

    def _on_slices(self, masks: dict[SectionKey, Bytes] | None) -> None:
        self._slices.update(masks or {})
        for key in masks or {}:
            if key in self._reads:
                self._reads[key] = replace(self._reads[key], picked=self._slices[key])
        for view, key in self._views.items():
            if key in self._slices and view.key == key:
                view.set_overlay("picked", _veil(self._slices[key]))
        self.drawn.emit()

    def shutdown(self) -> bool:
        """Stop and join the thread."""
        stopped = self._slice_worker.shutdown()
        return self._worker.shutdown() and stopped

    @staticmethod
    def _show_look_in(view: SectionView, result: ClusterResult) -> None:
        record = result.record
        first, unit = round(record.unusual_from * ANOMALOUS), record.threshold / ANOMALOUS
        hidden = frozenset(record.hidden)
        view.set_clusters_look(result.scheme.color_table(), hidden, first, unit)

    def _on_read(self, reads: list[_Read]) -> None:
        self._reads = {
            read.key: replace(read, picked=self._slices.get(read.key, read.picked)) for read in reads
        }
        for view, key in self._views.items():
            read = self._reads.get(key)
            if read is None or view.key != key:
                continue
            if self._result is not None:
                self._show_look_in(view, self._result)
            view.set_overlay("clusters", read.clusters)
            view.set_overlay("anomaly", read.anomaly)
            view.set_overlay("picked", _veil(read.picked))
        self.drawn.emit()


def _veil(picked: Bytes | None) -> Bytes | None:
    return None if picked is None else (picked == 0).astype(np.uint8)


def _read(
    key: SectionKey,
    result: ClusterResult | None,
    places: ClusterPlaces | None,
    picked: BoolArray | None,
    area: tuple[SectionKey, Bytes] | None,
) -> _Read:
    if result is None:
        return _Read(key, None, None, None)
    mask = None
    if area is not None and area[0] == key:
        mask = area[1]
    elif picked is not None and places is not None and key.axis is not Axis.SAMPLE:
        mask = places.mask(key, picked)
    return _Read(key, result.section(key), result.anomaly_section(key), mask)
