"""Clusters: runs the job, shows what it found, links the map of points with the sections."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.errors import Cancelled, SeisviewError
from seisview.events import Note
from seisview.gui.clusters.cluster_facts import (
    Anomaly,
    anomaly_rows,
    box_around,
    label_groups,
    ranked_anomalies,
    shown_shares,
    summary_text,
)
from seisview.gui.clusters.cluster_page import ClusterPage
from seisview.gui.clusters.section_clusters import SectionClusters
from seisview.gui.jobs import JobRunner
from seisview.gui.layers_controller import NO_CLUSTERS
from seisview.gui.session import Session
from seisview.learn.cluster_config import Recipe, ViewReady
from seisview.progress import Progress
from seisview.project.cluster_record import ClusterRecord
from seisview.project.clusters import (
    CLUSTER_FOLDER,
    ClusterPoints,
    ClusterResult,
    latest_clusters,
    remove_old_clusters,
    remove_unfinished,
)

_VIEWS = {"pca": "Principal components", "umap": "UMAP"}
_READ_ONLY = "The project is open in another window or write-protected: it can only be looked at."


class ClustersController(QObject):
    """Connects the clusters page with project and job runner.

    Parameters
    ----------
    page : ClusterPage
    jobs : JobRunner
    show_error, show_note : callable

    Signals
    -------
    layer_described(str, str, str)
        Layer, what it shows and how old it is, why it cannot be shown.
    found()
        New clusters are there, and want to be seen.
    facts_changed()
        Whether there are clusters may have changed.
    place_chosen(SectionKey, Box)
        Go there.
    """

    layer_described = Signal(str, str, str)
    found = Signal()
    facts_changed = Signal()
    place_chosen = Signal(object, object)

    def __init__(
        self,
        page: ClusterPage,
        jobs: JobRunner,
        show_error: Callable[[SeisviewError], object],
        show_note: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.page = page
        self.sections = SectionClusters(self)
        self._jobs, self._show_error, self._show_note = jobs, show_error, show_note
        self._session: Session | None = None
        self._result: ClusterResult | None = None
        self._points: ClusterPoints | None = None
        self._anomalies: list[Anomaly] = []
        page.settings.run_requested.connect(self.run)
        page.list.renamed.connect(lambda number, name: self._change(lambda r: r.renamed(number, name)))
        page.list.visibility_toggled.connect(lambda number: self._change(lambda r: r.toggled(number)))
        page.colored.connect(lambda number, color: self._change(lambda r: r.recolored(number, color)))
        page.merge_requested.connect(self.merge)
        page.unmerge_requested.connect(lambda: self._change(lambda r: r.parted()))
        page.color_by_chosen.connect(lambda _name: self._show_groups())
        page.scatter.point_clicked.connect(self._on_point)
        page.anomaly_chosen.connect(self._on_anomaly)
        jobs.started.connect(lambda _name: self._show_ready())
        jobs.finished.connect(lambda _name: self._show_ready())
        self._show_ready()

    @property
    def result(self) -> ClusterResult | None:
        """The clusters on screen."""
        return self._result

    @property
    def points(self) -> ClusterPoints | None:
        """The points of the map."""
        return self._points

    @property
    def session(self) -> Session | None:
        """What is open."""
        return self._session

    def set_session(self, session: Session | None) -> None:
        """Show the clusters of another project, or none."""
        self.close()
        self._session = session
        self.sections.forget_views()
        result = None
        if session is not None:
            if not session.project.read_only:
                remove_unfinished(session.project.folder)
            result, problems = latest_clusters(session.project.folder, session.volume.fingerprint)
            if problems:
                self._show_note(problems[0])
        self._install(result)
        self._show_ready()

    def close(self) -> None:
        """Let go of the files of the clusters on screen."""
        if self._result is not None:
            self.sections.set_result(None, None)
            self._result.close()
            self._result = None

    def run(self, recipe: Recipe) -> None:
        """Find clusters in the survey, in the background."""
        session = self._session
        if session is None or session.project.read_only:
            self._show_note(_READ_ONLY if session is not None else "Open a survey first.")
            return
        self._jobs.start(
            "Finding clusters",
            lambda progress: _clusters_of(session, recipe, progress),
            on_result=lambda result: self._on_result(session, result),
            on_event=lambda event: self._on_event(session, event),
            on_failure=lambda error: self._on_failed(session, error),
            on_cancelled=lambda: self._on_stopped(session, "Stopped: the clusters are as before."),
        )

    def merge(self) -> None:
        """Show the selected clusters as one."""
        self._change(lambda record: record.merged(list(self.page.list.selected_ids)))

    def show_near(self, voxel: tuple[int, int, int] | None) -> None:
        """Ring the point of the map that is nearest to a place under the cursor."""
        points = self._points
        if points is None or voxel is None or not len(points.labels):
            self.page.scatter.set_near(None)
            return
        apart = np.abs(points.places - np.array(voxel, np.int32)).sum(axis=1)
        self.page.scatter.set_near(int(apart.argmin()))

    def update_labels(self) -> None:
        """Labels changed: points coloured by label follow."""
        if self.page.color_by == "label":
            self._show_groups()

    def _on_event(self, session: Session, event: object) -> None:
        if session is not self._session:
            return
        if isinstance(event, Note):
            self._show_note(event.text)
        elif isinstance(event, ViewReady):
            groups = None if event.assignments is None else event.assignments + 1
            self.page.scatter.set_points(event.positions, groups)
            more = "" if event.final else " (more follows)"
            self.page.scatter.set_message(f"{_VIEWS[event.name]}{more}")
            self._points = None

    def _on_result(self, session: Session, result: ClusterResult) -> None:
        if session is not self._session:
            result.delete()
            return
        self.close()
        self._install(result)
        self.found.emit()
        remove_old_clusters(session.project.folder, result)
        self._show_note(f"{summary_text(result)}.")

    def _on_failed(self, session: Session, error: SeisviewError) -> None:
        self._on_stopped(session, error.message)
        self._show_error(error)

    def _on_stopped(self, session: Session, message: str) -> None:
        if session is self._session:
            self._install(self._result)
            self.page.settings.set_status(message)

    def _install(self, result: ClusterResult | None) -> None:
        self._result = result
        self._points = None if result is None else result.points()
        self.sections.set_result(self._session, result)
        points = self._points
        self.page.scatter.set_points(None if points is None else points.positions, None)
        name = "" if result is None else _VIEWS.get(str(result.record.figures.get("view")), "")
        self.page.scatter.set_message(name or "Find clusters: the map of the points shows here.")
        self._anomalies = [] if points is None else ranked_anomalies(points)
        session = self._session
        rows = [] if session is None else anomaly_rows(self._anomalies, session.geometry)
        self.page.set_anomalies(rows)
        self._show_look()
        self.facts_changed.emit()

    def _change(self, change: Callable[[ClusterRecord], ClusterRecord]) -> None:
        if self._result is None or self._session is None:
            return
        if self._session.project.read_only:
            self._show_note(_READ_ONLY)
            return
        try:
            self._result.update(change(self._result.record))
        except SeisviewError as error:
            self._show_note(f"{error.message} {error.hint}")
        self._show_look()
        self.sections.refresh()

    def _show_look(self) -> None:
        result = self._result
        text, reason = "", NO_CLUSTERS
        if result is None:
            self.page.list.set_clusters((), {}, frozenset())
            self.page.settings.set_status("")
        else:
            hidden = frozenset(result.record.hidden)
            self.page.list.set_clusters(result.scheme.classes, shown_shares(result), hidden)
            self.page.settings.set_status(summary_text(result))
            text, reason = summary_text(result), ""
        for layer in ("clusters", "anomaly"):
            self.layer_described.emit(layer, text, reason)
        self.sections.show_look()
        self._show_groups()

    def _show_groups(self) -> None:
        result, points, session = self._result, self._points, self._session
        if result is None or points is None or session is None:
            return
        if self.page.color_by == "label":
            groups: npt.NDArray[np.integer] = label_groups(points, session.labels, result.cell // 2)
            palette = session.labels.scheme.color_table()
        else:
            groups = result.record.table[np.clip(points.labels, 0, 255)]
            palette = result.scheme.color_table()
        self.page.scatter.set_palette_colors(palette)
        self.page.scatter.set_groups(groups)

    def _on_point(self, index: int) -> None:
        points, session, result = self._points, self._session, self._result
        if points is not None and session is not None and result is not None:
            inline, crossline, sample = (int(n) for n in points.places[index])
            self.place_chosen.emit(*box_around((inline, crossline, sample), session.geometry, result.cell))

    def _on_anomaly(self, rank: int) -> None:
        if self._session is not None and self._result is not None and 0 <= rank < len(self._anomalies):
            place = self._anomalies[rank].place
            self.place_chosen.emit(*box_around(place, self._session.geometry, self._result.cell))

    def _show_ready(self) -> None:
        reason = self._jobs.busy_text()
        if self._session is None:
            reason = "Open a survey first."
        elif self._session.project.read_only:
            reason = _READ_ONLY
        self.page.settings.set_ready(not reason, reason)


def _clusters_of(session: Session, recipe: Recipe, progress: Progress) -> ClusterResult:
    from seisview.workflows.cluster_survey import cluster_survey

    folder = session.project.folder / CLUSTER_FOLDER
    result = cluster_survey(session.volume, session.statistics, recipe, folder, progress)
    try:
        progress.check()
    except Cancelled:
        result.delete()  # nobody is told about it
        raise
    return result
