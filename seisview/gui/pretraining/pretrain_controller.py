"""Pretraining on the open survey: offers it, runs it as the compute job, goes on after a stop, keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError
from seisview.gui.analysis.analysis_texts import why_read_only
from seisview.gui.analysis.learning_events import show_learning_event
from seisview.gui.docks.start_choice import KnownStarts
from seisview.gui.docks.train_dock import TrainDock
from seisview.gui.jobs.failures import duration_text
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.pretraining.give_up_question import ask_to_give_up
from seisview.gui.pretraining.pretrain_offer import PretrainOffer, PretrainRequest
from seisview.gui.status.notes import refusal
from seisview.gui.survey.session import Session
from seisview.learn.networks.backbones import shipped_backbone
from seisview.learn.pretext.config import PretrainConfig
from seisview.progress import Progress
from seisview.project.schema import ModelRecord
from seisview.workflows.pretrain import (
    PretrainedBackbone,
    UnfinishedRun,
    pretrain,
    steps_text,
    unfinished_run,
)

_DISMISSED = "pretraining_dismissed"
_OFFER = "Pretrain while you look around: a network learns this survey without labels."
_TASK_WORDS = {"frame-order": "frame order"}


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    session: Session
    name: str
    out: Path
    config: PretrainConfig
    holdout: frozenset[SectionKey]


class PretrainController(QObject):
    """Connects the offer with the project and the job runner.

    Parameters
    ----------
    offer : PretrainOffer
    dock : TrainDock
        Curves are shown there.
    jobs : JobRunner
    show_error, show_note : callable
        Show an error; show one sentence in the status line.

    Signals
    -------
    starts_changed(KnownStarts)
        Weights that a training can start from.
    models_changed()
        A backbone was added to the project.
    """

    starts_changed = Signal(object)
    models_changed = Signal()

    def __init__(
        self,
        offer: PretrainOffer,
        dock: TrainDock,
        jobs: JobRunner,
        show_error: Callable[[SeisviewError], object],
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._offer = offer
        self._dock = dock
        self._jobs = jobs
        self._show_error = show_error
        self._show_note = show_note
        self._session: Session | None = None
        self._run: _Run | None = None
        offer.start_requested.connect(self.start)
        offer.dismissed.connect(self.dismiss)
        for begun in (jobs.started, jobs.renamed):
            begun.connect(lambda _name: offer.set_ready(jobs.busy_text()))
        jobs.finished.connect(lambda _name: offer.set_ready(self._why_not()))
        offer.setVisible(False)

    def set_session(self, session: Session | None) -> None:
        """Offer it for another survey; None: there is none."""
        self._session, self._run = session, None
        self.refresh()

    def refresh(self) -> None:
        """Say what there is: nothing yet, something stopped, or a pretrained network."""
        session = self._session
        self.starts_changed.emit(
            KnownStarts(self._own_backbone(), shipped_backbone(PretrainConfig().backbone))
        )
        self._offer.set_ready(self._why_not())
        if session is None:
            self._offer.setVisible(False)
            return
        stopped = self._stopped(session)
        self._offer.set_state(_offer_text(session, stopped), can_resume=stopped is not None)
        dismissed = bool(session.project.view.get(_DISMISSED)) and stopped is None
        wanted = not session.project.backbones and not dismissed
        self._offer.setVisible(self._run is None and not session.project.read_only and wanted)

    def show_offer(self) -> None:
        """Show the line because the user asked for it in the menu."""
        if self._session is not None and not self._why_not():
            self._offer.setVisible(True)
            self._offer.take_focus()

    def dismiss(self) -> None:
        """Do not offer it again for this survey; the menu still does."""
        if self._session is not None:
            self._session.project.view[_DISMISSED] = True
        self._offer.setVisible(False)

    def start(self, request: PretrainRequest) -> None:
        """Pretrain on the open survey; asks first where that gives up what was stopped."""
        session = self._session
        if session is None or (reason := self._why_not()):
            self._show_note(refusal("Open a survey first." if session is None else reason))
            return
        stopped = self._stopped(session)
        if stopped is None or request.resume:
            self._begin(session, request)
            return
        ask_to_give_up(
            self._offer.window(),
            f"{steps_text(stopped.steps)} ({duration_text(stopped.seconds)})",
            lambda: self._begin(session, request),
            lambda: self._begin(session, replace(request, resume=True)),
        )

    def _begin(self, session: Session, request: PretrainRequest) -> None:
        if session is not self._session:  # another survey was opened while the question stood
            return
        name = session.project.new_model_name("pretrained")
        path, config = session.project.new_model_path(name), self._config(request)
        run = _Run(session, name, path, config, session.labels.holdout)
        started = self._jobs.start(
            f"Pretraining {name}",
            lambda progress: _pretrain(run, progress),
            on_result=lambda result: self._on_result(run, result),
            on_event=lambda event: self._on_event(run, event),
            on_failure=lambda error: self._on_failed(run, error),
            on_cancelled=lambda: self._on_cancelled(run),
        )
        if started:
            self._run = run
            self._offer.setVisible(False)
            self._dock.begin_pretraining()

    def _config(self, request: PretrainRequest) -> PretrainConfig:
        """The plan of what was stopped, with the time asked for now; else a new one."""
        backbone = PretrainConfig().backbone
        tasks = request.tasks
        stopped = None if self._session is None else self._stopped(self._session)
        if request.resume and stopped is not None:
            tasks = stopped.tasks
        return PretrainConfig(
            tasks=tasks,
            backbone=backbone,
            backbone_file=shipped_backbone(backbone),
            minutes=request.minutes,
            resume=request.resume,
        )

    def _on_event(self, run: _Run, event: object) -> None:
        if run is self._run:
            show_learning_event(self._dock, event, self._show_note)

    def _on_result(self, run: _Run, result: PretrainedBackbone) -> None:
        tasks = ", ".join(_TASK_WORDS.get(task, task) for task in result.tasks)
        record = ModelRecord(
            name=run.name,
            file=result.path.name,
            kind="backbone",
            metrics=dict(result.metrics),
            seconds=result.seconds,
            details={"tasks": tasks, "network": result.backbone, "steps": str(result.steps)},
        )
        run.session.project.add_model(record)
        self.models_changed.emit()
        took = duration_text(result.seconds)
        self._on_ended(run, f"{run.name} learned this survey in {took}: trainings start from it now.")
        self._dock.show_curve(result.history)  # with the parts before an interruption

    def _on_cancelled(self, run: _Run) -> None:
        left = unfinished_run(run.out)
        kept = "nothing of it was kept." if left is None else f"it can go on after {steps_text(left.steps)}."
        self._show_note(f"Pretraining was stopped; {kept}")
        self._on_ended(run, f"Pretraining was stopped; {kept}")

    def _on_failed(self, run: _Run, error: SeisviewError) -> None:
        self._on_ended(run, error.message)
        self._show_error(error)

    def _on_ended(self, run: _Run, message: str) -> None:
        if run is not self._run:
            return
        self._run = None
        self._dock.end(message)
        self.refresh()

    def _own_backbone(self) -> Path | None:
        if self._session is None or not self._session.project.backbones:
            return None
        path = self._session.project.model_path(self._session.project.backbones[-1])
        return path if path.is_file() else None

    def _stopped(self, session: Session) -> UnfinishedRun | None:
        if session.project.read_only:
            return None
        return unfinished_run(session.project.new_model_path(session.project.new_model_name("pretrained")))

    def _why_not(self) -> str:
        if self._session is None:
            return "Open a survey first."
        return self._jobs.busy_text() or why_read_only(self._session.project)


def _pretrain(run: _Run, progress: Progress) -> PretrainedBackbone:
    session = run.session
    return pretrain([session.volume], [session.statistics], run.config, run.out, progress, [run.holdout])


def _offer_text(session: Session, stopped: UnfinishedRun | None) -> str:
    if stopped is not None:
        tasks = " and ".join(_TASK_WORDS.get(task, task) for task in stopped.tasks)
        done = f"{steps_text(stopped.steps)}, {duration_text(stopped.seconds)}"
        return f"Pretraining on this survey ({tasks}) was stopped after {done}."
    if session.project.backbones:
        return f"{session.project.backbones[-1].name} has learned this survey; another one can be trained."
    return _OFFER
