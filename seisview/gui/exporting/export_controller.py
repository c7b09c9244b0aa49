"""Exports: asks what and where to, runs the job, says what was written."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError
from seisview.export.content import ContentKind
from seisview.export.section_image import AmplitudeStyle, SectionPicture
from seisview.gui.analysis.analysis_texts import result_text
from seisview.gui.dialogs.export_request import ExportFormat, ExportOffer, ExportRequest
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.survey.session import Session
from seisview.gui.view.layers_controller import NO_CLUSTERS
from seisview.gui.view.view_state import ViewState
from seisview.labels.facies import FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.progress import Progress
from seisview.project.clusters import has_clusters
from seisview.project.results import FaciesResult

if TYPE_CHECKING:
    from seisview.gui.dialogs.export_dialog import ExportDialog


NO_FACIES = "There is no facies prediction yet: train first (Ctrl+T)."
NO_LABELS = "Nothing was painted yet."


@dataclass(frozen=True, slots=True)
class _Scene:
    """The section on screen, frozen for a job."""

    session: Session
    key: SectionKey
    style: AmplitudeStyle
    opacity: float
    scheme: FaciesScheme
    facies: FaciesResult | None
    confidence: FaciesResult | None
    labels: npt.NDArray[np.uint8] | None


class ExportController:
    """Connects the export dialog with the project and the job runner.

    Parameters
    ----------
    jobs : JobRunner
    parent : QWidget
        The window.
    state : ViewState
        Section on screen and its display, for pictures.
    show_error, show_note : callable
        Show an error; show one sentence in the status line.
    """

    def __init__(
        self,
        jobs: JobRunner,
        parent: QWidget,
        state: ViewState,
        show_error: Callable[[SeisviewError], None],
        show_note: Callable[[str], None],
    ) -> None:
        self._parent = parent
        self._jobs = jobs
        self._state = state
        self._show_error = show_error
        self._show_note = show_note
        self._session: Session | None = None
        self._folder: Path | None = None

    def set_session(self, session: Session | None) -> None:
        """Export from another project, or from none."""
        self._session = session

    def export(self, name: str) -> ExportDialog | None:
        """Open the export dialog with what an action ``export_<name>`` asks for chosen.

        Parameters
        ----------
        name : str
            ``"facies_segy"``, ``"confidence_segy"``, ``"facies_npy"``, ``"facies_zarr"``, ``"png"`` or
            ``"csv"``.

        Returns
        -------
        ExportDialog or None
            None when nothing is open.
        """
        if self._session is None or self._state.key is None:
            return None
        kind, _, format_ = name.rpartition("_")
        offer = self.offer(self._session, self._state.key)
        from seisview.gui.dialogs.export_dialog import ExportDialog

        dialog = ExportDialog(
            offer, ContentKind(kind or ContentKind.FACIES), ExportFormat(format_), self._parent
        )
        dialog.export_requested.connect(self.write)
        dialog.open()
        return dialog

    def offer(self, session: Session, key: SectionKey) -> ExportOffer:
        """What can be exported now."""
        result, info = session.project.current_result, session.volume.info
        is_painted = any(session.labels.counts().values())
        no_facies = "" if result is not None else NO_FACIES
        found = has_clusters(session.project.folder, session.volume.fingerprint)
        no_clusters = "" if found else NO_CLUSTERS
        text = "" if result is None else result_text(result, session.labels.revision)
        scene = self._scene(session, key)
        layers = {"facies": scene.facies, "confidence": scene.confidence, "labels": scene.labels}
        return ExportOffer(
            reasons={
                ContentKind.FACIES: no_facies,
                ContentKind.CONFIDENCE: no_facies,
                ContentKind.LABELS: "" if is_painted else NO_LABELS,
                ContentKind.CLUSTERS: no_clusters,
                ContentKind.ANOMALY: no_clusters,
            },
            sources={
                ContentKind.FACIES: f"facies of {text}",
                ContentKind.CONFIDENCE: f"confidence of {text}",
                ContentKind.LABELS: "painted labels",
                ContentKind.CLUSTERS: "clusters as they are shown",
                ContentKind.ANOMALY: "anomaly (0.5: where it begins)",
            },
            geometry=session.geometry,
            survey=info.path.name,
            survey_sample_format=info.sample_format if info.format == "segy" else "",
            section_title=session.geometry.title(key),
            drawn=", ".join(["amplitudes", *(name for name, layer in layers.items() if layer is not None)]),
            folder=self._folder or _writable_folder(info.path.parent),
        )

    def write(self, request: ExportRequest) -> None:
        """Write what was asked for, in the background."""
        session, key = self._session, self._state.key
        if session is None or key is None:
            return
        work = self._work(session, key, request)
        name = f"Exporting {request.path.name}"
        if self._jobs.start(name, work, on_result=self._show_note, on_failure=self._show_error):
            self._folder = request.path.parent

    def _work(self, session: Session, key: SectionKey, request: ExportRequest) -> Callable[[Progress], str]:
        if request.format is ExportFormat.PNG:
            scene = self._scene(session, key)
            return lambda _progress: _write_picture(scene, request.path)
        labels = session.labels.snapshot()
        return lambda progress: _write_cube(session, labels, request, progress)

    def _scene(self, session: Session, key: SectionKey) -> _Scene:
        display, layers = self._state.display, self._state.layers
        center, limit = session.statistics.color_range(display.clip_percent)
        result = session.project.current_result
        is_painted = any(session.labels.counts().values())
        return _Scene(
            session=session,
            key=key,
            style=AmplitudeStyle(limit / display.gain, display.colormap, center=center),
            opacity=layers["facies"].opacity,
            scheme=session.labels.scheme,
            facies=result if layers["facies"].visible else None,
            confidence=result if layers["confidence"].visible else None,
            labels=session.labels.section(key) if layers["labels"].visible and is_painted else None,
        )


def _write_cube(session: Session, labels: LabelSnapshot, request: ExportRequest, progress: Progress) -> str:
    from seisview.workflows.export import ExportOptions, export_content, label_content, project_content

    progress.report(f"Writing {request.path.name}")
    if request.kind is ContentKind.LABELS:
        content = label_content(labels, session.volume)
    else:
        content = project_content(session.project, request.kind)
    options = ExportOptions(sample_format=request.sample_format)
    words = export_content(content, session.volume, request.path, options, progress)
    return f"Wrote {request.path}: {words}."


def _write_picture(scene: _Scene, out: Path) -> str:
    from seisview.export.guard import refuse_overwriting
    from seisview.export.images import save_section_image

    session, key = scene.session, scene.key
    refuse_overwriting(out, [session.volume.info.path, session.project.folder])
    picture = SectionPicture(
        geometry=session.geometry,
        key=key,
        amplitude=session.volume.read_section(key),
        style=scene.style,
        facies=None if scene.facies is None else scene.facies.section(key)[0],
        labels=scene.labels,
        confidence=None if scene.confidence is None else scene.confidence.section(key)[1],
        scheme=scene.scheme,
        opacity=scene.opacity,
        source=session.volume.info.path.name,
    )
    save_section_image(picture, out)
    return f"Wrote {out}: {session.geometry.title(key)}."


def _writable_folder(folder: Path) -> Path:
    return folder if os.access(folder, os.W_OK) else Path.home()
