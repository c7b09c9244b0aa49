"""Compares the prediction with labels it never saw, says how old that is, and goes to where it fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from seisview.errors import SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.quality.quality_check import QualityCheck, State
from seisview.gui.quality.quality_page import QualityPage
from seisview.gui.quality.quality_texts import (
    NOT_YET,
    NOT_YET_UNSEEN,
    OTHER_FACIES,
    OUT_OF_DATE,
    nothing_text,
    quality_scores,
    seen_text,
)
from seisview.gui.survey.session import Session
from seisview.learn.samples.splits import Block
from seisview.progress import Progress
from seisview.project.results import FaciesResult
from seisview.project.schema import ModelRecord
from seisview.workflows.facies.carry import carried_from
from seisview.workflows.facies.quality import (
    CARRIES,
    QualityReport,
    Truth,
    block_truths,
    holdout_truths,
)

NO_MODEL = "There is no prediction to check yet: train first (Ctrl+T)."


class QualityController(QObject):
    """Connects the quality page with facies, models and labels.

    A complete facies volume is compared beside everything else, by itself; where a network has to answer, a
    compute job does, when the user asks for it.

    Parameters
    ----------
    page : QualityPage
    jobs : JobRunner
    result : callable
        The facies on screen, or None.
    show_error : callable

    Signals
    -------
    place_chosen(SectionKey, Box)
        Go there and show the box for a moment.
    """

    place_chosen = Signal(object, object)

    def __init__(
        self,
        page: QualityPage,
        jobs: JobRunner,
        result: Callable[[], FaciesResult | None],
        show_error: Callable[[SeisviewError], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._jobs = jobs
        self._result = result
        self._show_error = show_error
        self._session: Session | None = None
        self._source: str | None = None
        self._done: tuple[QualityCheck, QualityReport] | None = None
        self._asked: QualityCheck | None = None
        self._visited: dict[tuple[int, int], int] = {}
        self._worker = LatestWorker("Checking the prediction", self)
        self._worker.answered.connect(lambda answer: self._install(*answer))
        self._worker.failed.connect(lambda error: page.set_notice(f"{error.message} {error.hint}"))
        page.check_requested.connect(self.check)
        page.source_chosen.connect(self.choose_source)
        page.cell_chosen.connect(self.go_to_cell)
        self.refresh()

    @property
    def report(self) -> QualityReport | None:
        """The comparison shown."""
        return None if self._done is None else self._done[1]

    @property
    def source(self) -> str:
        """What is compared with: what the user chose, else hold-outs where there are labelled ones."""
        return self._source or ("holdout" if self._held_out() else "validation")

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none."""
        self._worker.forget()
        self._session = session
        self._source = self._done = self._asked = None
        self._page.set_scores(None)
        self.refresh()

    def refresh(self) -> None:
        """Facies, models or labels changed: compare a complete volume again that was not compared yet."""
        result = self._result() if self._session is not None else None
        self._page.set_source(self.source)
        reason = self._why_not()
        self._page.set_ready(not reason, reason)
        if self._done is not None and self._done[0].source != self.source:
            self._done = self._asked = None
            self._page.set_scores(None)
        known = self._asked if self._done is None else self._done[0]
        is_new = result is not None and (known is None or known.result_id != result.id)
        if result is not None and result.complete and is_new and not reason and self._unseen() is None:
            self.check()
        else:
            self._page.set_notice(self._notice(reason))

    def choose_source(self, source: str) -> None:
        """Compare with something else."""
        self._source = source
        self._done = self._asked = None
        self._page.set_scores(None)
        self.refresh()

    def check(self) -> None:
        """Compare now."""
        check = self._new_check()
        if check is None:
            return
        if check.is_quick:
            self._asked = check
            self._page.set_notice("Comparing …")
            self._worker.submit(lambda _stale: (check, check.run(Progress())))
            return
        began = self._jobs.start(
            f"Checking {check.model}",
            check.run,
            on_result=lambda report: self._install(check, report),
            on_failure=self._show_error,
        )
        if began:
            self._asked = check

    def go_to_cell(self, true_id: int, predicted_id: int) -> None:
        """Go where most samples of a cell are; again: to the next section."""
        report, cell = self.report, (true_id, predicted_id)
        places = () if report is None else report.places.get(cell, ())
        if places:
            turn = self._visited.get(cell, 0)
            self._visited[cell] = turn + 1
            place = places[turn % len(places)]
            self.place_chosen.emit(place.key, place.box)

    def shutdown(self) -> bool:
        """Join the thread; False when it did not stop in time."""
        return self._worker.shutdown()

    def _install(self, check: QualityCheck, report: QualityReport) -> None:
        if check.session is not self._session or check.source != self.source:
            return
        self._done, self._visited = (check, report), {}
        unseen = check.unseen is not None
        self._page.set_scores(quality_scores(report, check.model, check.source, datetime.now(UTC), unseen))
        self._page.set_notice(self._notice(self._why_not()))

    def _new_check(self) -> QualityCheck | None:
        session, result, model = self._session, self._result(), self._model()
        if session is None or self._why_not():
            return None
        name = result.title if result is not None else model.name if model is not None else ""
        classes = (*(() if result is None else result.scheme.classes), *session.labels.scheme.classes)
        files = () if model is None else (session.project.model_path(model),)
        identity = "" if result is None else result.id
        state = self._labels_now(session)
        truths = self._truths(session)
        again = self._unseen()
        return QualityCheck(
            session, self.source, name, identity, state, truths, classes, files, result, again
        )

    def _model(self) -> ModelRecord | None:
        """The model of the facies on screen, else the one used last."""
        if self._session is None:
            return None
        project, result = self._session.project, self._result()
        title = None if result is None else result.title
        return next((m for m in project.models if m.name == title), None if result else project.current_model)

    def _truths(self, session: Session) -> tuple[Truth, ...]:
        labels = session.labels.snapshot()
        if self.source == "holdout":
            return holdout_truths(labels)
        block = self._block()
        return () if block is None else block_truths(labels, block)

    def _block(self) -> Block | None:
        """What validated the model, if anything did."""
        model = self._model()
        return None if model is None else Block.parse(model.details.get("validation_block", ""))

    def _unseen(self) -> Block | None:
        """The block of labels that a model compared with it may have carried there; None where none is."""
        model = self._model()
        if self.source != "validation" or model is None or model.details.get(CARRIES) == "no":
            return None
        return self._block()

    def _held_out(self) -> bool:
        if self._session is None:
            return False
        labels = self._session.labels
        return any(key in labels.holdout for key in labels.labelled_sections())

    def _why_not(self) -> str:
        session = self._session
        if session is None:
            return "Open a survey first."
        if self._result() is None and self._model() is None:
            return NO_MODEL
        if self.source == "holdout" and not self._held_out():
            return nothing_text("holdout")
        if self.source == "validation" and self._block() is None:
            return nothing_text("validation")
        return ""

    def _notice(self, reason: str) -> str:
        if reason or self._session is None:
            return reason
        if self._done is None:
            return NOT_YET if self._unseen() is None else NOT_YET_UNSEEN
        check, _ = self._done
        result = self._result()
        shown = "" if result is None else result.id
        if check.result_id != shown:
            return OTHER_FACIES
        is_old = check.labels != self._labels_now(self._session)
        return OUT_OF_DATE if is_old else self._seen(check)

    def _seen(self, check: QualityCheck) -> str:
        """Warn of held-out sections that the model was trained on, or that were carried from."""
        model, result = self._model(), self._result()
        if check.source != "holdout":
            return ""
        carried = frozenset() if result is None else frozenset(carried_from(result.provenance.details))
        trained = set() if model is None else set(model.details.get("trained_on", "").split())
        seen = [k for k, _ in check.truths if k in carried or f"{k.axis}:{k.index}" in trained]
        titles = [check.session.geometry.title(key) for key in seen]
        return seen_text(titles, bool(carried)) if seen else ""

    def _labels_now(self, session: Session) -> State:
        return session.labels.revision, session.labels.holdout
