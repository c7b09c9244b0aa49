"""Clusters: runs the job, shows what it found, links the map of points with the sections."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import Cancelled, SeisviewError
from seisview.events import Note
from seisview.gui.clusters.cluster_display import ClusterDisplay
from seisview.gui.clusters.cluster_facts import READ_ONLY, summary_text
from seisview.gui.clusters.cluster_page import ClusterPage
from seisview.gui.clusters.kept_clusters import KeptClusters
from seisview.gui.clusters.section_clusters import SectionClusters
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.status.notes import layer_note, refusal
from seisview.gui.survey.session import Session
from seisview.labels.boxes import Box
from seisview.learn.clustering.config import ClusterRecipe, ViewReady
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
from seisview.workflows.clustering.anomalies import level_for


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
        self._display = ClusterDisplay(page, self.sections, self.layer_described.emit)
        page.settings.run_requested.connect(self.run)
        self._kept = KeptClusters(page.settings.kept, self, jobs.busy_text, show_note, self)
        page.list.renamed.connect(lambda number, name: self.change(lambda r: r.renamed(number, name)))
        page.list.visibility_toggled.connect(lambda number: self.change(lambda r: r.toggled(number)))
        page.colored.connect(lambda number, color: self.change(lambda r: r.recolored(number, color)))
        page.merge_requested.connect(self.merge)
        page.unmerge_requested.connect(lambda: self.change(lambda r: r.parted()))
        page.color_by_chosen.connect(lambda _name: self._display.show_groups())
        page.scatter.point_clicked.connect(lambda n: self._go_to(self._display.section_of_point(n)))
        page.anomalies.chosen.connect(lambda rank: self._go_to(self._display.section_of_anomaly(rank)))
        page.anomalies.share_chosen.connect(self._choose_share)
        self.sections.failed.connect(lambda error: show_note(f"{error.message} {error.hint}"))
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
        return self._display.points

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

    def replace(self, result: ClusterResult | None) -> None:
        """Show other clusters, or none, and let go of those before."""
        self.close()
        self._install(result)
        if result is not None:
            self.found.emit()

    def run(self, recipe: ClusterRecipe) -> None:
        """Find clusters in the survey, in the background."""
        session = self._session
        if session is None or session.project.read_only:
            self._show_note(refusal(READ_ONLY if session is not None else "Open a survey first."))
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
        self.change(lambda record: record.merged(list(self.page.list.selected_ids)))

    def show_near(self, voxel: tuple[int, int, int] | None) -> None:
        """Ring the point of the map that is nearest to a place under the cursor."""
        self._display.show_near(voxel)

    def update_labels(self) -> None:
        """Labels changed: points coloured by label follow."""
        if self.page.color_by == "label":
            self._display.show_groups()

    def _on_event(self, session: Session, event: object) -> None:
        if session is not self._session:
            return
        if isinstance(event, Note):
            self._show_note(event.text)
        elif isinstance(event, ViewReady):
            self._display.show_view(event)

    def _on_result(self, session: Session, result: ClusterResult) -> None:
        if session is not self._session:
            result.delete()
            return
        before = None if self._result is None else self._result.record
        self.close()
        remove_old_clusters(session.project.folder, result)
        self._install(result)
        self.found.emit()
        kept = ""
        if before is not None and before.has_work:
            kept = f" The {len(before.scheme)} clusters before are kept: choose them below the settings."
        self._show_note(layer_note(f"{summary_text(result)}.{kept}", "clusters"))

    def _on_failed(self, session: Session, error: SeisviewError) -> None:
        self._on_stopped(session, error.message)
        self._show_error(error)

    def _on_stopped(self, session: Session, message: str) -> None:
        if session is self._session:
            self._install(self._result)
            self.page.settings.set_status(message)

    def _install(self, result: ClusterResult | None) -> None:
        self._result = result
        self._display.install(self._session, result)
        self._kept.refresh()
        self.facts_changed.emit()

    def _choose_share(self, share: float) -> None:
        result = self._result
        if result is not None:
            self.change(lambda record: record.with_unusual_from(level_for(result, share)))

    def change(self, change: Callable[[ClusterRecord], ClusterRecord]) -> None:
        """Keep another record of the clusters on screen: names, colours, groups."""
        if self._result is None or self._session is None:
            return
        if self._session.project.read_only:
            self._show_note(refusal(READ_ONLY))
            return
        try:
            self._result.update(change(self._result.record))
        except SeisviewError as error:
            self._show_note(f"{error.message} {error.hint}")
        self._display.show_look()
        self._kept.refresh()
        self.sections.refresh()

    def _go_to(self, place: tuple[SectionKey, Box] | None) -> None:
        if place is not None:
            self.place_chosen.emit(*place)

    def _show_ready(self) -> None:
        reason = self._jobs.busy_text()
        if self._session is None:
            reason = "Open a survey first."
        elif self._session.project.read_only:
            reason = READ_ONLY
        self.page.settings.set_ready(not reason, reason)
        self._kept.allow()


def _clusters_of(session: Session, recipe: ClusterRecipe, progress: Progress) -> ClusterResult:
    from seisview.workflows.clustering.survey import cluster_survey

    folder = session.project.folder / CLUSTER_FOLDER
    result = cluster_survey(session.volume, session.statistics, recipe, folder, progress)
    try:
        progress.check()
    except Cancelled:
        result.delete()  # nobody is told about it
        raise
    return result
