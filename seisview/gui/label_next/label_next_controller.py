"""Keeps the list of what to label next in step with facies, preview and labels, off the main thread."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from seisview.data.geometry import SectionKey, SurveyGeometry
from seisview.errors import SeisviewError
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.label_next.basis import Basis
from seisview.gui.label_next.label_next_dock import NextRow
from seisview.gui.survey.session import Session
from seisview.gui.view.section_marks import SectionMark
from seisview.learn.segmentation.uncertainty import Suggestion, UncertaintyMap
from seisview.progress import Progress
from seisview.workflows.facies.label_next import measure_uncertainty, rank_sections

NOTHING_YET = "Train first (Ctrl+T), or paint two classes and wait for the preview."
NOTHING_UNSURE = "Nothing is unsure here: every section is labelled, or close to one that is."
TOO_LITTLE = (
    "What was carried covers {share:.0%} of the survey: too little to tell what is unsure. "
    "Train (Ctrl+T), or wait for the preview."
)
UNDER_WAY = "a new prediction is under way"
_WAIT_MS = 400
_SOURCE = "next"


class NextView(Protocol):
    """The list, see :class:`~seisview.gui.label_next.label_next_dock.LabelNextDock`."""

    def set_state(self, text: str, current: bool = True) -> None:
        """Say what the list rests on."""

    def set_rows(self, rows: Sequence[NextRow]) -> None:
        """List these sections."""


class MarkBoard(Protocol):
    """Where sections are marked, see :class:`~seisview.gui.view.section_marks.SectionMarks`."""

    def set_sections(self, source: str, marks: Sequence[SectionMark]) -> None:
        """Mark sections instead of those of the same source before."""


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    basis: Basis
    uncertainty: UncertaintyMap
    suggestions: tuple[Suggestion, ...]


class LabelNextController(QObject):
    """Ranks sections whenever the prediction or the labels change.

    Parameters
    ----------
    view : NextView
    marks : MarkBoard
    """

    def __init__(self, view: NextView, marks: MarkBoard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._marks = marks
        self._session: Session | None = None
        self._basis: Basis | None = None
        self._measured: tuple[Hashable, UncertaintyMap] | None = None
        self._is_stale = False
        self._worker = LatestWorker("What to label next", self)
        self._worker.answered.connect(self._on_answer)
        self._worker.failed.connect(self._on_failed)
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self._rank)
        self._show(())

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none."""
        self._worker.forget()
        self._wait.stop()
        self._session = session
        self._basis = self._measured = None
        self._is_stale = False
        self._show(())

    def set_stale(self) -> None:
        """A new prediction is under way: what is listed will not stand for long. Until the next basis."""
        self._is_stale = True
        known = "Nothing to rank by yet" if self._basis is None else f"by {self._basis.name}"
        self._view.set_state(f"{known}; {UNDER_WAY} …", current=False)

    def set_basis(self, basis: Basis | None) -> None:
        """Rank by other confidences, or by none."""
        known = None if self._basis is None else self._basis.token
        if basis is not None and basis.token == known and not self._is_stale:
            return
        self._basis, self._is_stale = basis, False
        if basis is None:
            self._worker.forget()
            self._wait.stop()
            self._show(())
        else:
            self._ask("Looking for what to label next …")

    def update_labels(self) -> None:
        """Labels changed: what is labelled now needs no more."""
        if self._basis is not None:
            also = f", {UNDER_WAY}" if self._is_stale else ""
            self._ask(f"by {self._basis.name}; labels changed{also}, looking again …")

    def shutdown(self) -> bool:
        """Join the thread; False when it did not stop in time."""
        self._wait.stop()
        return self._worker.shutdown()

    def _ask(self, text: str) -> None:
        self._view.set_state(text, current=False)
        self._wait.start()

    def _rank(self) -> None:
        session, basis = self._session, self._basis
        if session is None or basis is None:
            return
        taken = {*session.labels.labelled_sections(), *session.labels.holdout}
        measured = self._measured
        known = measured[1] if measured is not None and measured[0] == basis.token else None
        self._worker.submit(lambda is_stale: _ranked(basis, known, taken, is_stale))

    def _on_answer(self, answer: _Answer) -> None:
        if self._session is None or answer.basis is not self._basis:
            return
        self._measured = answer.basis.token, answer.uncertainty
        share = answer.uncertainty.known_share()
        if share < answer.basis.least_share:
            self._show(())
            self._view.set_state(TOO_LITTLE.format(share=share))
        else:
            self._show(answer.suggestions)

    def _on_failed(self, error: SeisviewError) -> None:
        self._basis = None  # whoever comes with it again gets another try
        self._view.set_state(f"{error.message} {error.hint}", current=False)

    def _show(self, suggestions: Sequence[Suggestion]) -> None:
        geometry = None if self._session is None else self._session.geometry
        rows = [] if geometry is None else [_row(suggestion, geometry) for suggestion in suggestions]
        self._view.set_rows(rows)
        marks = [
            SectionMark(row.key, "next", f"{row.name}: label next, number {number}, score {row.score}")
            for number, row in enumerate(rows, start=1)
        ]
        self._marks.set_sections(_SOURCE, marks)
        if self._basis is None:
            self._view.set_state(NOTHING_YET)
        elif self._is_stale:
            self.set_stale()
        else:
            self._view.set_state(f"by {self._basis.name}" if rows else NOTHING_UNSURE)


def _ranked(
    basis: Basis, known: UncertaintyMap | None, taken: set[SectionKey], is_stale: Callable[[], bool]
) -> _Answer:
    progress: Progress = Progress(lambda _state: progress.cancel() if is_stale() else None)
    uncertainty = known or measure_uncertainty(basis.prediction, progress=progress)
    return _Answer(basis, uncertainty, rank_sections(uncertainty, taken))


def _row(suggestion: Suggestion, geometry: SurveyGeometry) -> NextRow:
    name = geometry.title(suggestion.key)
    score = f"{suggestion.score:.2f}"
    hover = (
        f"{name}: its least sure parts are {suggestion.uncertainty:.2f} unsure (0 sure, 1 not at all); "
        f"{score} is left after what labelled sections, and those listed above it, teach about it. "
        "Click to go there."
    )
    return NextRow(suggestion.key, name, score, hover)
