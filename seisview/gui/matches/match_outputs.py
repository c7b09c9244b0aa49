"""What comes of a search: labels of a class, and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from seisview.data.geometry import SurveyGeometry
from seisview.errors import SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.matches.match_page import MatchPage
from seisview.gui.matches.matches_controller import MatchesController
from seisview.gui.prompts import Prompts
from seisview.gui.status.notes import edit_note
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit, write_edits
from seisview.labels.patches import Hit
from seisview.labels.provenance import Provenance
from seisview.project.matches import MatchSet


class MatchOutputs(QObject):
    """Connects the buttons of the matches page.

    Parameters
    ----------
    page : MatchPage
    matches : MatchesController
    labels : LabelController
    state : ViewState
        Its active class is what accepted hits are labelled as.
    jobs : JobRunner
    prompts : Prompts
    show_error, show_note : callable
    """

    def __init__(
        self,
        page: MatchPage,
        matches: MatchesController,
        labels: LabelController,
        state: ViewState,
        jobs: JobRunner,
        prompts: Prompts,
        *,
        show_error: Callable[[SeisviewError], None],
        show_note: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._page, self._matches, self._labels, self._state = page, matches, labels, state
        self._jobs, self._prompts = jobs, prompts
        self._show_error, self._show_note = show_error, show_note
        self._session: Session | None = None
        page.label_requested.connect(self.label_accepted)
        page.export_requested.connect(self.choose_and_export)
        matches.state_changed.connect(self.refresh)
        state.changed.connect(lambda name: self.refresh() if name == "active_class" else None)

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none."""
        self._session = session
        self.refresh()

    def refresh(self) -> None:
        """Say what the buttons do, or why they cannot."""
        session, accepted = self._session, self._matches.state.accepted
        if session is None:
            self._page.set_labelling("Label accepted", "Open a survey first.")
            return
        reason = "" if accepted else "Accept a hit first (A)."
        if session.project.read_only:
            reason = "The project can only be looked at."
        elif self._state.active_class not in session.labels.scheme:
            reason = "Choose a class in the facies list first."
        name = session.labels.scheme.name_of(self._state.active_class)
        self._page.set_labelling(f"Label accepted as {name}", reason)

    def label_accepted(self) -> None:
        """Make labels of the accepted hits, in one step that can be undone; hand-painted samples stay."""
        session, accepted = self._session, self._matches.state.accepted
        if session is None or not accepted:
            return
        class_id = self._state.active_class
        edits = label_edits(accepted, class_id, session.geometry)
        counts: list[int] = []
        self._labels.edit(lambda store: counts.append(write_edits(store, edits, Provenance.ACCEPTED)))
        name = session.labels.scheme.name_of(class_id)
        if counts:
            done = f"{counts[0]:,} samples of {len(edits)} hits labelled {name}"
            self._show_note(edit_note(f"{done}; Ctrl+Z undoes it."))

    def choose_and_export(self) -> None:
        """Ask where to, and write the hits or the heat map in the background."""
        matches, session = self._matches.matches(), self._session
        if matches is None or session is None:
            return
        path = self._prompts.matches_to_export(session.name)
        if path is not None:
            self.export(matches, path)

    def export(self, matches: MatchSet, path: Path) -> None:
        """Write the hits or the heat map."""
        assert self._session is not None
        volume = self._session.volume

        def write(progress: object) -> str:
            from seisview.workflows.matching.files import write_matches

            return f"Wrote {path}: {write_matches(matches, volume, path, progress=progress)}."  # type: ignore[arg-type]

        name = f"Exporting {path.name}"
        self._jobs.start(name, write, on_result=self._show_note, on_failure=self._show_error)


def label_edits(hits: Sequence[Hit], class_id: int, geometry: SurveyGeometry) -> list[SectionEdit]:
    """Turn hits into proposed labels of one class, cut to the survey."""
    edits = []
    for hit in hits:
        box = hit.patch.box.intersection(Box.whole(geometry.section_shape(hit.patch.key.axis)))
        if not box.is_empty:
            values = np.full(box.shape, class_id, np.uint8)
            edits.append(SectionEdit(hit.patch.key, box, np.ones(box.shape, np.bool_), values))
    return edits
