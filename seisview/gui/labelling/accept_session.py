"""While the dialog is open: what accepting would do on the section on screen, and doing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject

from seisview.data.geometry import SectionKey
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.section.section_reader import Overlay
from seisview.gui.status.notes import edit_note, refusal
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.labels.accept import accept_prediction, count_changes
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit, without_holdout, write_edits
from seisview.labels.provenance import Provenance

if TYPE_CHECKING:
    from seisview.gui.dialogs.accept_prediction import AcceptPredictionDialog

Mask = npt.NDArray[np.bool_]
Reader = Callable[[SectionKey], Overlay]

_NOTHING = "nothing more to accept; lower the confidence, or choose another class."


@dataclass(frozen=True, slots=True, eq=False)
class _Prediction:
    """What a section is predicted to be, as it was read."""

    key: SectionKey
    facies: npt.NDArray[np.uint8]
    confidence: npt.NDArray[np.uint8]


class AcceptSession(QObject):
    """Connects one open dialog with section, labels and prediction; ends when it is closed.

    Parameters
    ----------
    dialog : AcceptPredictionDialog
    session : Session
        What is open; close the dialog before another is.
    labels : LabelController
    state : ViewState
    show_note : callable
        Shows one sentence in the status line.
    """

    def __init__(
        self,
        dialog: AcceptPredictionDialog,
        session: Session,
        labels: LabelController,
        state: ViewState,
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._session = session
        self._labels = labels
        self._state = state
        self._show_note = show_note
        self._overlay: Reader | None = None
        self._prediction: _Prediction | None = None
        self._tool_before = state.tool
        self._worker = LatestWorker("prediction to accept", self)
        self._worker.answered.connect(self._on_read)
        self._worker.failed.connect(lambda error: dialog.set_summary(f"{error.message} {error.hint}", False))
        dialog.set_scheme(session.labels.scheme)
        dialog.rule_changed.connect(self.describe)
        dialog.by_polygon_changed.connect(self._on_by_polygon)
        dialog.accept_requested.connect(self._accept_section)
        dialog.finished.connect(self._end)
        session.labels.scheme_changed.connect(self._on_scheme_changed)
        state.changed.connect(self._on_state_changed)
        labels.labels_changed.connect(self.describe)

    def set_overlay(self, overlay: Reader | None) -> None:
        """Accept from another prediction, read section by section by this function, or from none."""
        self._overlay = overlay
        self.refresh()

    def refresh(self) -> None:
        """Read the prediction of the section on screen again."""
        self._prediction = None
        key, overlay = self._state.key, self._overlay
        if key is None or overlay is None:
            self._worker.forget()
        else:
            self._worker.submit(lambda _is_stale: _Prediction(key, *overlay(key)))
        self.describe()

    def describe(self) -> None:
        """Say what accepting would do now."""
        if reason := self._why_not():
            self._dialog.set_summary(reason, False)
        elif self._dialog.by_polygon:
            self._dialog.set_summary(
                "Draw a polygon on the section: what is predicted inside becomes labels.", False
            )
        else:
            edit = self._proposed(None)
            samples = 0 if edit is None else self._count(edit)
            what = f"{_samples(samples)} will become labels." if samples else _NOTHING
            self._dialog.set_summary(f"{self._title}: {what}", samples > 0)

    @property
    def _title(self) -> str:
        return "" if self._state.key is None else self._session.geometry.title(self._state.key)

    def _why_not(self) -> str:
        """Why nothing can be accepted here; empty when something can."""
        if self._overlay is None:
            return "There is no facies prediction yet: train first (Ctrl+T)."
        if self._session.labels.read_only:
            return "The project is open in another window or write-protected: it can only be looked at."
        if self._state.key in self._session.labels.holdout:
            return f"{self._title} is held out to check the model: it takes no labels from a model."
        if self._prediction is None:
            return "Reading the prediction …"
        if not self._prediction.facies.any():
            return f"{self._title} is not predicted yet."
        return ""

    def _proposed(self, within: tuple[Box, Mask] | None) -> SectionEdit | None:
        found = self._prediction
        assert found is not None
        edit = accept_prediction(found.key, found.facies, found.confidence, self._dialog.rule, within)
        return None if edit is None else without_holdout(edit, self._session.labels.holdout)

    def _count(self, edit: SectionEdit) -> int:
        labels = self._session.labels
        return count_changes(edit, labels.section(edit.key, edit.box), labels.provenance(edit.key, edit.box))

    def _accept_section(self) -> None:
        if not self._why_not():
            self._accept(self._proposed(None))

    def _accept_area(self, key: SectionKey, box: Box, mask: Mask) -> None:
        reason = self._why_not()
        if reason or self._prediction is None or self._prediction.key != key:
            self._show_note(refusal(reason or "The prediction of this section is still being read."))
            return
        self._accept(self._proposed((box, mask)))

    def _accept(self, edit: SectionEdit | None) -> None:
        samples = 0 if edit is None else self._count(edit)
        if edit is None or not samples:
            self._show_note(refusal(f"{self._title}: {_NOTHING}"))
            return
        self._labels.edit(lambda store: write_edits(store, [edit], Provenance.ACCEPTED))
        done = f"{_samples(samples)} of {self._title} accepted as labels"
        self._show_note(edit_note(f"{done}; Ctrl+Z takes them back."))

    def _on_read(self, prediction: _Prediction) -> None:
        self._prediction = prediction
        self.describe()

    def _on_by_polygon(self, by_polygon: bool) -> None:
        if by_polygon:
            self._tool_before = self._state.tool
            self._state.set_tool("polygon")
        self._labels.take_polygon = self._accept_area if by_polygon else None
        if not by_polygon and self._state.tool == "polygon":
            self._state.set_tool(self._tool_before)
        self.describe()

    def _on_state_changed(self, name: str) -> None:
        if name == "key":
            self.refresh()

    def _on_scheme_changed(self) -> None:
        self._dialog.set_scheme(self._session.labels.scheme)

    def _end(self) -> None:
        self._dialog.finished.disconnect(self._end)  # closed again before it is deleted
        if self._dialog.by_polygon:
            self._on_by_polygon(False)
        self._session.labels.scheme_changed.disconnect(self._on_scheme_changed)
        self._state.changed.disconnect(self._on_state_changed)
        self._labels.labels_changed.disconnect(self.describe)
        self._worker.shutdown()


def _samples(count: int) -> str:
    return f"{count:,} sample{'' if count == 1 else 's'}"
