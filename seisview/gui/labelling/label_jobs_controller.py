"""Labels that are computed: interpolated between labelled sections, or accepted from a prediction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from seisview.data.geometry import SectionKey
from seisview.errors import LabelError, SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.labelling.accept_session import AcceptSession, Reader
from seisview.gui.labelling.edit_writer import EditWriter
from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.status.notes import edit_note, refusal
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.labels.edits import SectionEdit
from seisview.labels.interpolate import interpolate_labels, interpolation_ends
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore
from seisview.progress import Progress
from seisview.workflows.derived_labels import CARRIED_CONFIDENCE
from seisview.workflows.facies.carry import carried_from
from seisview.workflows.imported_labels import ImportedLabels, imported, writing_imported
from seisview.workflows.labels import labels_from_path

if TYPE_CHECKING:
    from seisview.gui.dialogs.accept_prediction import AcceptPredictionDialog

_READ_ONLY = "The project is open in another window or write-protected: it can only be looked at."


class LabelJobsController:
    """Runs what the Label menu offers beside painting.

    Parameters
    ----------
    jobs : JobRunner
    labels : LabelController
    state : ViewState
        Section on screen and tool.
    parent : QWidget
        The window.
    show_error, show_note : callable
        Show an error; show one sentence in the status line.
    """

    def __init__(
        self,
        jobs: JobRunner,
        labels: LabelController,
        state: ViewState,
        parent: QWidget,
        *,
        show_error: Callable[[SeisviewError], None],
        show_note: Callable[[str], None],
    ) -> None:
        self._jobs = jobs
        self._labels = labels
        self._state = state
        self._parent = parent
        self._show_error = show_error
        self._show_note = show_note
        self._session: Session | None = None
        self._overlay: Reader | None = None
        self._dialog: AcceptPredictionDialog | None = None
        self._accepting: AcceptSession | None = None
        self._writer = EditWriter(show_note, parent)

    def set_session(self, session: Session | None) -> None:
        """Work on the labels of another project, or on none."""
        if self._dialog is not None:
            self._dialog.reject()
        self._writer.stop()
        self._session = session

    def set_overlay(self, overlay: Reader | None) -> None:
        """Accept from another prediction, read section by section by this function, or from none."""
        self._overlay = overlay
        if self._accepting is not None:
            self._accepting.set_overlay(overlay)

    def refresh(self) -> None:
        """Take note that more of the prediction arrived."""
        if self._accepting is not None:
            self._accepting.refresh()

    def interpolate(self) -> None:
        """Label the sections between the painted ones around the section on screen, in the background."""
        session, key = self._session, self._state.key
        if session is None or key is None or self._writer.is_busy:
            return
        store = session.labels
        store.end_stroke()
        ends = interpolation_ends((k for k in store.painted_sections() if k not in store.holdout), key)
        if ends is None or (reason := _why_not(session, key, ends)):
            self._show_note(refusal(reason if ends is not None else _no_ends(store, key)))
            return
        snapshot, (first, last) = store.snapshot(), ends
        self._jobs.start(
            "Interpolating labels",
            lambda progress: interpolate_labels(snapshot, first, last, progress),
            on_result=lambda edits: self._install(session, ends, edits),
            on_failure=self._show_error,
            on_cancelled=lambda: self._show_note(edit_note("Stopped: the labels are as before.")),
        )

    def import_labels(self, path: Path | None) -> None:
        """Bring in labels made elsewhere: a file or folder of masks, a label volume, or a project."""
        session = self._session
        if session is None or path is None or self._writer.is_busy:
            return
        if session.labels.read_only:
            self._show_note(refusal(_READ_ONLY))
            return
        session.labels.end_stroke()
        scheme, volume = session.labels.scheme, session.volume

        def read(_progress: Progress) -> ImportedLabels:
            found = labels_from_path(path, volume.geometry, header_bytes=volume.info.header_bytes)
            return imported(found, scheme)

        self._jobs.start(
            "Reading labels",
            read,
            on_result=lambda found: self._install_imported(session, found),
            on_failure=self._show_error,
        )

    def show_accept_dialog(self) -> AcceptPredictionDialog | None:
        """Open the dialog that accepts the prediction, or bring it to the front; None with nothing open."""
        if self._session is None:
            return None
        if self._dialog is None:
            from seisview.gui.dialogs.accept_prediction import AcceptPredictionDialog

            self._dialog = AcceptPredictionDialog(self._parent)
            self._dialog.finished.connect(self._on_dialog_closed)
            self._accepting = AcceptSession(
                self._dialog, self._session, self._labels, self._state, self._show_note
            )
            self._accepting.set_overlay(self._overlay)
            result = self._session.project.current_result
            if result is not None and carried_from(result.provenance.details):
                self._dialog.begin_from(round(100 * CARRIED_CONFIDENCE))
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def _install(
        self, session: Session, ends: tuple[SectionKey, SectionKey], edits: tuple[SectionEdit, ...]
    ) -> None:
        if session is not self._session:
            return
        before = session.labels.revision
        self._writer.start(
            session.labels,
            edits,
            Provenance.INTERPOLATED,
            lambda error: self._on_written(session, ends, len(edits), before, error),
        )

    def _on_written(
        self,
        session: Session,
        ends: tuple[SectionKey, SectionKey],
        n_sections: int,
        before: int,
        error: LabelError | None,
    ) -> None:
        self._labels.announce()
        if error is not None:
            self._show_error(error)
            return
        between = " and ".join(session.geometry.title(key) for key in ends)
        if session.labels.revision == before:
            self._show_note(refusal(f"There was nothing to add between {between}."))
            return
        plural = "section" if n_sections == 1 else "sections"
        done = f"{n_sections} {plural} between {between} interpolated"
        self._show_note(edit_note(f"{done}; Ctrl+Z takes them back."))

    def _install_imported(self, session: Session, found: ImportedLabels) -> None:
        if session is not self._session:
            return
        labels = session.labels
        before = labels.revision
        number = len(found.edits)

        def ended(error: LabelError | None) -> None:
            self._labels.announce()
            if error is not None:
                self._show_error(error)
            elif labels.revision == before:
                self._show_note(refusal("Nothing was imported: all of it is labelled already."))
            else:
                plural = "section" if number == 1 else "sections"
                self._show_note(edit_note(f"Labels of {number} {plural} imported; Ctrl+Z takes them back."))

        self._writer.run(writing_imported(labels, found), number, "imported", ended)

    def _on_dialog_closed(self) -> None:
        self._dialog = self._accepting = None


def _why_not(session: Session, key: SectionKey, ends: tuple[SectionKey, SectionKey]) -> str:
    """Why nothing is interpolated between two sections; empty when it can be."""
    geometry, store = session.geometry, session.labels
    if store.read_only:
        return _READ_ONLY
    if key in store.holdout:
        return f"{geometry.title(key)} is held out to check the model: it takes part in no interpolation."
    if ends[1].index - ends[0].index < 2:
        return f"There is no section between {geometry.title(ends[0])} and {geometry.title(ends[1])}."
    return ""


def _no_ends(store: LabelStore, key: SectionKey) -> str:
    n_painted = sum(other.axis is key.axis for other in store.painted_sections())
    kind = "slice" if key.axis == "sample" else str(key.axis)
    if n_painted < 2:
        return f"Paint on two {kind}s first: the ones between them are interpolated."
    return f"Go to a painted {kind}, or between two: held-out ones do not count."
