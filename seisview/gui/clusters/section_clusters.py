"""Clusters, anomaly and picked places on the sections on screen, read off the main thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import SectionKey
from seisview.gui.jobs import LatestWorker
from seisview.gui.section.section_view import SectionView
from seisview.gui.session import Session
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

    def set_result(self, session: Session | None, result: ClusterResult | None) -> None:
        """Draw other clusters, or none."""
        self._result, self._picked, self._area = result, None, None
        self._places = None
        if session is not None and result is not None:
            self._places = ClusterPlaces(session.volume, session.statistics, result)
        self.show_look()
        self.refresh()

    def forget_views(self) -> None:
        """Take note that no view shows anything of this survey."""
        self._views.clear()
        self._reads.clear()
        self._worker.forget()

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
        self.refresh()

    def pick_area(self, key: SectionKey, mask: Bytes) -> None:
        """Highlight an area of one section."""
        self._picked, self._area = None, (key, mask)
        self.refresh()

    def clusters_of(self, key: SectionKey) -> Bytes | None:
        """Clusters of a section on screen as they are shown; None when it is not read yet."""
        read = self._reads.get(key)
        return None if read is None else read.clusters

    def picked_of(self, key: SectionKey) -> Bytes | None:
        """Places of a section on screen that are highlighted; None when there are none."""
        read = self._reads.get(key)
        return None if read is None else read.picked

    def refresh(self) -> None:
        """Read again what is on screen."""
        keys, result, places = tuple(set(self._views.values())), self._result, self._places
        picked, area = self._picked, self._area
        if not keys:
            return

        def read(_is_stale: object) -> list[_Read]:
            return [_read(key, result, places, picked, area) for key in keys]

        self._worker.submit(read)

    def shutdown(self) -> bool:
        """Stop and join the thread."""
        return self._worker.shutdown()

    @staticmethod
    def _show_look_in(view: SectionView, result: ClusterResult) -> None:
        record = result.record
        first, unit = round(record.unusual_from * ANOMALOUS), record.threshold / ANOMALOUS
        hidden = frozenset(record.hidden)
        view.set_clusters_look(result.scheme.color_table(), hidden, first, unit)

    def _on_read(self, reads: list[_Read]) -> None:
        self._reads = {read.key: read for read in reads}
        for view, key in self._views.items():
            read = self._reads.get(key)
            if read is None or view.key != key:
                continue
            if self._result is not None:
                self._show_look_in(view, self._result)
            view.set_overlay("clusters", read.clusters)
            view.set_overlay("anomaly", read.anomaly)
            veil = None if read.picked is None else (read.picked == 0).astype(np.uint8)
            view.set_overlay("picked", veil)
        self.drawn.emit()


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
    elif picked is not None and places is not None:
        mask = places.mask(key, picked)
    return _Read(key, result.section(key), result.anomaly_section(key), mask)
