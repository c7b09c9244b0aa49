"""Clusters of a folder of patches in the window: runs the job, shows what it found, saves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from seisview.errors import SeisviewError
from seisview.events import Note
from seisview.gui.clusters.cluster_display import VIEWS
from seisview.gui.clusters.folder_form import FolderForm
from seisview.gui.clusters.folder_results import FolderResults
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.prompts import Prompts
from seisview.learn.clustering.config import ClusterRecipe, ViewReady
from seisview.progress import Progress
from seisview.workflows.clustering.folder import FolderClusters, FolderRequest
from seisview.workflows.clustering.output import METRIC_COLUMNS, cluster_scheme, scheme_of

_SIZE = (1040, 560)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    clusters: FolderClusters
    summary: dict[str, Any]
    metrics: list[dict[str, Any]]


class FolderDialog(QDialog):
    """Form above, results below; stays open beside the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patches_dialog")
        self.setWindowTitle("Clusters of a folder of patches")
        self.form, self.results = FolderForm(), FolderResults()
        column = QVBoxLayout(self)
        column.addWidget(self.form)
        column.addWidget(self.results, 1)
        self.resize(*_SIZE)


class FolderController(QObject):
    """Connects the dialog with job runner and files; the dialog is made when it is first wanted.

    Parameters
    ----------
    jobs : JobRunner
    prompts : Prompts
    window : QWidget
    show_error, show_note : callable
    """

    def __init__(
        self,
        jobs: JobRunner,
        prompts: Prompts,
        window: QWidget,
        show_error: Callable[[SeisviewError], object],
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._jobs, self._prompts, self._window = jobs, prompts, window
        self._show_error, self._show_note = show_error, show_note
        self._dialog: FolderDialog | None = None
        self._found: _Found | None = None

    @property
    def found(self) -> FolderClusters | None:
        """What the last run found."""
        return None if self._found is None else self._found.clusters

    def show(self) -> FolderDialog:
        """Open the dialog, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._made()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def _made(self) -> FolderDialog:
        dialog = FolderDialog(self._window)
        dialog.form.ask_folder = self._prompts.folder_of_patches
        dialog.form.run_requested.connect(self._run)
        dialog.form.cancel_requested.connect(self._jobs.cancel)
        dialog.form.save_requested.connect(self._save)
        dialog.results.scatter.point_clicked.connect(self._show_image)
        dialog.results.color_by_chosen.connect(lambda _name: self._show_groups())
        dialog.results.unusual_chosen.connect(lambda row: self._show_image(int(self._order()[row])))
        self._jobs.started.connect(lambda _name: self._show_state())
        self._jobs.finished.connect(lambda _name: self._show_state())
        self._jobs.progressed.connect(lambda state: self._say(f"{state.message} …"))
        return dialog

    def _run(self) -> None:
        assert self._dialog is not None
        request, recipe = self._dialog.form.request, self._dialog.form.recipe
        self._jobs.start(
            "Clusters of a folder",
            lambda progress: _clusters_of(request, recipe, progress),
            on_result=self._on_found,
            on_event=self._on_event,
            on_failure=self._on_failed,
            on_cancelled=lambda: self._say("Stopped."),
        )

    def _save(self) -> None:
        found, out = self._found, self._prompts.folder_for_clusters()
        if found is None or out is None:
            return
        self._jobs.start(
            "Saving the clusters",
            lambda progress: _saved(found.clusters, out, progress),
            on_result=self._on_saved,
            on_failure=self._on_failed,
        )

    def _on_saved(self, text: str) -> None:
        self._say(text)
        self._show_note(text)

    def _on_event(self, event: object) -> None:
        if isinstance(event, Note):
            self._show_note(event.text)
        elif isinstance(event, ViewReady) and self._dialog is not None:
            groups = None if event.assignments is None else event.assignments + 1
            self._found = None
            self._dialog.results.scatter.set_points(event.positions, groups)
            self._dialog.results.scatter.set_message(f"{VIEWS[event.name]} of the fitted images")

    def _on_failed(self, error: SeisviewError) -> None:
        self._say(error.message)
        self._show_error(error)

    def _on_found(self, found: _Found) -> None:
        self._found = found
        self._show_state()
        if self._dialog is None:
            return
        clusters, results = found.clusters, self._dialog.results
        results.scatter.set_points(clusters.found.view, None)
        results.scatter.set_message(VIEWS[clusters.model.view_name])
        self._show_groups()
        results.set_table("clusters", ("cluster", "class", "images", "share"), _cluster_rows(clusters))
        rows = [[_cell(row[name]) for name in METRIC_COLUMNS] for row in found.metrics]
        results.set_table("scores", METRIC_COLUMNS, rows)
        scores = clusters.found.anomaly
        unusual = [[f"{scores[n]:.2f}", clusters.files[n]] for n in self._order().tolist()]
        results.set_table("unusual", ("score", "file"), unusual)
        left_out = [
            [item.path.name, item.reason] for each in clusters.collections for item in each.unreadable
        ]
        results.set_table("left_out", ("file", "why"), left_out)
        results.set_image(None, "Click a point to see its image.")
        self._say(_sentence(found.summary))

    def _show_groups(self) -> None:
        if self._found is None or self._dialog is None:
            return
        clusters, results = self._found.clusters, self._dialog.results
        by_class = results.color_by == "class"
        groups = clusters.truth if by_class else clusters.found.assignments
        scheme = scheme_of(clusters.class_names) if by_class else cluster_scheme(clusters.model.n_clusters)
        results.scatter.set_palette_colors(scheme.color_table())
        results.scatter.set_groups(groups + 1)

    def _order(self) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Images above the threshold of the anomaly, the most unusual first."""
        if self._found is None:
            return np.zeros(0, np.intp)
        clusters = self._found.clusters
        order = np.argsort(-clusters.found.anomaly, kind="stable")
        return order[clusters.found.anomaly[order] > clusters.model.anomaly.threshold]

    def _show_image(self, index: int) -> None:
        if self._found is None or self._dialog is None:
            return
        clusters, place = self._found.clusters, index
        for collection in clusters.collections:
            if place < len(collection):
                break
            place -= len(collection)
        about = _about(clusters, index)
        try:
            grey = np.rint((collection.scaled(place) + 1) * 127.5).astype(np.uint8)
        except SeisviewError as error:
            self._dialog.results.set_image(None, f"{about}\n{error.message}")
            return
        self._dialog.results.set_image(grey, about)
        self._dialog.results.scatter.set_near(index)

    def _show_state(self) -> None:
        if self._dialog is not None:
            self._dialog.form.set_state(self._jobs.busy_text(), self._found is not None)

    def _say(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.form.set_status(text)


def _clusters_of(request: FolderRequest, recipe: ClusterRecipe, progress: Progress) -> _Found:
    from seisview.workflows.clustering.folder import cluster_folder
    from seisview.workflows.clustering.folder_files import folder_metrics, folder_summary

    found = cluster_folder(request, recipe, progress)
    return _Found(found, folder_summary(found), folder_metrics(found))


def _saved(clusters: FolderClusters, out: Path, progress: Progress) -> str:
    from seisview.workflows.clustering.folder_files import save_folder_clusters

    save_folder_clusters(clusters, out, progress)
    return f"Wrote tables, pictures and pipeline into {out}."


def _cluster_rows(clusters: FolderClusters) -> list[list[str]]:
    assigned = clusters.found.assignments
    sizes = np.bincount(assigned[assigned >= 0], minlength=clusters.model.n_clusters)
    names = [clusters.class_names[n] if n >= 0 else "-" for n in clusters.mapping.tolist()]
    return [
        [str(number), name, str(size), f"{100 * size / max(1, len(assigned)):.0f} %"]
        for number, (name, size) in enumerate(zip(names, sizes.tolist(), strict=True), start=1)
    ]


def _about(clusters: FolderClusters, index: int) -> str:
    truth, cluster = int(clusters.truth[index]), int(clusters.found.assignments[index])
    predicted = int(clusters.predicted[index])
    lines = [clusters.files[index], f"cluster {cluster + 1}" if cluster >= 0 else "no cluster"]
    if truth >= 0:
        lines.append(f"is {clusters.class_names[truth]}")
    if predicted >= 0:
        lines.append(f"read as {clusters.class_names[predicted]}")
    return "\n".join([*lines, f"anomaly {clusters.found.anomaly[index]:.2f} (1 is usual)"])


def _sentence(summary: dict[str, Any]) -> str:
    parts = [f"{summary['n_clusters']} clusters of {summary['n_images']} images"]
    if summary["n_scored"]:
        figures = (("ARI", "ari"), ("NMI", "nmi"), ("accuracy", "accuracy"))
        parts += [f"{name} {summary[key]:.3f}" for name, key in figures]
        parts.append(f"scored on {summary['n_scored']}")
    if summary["n_unreadable"]:
        parts.append(f"{summary['n_unreadable']} left out")
    return ", ".join(parts)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value)
