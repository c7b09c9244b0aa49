"""Similarity learnt from verdicts in the background, with proposals that are reviewed in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from seisview.errors import SeisviewError
from seisview.events import Note, TrainingStep
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.matches.match_page import MatchPage
from seisview.gui.matches.match_pictures import MatchPictures
from seisview.gui.matches.match_work import Learning, learn
from seisview.gui.matches.matches_controller import MatchesController
from seisview.gui.survey.session import Session
from seisview.learn.matching.config import MatchTrainConfig, RoundsConfig
from seisview.progress import Progress
from seisview.workflows.matching.rounds import Proposal

_MODEL = "similarity.safetensors"
_STEPS = 120
_LOOK_S = 0.1


class Reviewing(QObject):
    """Asks the user from within a job: the job's thread waits, the window does not.

    Signals
    -------
    asked(object)
        The proposals, in the main thread; :meth:`answer` lets the job go on.
    """

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answered = threading.Event()
        self._kept: tuple[bool, ...] = ()

    def ask(self, proposals: Sequence[Proposal], progress: Progress) -> Sequence[bool]:
        """Wait for the user, in the thread of a job; :class:`Cancelled` once the job is to stop."""
        self._answered.clear()
        progress.report("Waiting for you to review the proposals")
        self.asked.emit(tuple(proposals))
        while not self._answered.wait(_LOOK_S):
            progress.check()
        return self._kept

    def answer(self, kept: Sequence[bool]) -> None:
        """Say which proposals to keep."""
        self._kept = tuple(kept)
        self._answered.set()


class MatchLearning(QObject):
    """Connects the learning half of the matches page.

    Attributes
    ----------
    config : MatchTrainConfig
    rounds : RoundsConfig
        How it is learnt; how many rounds there are, the page says.

    Parameters
    ----------
    page : MatchPage
    matches : MatchesController
    jobs : JobRunner
    show_error, show_note : callable
    """

    def __init__(
        self,
        page: MatchPage,
        matches: MatchesController,
        jobs: JobRunner,
        show_error: Callable[[SeisviewError], None],
        show_note: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.config, self.rounds = MatchTrainConfig(steps=_STEPS), RoundsConfig()
        self._page, self._matches, self._jobs = page, matches, jobs
        self._show_error, self._show_note = show_error, show_note
        self._session: Session | None = None
        self._reviewing = Reviewing(self)
        self._reviewing.asked.connect(self._on_asked)
        self._pictures = MatchPictures(page.review.gallery, self)
        page.learn_requested.connect(self.learn)
        page.scope_changed.connect(self._choose_model)
        page.review.decided.connect(self._on_decided)
        jobs.started.connect(lambda _name: self.refresh())
        jobs.finished.connect(lambda _name: self.refresh())

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none."""
        self._session = session
        self._pictures.set_session(session)
        there = session is not None and _model_file(session).is_file()
        self._page.set_model("Ranks the hits again by what was learnt from verdicts" if there else "")
        self.refresh()

    def refresh(self) -> None:
        """Allow learning, or say why not."""
        session = self._session
        if session is None:
            self._page.set_learning("Open a survey first.")
        elif session.project.read_only:
            self._page.set_learning("The project can only be looked at.")
        else:
            self._page.set_learning(self._jobs.busy_text())

    def learn(self) -> None:
        """Train a Siamese network on the verdicts (else on painted facies, else on neighbouring sections)."""
        session = self._session
        if session is None:
            return
        learning = self._learning(session)
        started = self._jobs.start(
            "Learning similarity",
            lambda progress: learn(learning, progress, lambda p: self._reviewing.ask(p, progress)),
            on_result=lambda model: self._on_learnt(session, model.metrics.get("validation_map", 0.0)),
            on_event=self._on_event,
            on_failure=self._on_failed,
            on_cancelled=self._page.end_training,
        )
        if started:
            self._page.begin_training()

    def shutdown(self) -> bool:
        """Join the threads."""
        return self._pictures.shutdown()

    def _learning(self, session: Session) -> Learning:
        matches = self._matches.matches()
        return Learning(
            session.volume,
            session.statistics,
            () if matches is None else (replace(matches, name=matches.name or "this"),),
            session.labels.snapshot(),
            self._page.size_chosen,
            self.config,
            replace(self.rounds, rounds=self._page.rounds),
            _model_file(session),
        )

    def _on_asked(self, proposals: tuple[Proposal, ...]) -> None:
        session = self._session
        if session is None:
            return
        number = proposals[0].round
        title = f"Round {number} proposes {len(proposals)} places. Drop (R) those that are wrong."
        texts = [f"{proposal.class_name}  {proposal.distance:.2f}" for proposal in proposals]
        self._page.begin_review()
        self._page.review.show_proposals(title, texts)
        self._pictures.show([proposal.patch for proposal in proposals])

    def _on_decided(self) -> None:
        self._page.end_review()
        self._reviewing.answer(self._page.review.kept)

    def _on_event(self, event: object) -> None:
        if isinstance(event, TrainingStep):
            self._page.add_step(event)
        elif isinstance(event, Note):
            self._show_note(event.text)

    def _on_failed(self, error: SeisviewError) -> None:
        self._page.end_training()
        self._show_error(error)

    def _on_learnt(self, session: Session, score: float) -> None:
        self._page.end_training()
        if session is not self._session:
            return
        self._page.set_model(f"Ranks the hits again by what was learnt (mAP {score:.2f} on held-out places)")
        self._page.use_model()
        self._show_note(f"The similarity was learnt: mAP {score:.2f} on held-out places.")
        self._matches.use_model(None)  # what was learnt before
        self._choose_model()

    def _choose_model(self) -> None:
        """Give the search the model that was learnt, or take it away."""
        session = self._session
        if session is None or self._page.uses_model == self._matches.uses_model:
            return
        if not self._page.uses_model:
            self._matches.use_model(None)
            return
        from seisview.learn.matching.model import load_siamese

        try:
            self._matches.use_model(load_siamese(_model_file(session)))
        except SeisviewError as error:
            self._show_error(error)


def _model_file(session: Session) -> Path:
    return session.project.models_folder / _MODEL
