"""What the page and the layers show of clusters: list, map of points, ranked list, colours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.gui.clusters.cluster_facts import (
    anomaly_rows,
    anomaly_text,
    box_around,
    label_groups,
    numbers_to_try,
    short_text,
    shown_shares,
    summary_text,
)
from seisview.gui.clusters.cluster_page import ClusterPage
from seisview.gui.clusters.section_clusters import SectionClusters
from seisview.gui.survey.session import Session
from seisview.gui.view.layers_controller import NO_CLUSTERS
from seisview.labels.boxes import Box
from seisview.learn.clustering.config import ViewReady
from seisview.project.clusters import ClusterPoints, ClusterResult, UnusualPlaces
from seisview.workflows.clustering.anomalies import Anomaly, ranked_anomalies, share_above

VIEWS = {"pca": "Principal components", "umap": "UMAP"}

Describe = Callable[[str, str, str], object]


class ClusterDisplay:
    """Fills the page from a result; changes nothing of it.

    Parameters
    ----------
    page : ClusterPage
    sections : SectionClusters
    describe : callable
        Told layer, what it shows and how old it is, why it cannot be shown.

    Attributes
    ----------
    points : ClusterPoints or None
        The points of the map.
    """

    def __init__(self, page: ClusterPage, sections: SectionClusters, describe: Describe) -> None:
        self._page, self._sections, self._describe = page, sections, describe
        self._session: Session | None = None
        self._result: ClusterResult | None = None
        self.points: ClusterPoints | None = None
        self._unusual: UnusualPlaces | None = None
        self._anomalies: list[Anomaly] = []

    def install(self, session: Session | None, result: ClusterResult | None) -> None:
        """Show other clusters, or none."""
        is_other = session is not self._session
        self._session, self._result = session, result
        self.points = None if result is None else result.points()
        self._unusual = None if result is None else result.unusual()
        self._sections.set_result(session, result)
        points, scatter = self.points, self._page.scatter
        scatter.set_points(None if points is None else points.positions, None)
        name = "" if result is None else VIEWS.get(str(result.record.figures.get("view")), "")
        scatter.set_message(name or "Find clusters: the map of the points shows here.")
        tries = [] if result is None else numbers_to_try(result)
        if tries or is_other or result is None:  # a number that was tried leaves the others to try
            self._page.settings.set_tries(tries)
        self.show_look()

    def show_view(self, view: ViewReady) -> None:
        """Show a map that is still being made."""
        groups = None if view.assignments is None else view.assignments + 1
        self._page.scatter.set_points(view.positions, groups)
        self._page.scatter.set_message(f"{VIEWS[view.name]}{'' if view.final else ' (more follows)'}")
        self.points = None

    def show_look(self) -> None:
        """Take over names, colours, sizes, what is hidden, and the threshold."""
        result, page = self._result, self._page
        if result is None:
            page.list.set_clusters((), {}, frozenset())
            page.settings.set_status("")
            self._describe("clusters", "", NO_CLUSTERS)
        else:
            page.list.set_clusters(
                result.scheme.classes, shown_shares(result), frozenset(result.record.hidden)
            )
            page.settings.set_status(short_text(result), summary_text(result))
            self._describe("clusters", summary_text(result), "")
        self._show_anomalies()
        self._sections.show_look()
        self.show_groups()

    def show_groups(self) -> None:
        """Colour the points by cluster or by label."""
        result, points, session = self._result, self.points, self._session
        if result is None or points is None or session is None:
            return
        if self._page.color_by == "label":
            groups: npt.NDArray[np.integer] = label_groups(points, session.labels, result.cell // 2)
            palette = session.labels.scheme.color_table()
        else:
            groups = result.record.table[np.clip(points.labels, 0, 255)]
            palette = result.scheme.color_table()
        self._page.scatter.set_palette_colors(palette)
        self._page.scatter.set_groups(groups)

    def show_near(self, voxel: tuple[int, int, int] | None) -> None:
        """Ring the point of the map that is nearest to a place under the cursor."""
        points = self.points
        if points is None or voxel is None or not len(points.labels):
            self._page.scatter.set_near(None)
            return
        apart = np.abs(points.places - np.array(voxel, np.int32)).sum(axis=1)
        self._page.scatter.set_near(int(apart.argmin()))

    def section_of_point(self, index: int) -> tuple[SectionKey, Box] | None:
        """Where a point of the map lies."""
        if self.points is None:
            return None
        inline, crossline, sample = (int(n) for n in self.points.places[index])
        return self._around((inline, crossline, sample))

    def section_of_anomaly(self, rank: int) -> tuple[SectionKey, Box] | None:
        """Where an entry of the ranked list lies."""
        return self._around(self._anomalies[rank].place) if 0 <= rank < len(self._anomalies) else None

    def _around(self, place: tuple[int, int, int]) -> tuple[SectionKey, Box] | None:
        if self._session is None or self._result is None:
            return None
        return box_around(place, self._session.geometry, self._result.cell)

    def _show_anomalies(self) -> None:
        result, session = self._result, self._session
        if result is None or session is None or self._unusual is None:
            self._anomalies = []
            self._page.anomalies.set_anomalies([], None, None)
            self._describe("anomaly", "", NO_CLUSTERS)
            return
        level = result.record.unusual_from
        share, threshold = share_above(result, level), level * result.record.threshold
        self._anomalies = ranked_anomalies(self._unusual, level)
        rows = anomaly_rows(self._anomalies, session.geometry, result.record.threshold)
        self._page.anomalies.set_anomalies(rows, share, threshold)
        self._describe("anomaly", anomaly_text(share, threshold), "")
