"""Training, prediction and carried labels: starts the jobs, shows what they find, keeps or discards it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError
from seisview.events import TrainingStep
from seisview.gui.analysis.analysis_jobs import ModelTrained
from seisview.gui.analysis.analysis_run import AnalysisRun, Undecided
from seisview.gui.analysis.analysis_starts import Start, carrying_start, prediction_start, training_start
from seisview.gui.analysis.analysis_texts import resumed_text, trained_text, why_not_train, why_read_only
from seisview.gui.analysis.learning_events import show_learning_event
from seisview.gui.analysis.shown_facies import ShownFacies
from seisview.gui.docks.train_dock import TrainDock
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.status.notes import refusal
from seisview.gui.survey.session import Session
from seisview.learn.config import Fusion, TrainConfig
from seisview.learn.features.volume import FeatureVolume
from seisview.project.curves import write_curve
from seisview.project.results import FaciesResult
from seisview.workflows.facies.facies_sections import SectionPredicted
from seisview.workflows.facies.predict_resumably import ResultBegun

_REFRESH_MS = 300
_NO_MODEL = "There is no model to predict with yet: train first (Ctrl+T)."


class AnalysisController(QObject):
    """Connects the training page with the project and the job runner.

    Parameters
    ----------
    dock : TrainDock
    jobs : JobRunner
    show_error, show_note : callable
        Show an error; show one sentence in the status line.

    Signals
    -------
    overlay_changed(callable or None), layer_described(str, str, str)
        See :class:`~seisview.gui.analysis.shown_facies.ShownFacies`.
    refresh_needed()
        The section on screen has new facies.
    facts_changed()
        `has_result` or `is_undecided` may have changed.
    """

    overlay_changed = Signal(object)
    layer_described = Signal(str, str, str)
    refresh_needed = Signal()
    facts_changed = Signal()

    def __init__(
        self,
        dock: TrainDock,
        jobs: JobRunner,
        show_error: Callable[[SeisviewError], object],
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._dock = dock
        self._jobs = jobs
        self._show_error = show_error
        self._show_note = show_note
        self._session: Session | None = None
        self._key: SectionKey | None = None
        self._run: AnalysisRun | None = None
        self._undecided: Undecided | None = None
        self._facies = ShownFacies(dock)
        self._features_on_disk: Callable[[], FeatureVolume | None] = lambda: None
        self._refresh = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._connect()
        self._show_readiness()

    def _connect(self) -> None:
        dock, jobs = self._dock, self._jobs
        dock.train_requested.connect(self.train)
        dock.keep_requested.connect(self.keep)
        dock.discard_requested.connect(self.discard)
        dock.predict_requested.connect(self.predict)
        dock.fusion_requested.connect(self.predict)
        dock.show_requested.connect(self._facies.show_model)
        for begun in (jobs.started, jobs.renamed):
            begun.connect(lambda _name: dock.set_busy(jobs.busy_text()))
        jobs.finished.connect(lambda _name: dock.set_busy(""))
        self._facies.overlay_changed.connect(self.overlay_changed)
        self._facies.layer_described.connect(self.layer_described)
        self._refresh.timeout.connect(self.refresh_needed)

    @property
    def session(self) -> Session | None:
        """What it works for; not yet the open survey while that is being told around."""
        return self._session

    @property
    def result(self) -> FaciesResult | None:
        """The facies on screen."""
        return self._facies.result

    @property
    def has_result(self) -> bool:
        """Whether there are facies to show and export."""
        return self.result is not None

    @property
    def is_running(self) -> bool:
        """Whether a training or prediction of this page runs."""
        return self._run is not None

    @property
    def is_undecided(self) -> bool:
        """Whether a new model waits to be kept or discarded."""
        return self._undecided is not None

    def set_session(self, session: Session | None) -> None:
        """Work for another survey, or for none. A new model that nobody discarded is kept."""
        self._session = session
        self._run = self._undecided = self._key = None
        self._dock.set_undecided("")
        self._dock.say_beside_preview("")
        self._dock.end("")
        self._show_readiness()
        self._facies.set_session(session)
        self.facts_changed.emit()

    def show_section(self, key: SectionKey) -> None:
        """Take note of the section on screen: it is predicted first."""
        self._key = key

    def set_preview(self, n_sections: int | None) -> None:
        """List the instant preview, which has learned from so many sections; None: there is none."""
        self._facies.set_preview(n_sections)

    def use_features(self, on_disk: Callable[[], FeatureVolume | None]) -> None:
        """Ask here for the features of the preview: after a training the network is compared with it."""
        self._features_on_disk = on_disk

    def show_model(self, name: str) -> None:
        """Show the facies that a model predicted before."""
        self._facies.show_model(name)

    def list_models(self) -> None:
        """The project has other models than before."""
        self._facies.refresh()

    def update_labels(self) -> None:
        """Labels changed: say whether there is enough to train on and which facies are out of date."""
        self._show_readiness()
        self._facies.describe()

    def train(self, config: TrainConfig) -> None:
        """Train on the labels as they are now, then predict the survey."""
        features = self._features_on_disk()
        if self._begin(lambda session: training_start(session, config, self._key, features)):
            self._dock.begin()

    def predict(self, name: str, fusion: Fusion = "sum") -> None:
        """Predict the survey with a model of the project, or with several, named ``"a + b"``, fused."""
        if started := self._begin(lambda session: prediction_start(session, name, fusion, self._key)):
            self._dock.begin_prediction(started.title)

    def carry(self) -> None:
        """Carry the labels as they are now along the reflections to the survey."""
        if started := self._begin(lambda session: carrying_start(session, self._key)):
            self._dock.begin_prediction(started.title)

    def predict_survey(self) -> None:
        """Predict the survey with the model used last."""
        if self._session is None:
            return
        if (model := self._session.project.current_model) is None:
            self._show_note(refusal(_NO_MODEL))
        else:
            self.predict(model.name)

    def keep(self) -> None:
        """Keep the new model and its facies."""
        if self._undecided is not None:
            self._undecided = None
            self._dock.set_undecided("")
            self.facts_changed.emit()

    def discard(self) -> None:
        """Delete the new model and its facies, also while it predicts, and show what was shown before."""
        undecided, run = self._undecided, self._run
        if undecided is None:
            return
        self.keep()
        if run is not None and run.model == undecided.model:
            run.is_dropped = True
            self._jobs.cancel()
        self._facies.discard(undecided.model, undecided.before)
        self._dock.finish(f"{undecided.model} was discarded.")
        self.facts_changed.emit()

    def _begin(self, prepare: Callable[[Session], Start | str]) -> Start | None:
        """Start a job, unless there is a reason against it, which is shown."""
        if self._session is None:
            return None
        start = prepare(self._session)
        if isinstance(start, str):
            self._show_note(refusal(start))
            return None
        run = AnalysisRun(self._session, start.name)
        started = self._jobs.start(
            start.title,
            start.work,
            on_result=lambda _result: self._on_ended(run, ""),
            on_event=lambda event: self._on_event(run, event),
            on_failure=lambda error: self._on_failed(run, error),
            on_cancelled=lambda: self._on_ended(run, "Stopped."),
        )
        if not started:
            return None
        self.keep()
        self._run = run
        self.facts_changed.emit()
        return start

    def _on_event(self, run: AnalysisRun, event: object) -> None:
        if run is not self._run:
            return
        show_learning_event(self._dock, event, self._show_note)
        if isinstance(event, TrainingStep):
            run.steps.append(event)
        elif isinstance(event, SectionPredicted):
            self._on_section(run, event.key)
        elif isinstance(event, ModelTrained):
            self._on_trained(run, event)
        elif isinstance(event, ResultBegun):
            self._on_begun(run, event)

    def _on_begun(self, run: AnalysisRun, begun: ResultBegun) -> None:
        run.result = begun.result
        if begun.n_done:
            run.is_shown = True
            self._show_note(resumed_text(run.model, begun.n_done, begun.n_sections))
            self._facies.install(begun.result)
            self.facts_changed.emit()

    def _on_trained(self, run: AnalysisRun, trained: ModelTrained) -> None:
        run.trained = trained
        run.session.project.add_model(run.record())
        with suppress(SeisviewError):  # the model is what counts
            write_curve(trained.file, run.steps)
        self._jobs.rename(f"Predicting with {trained.name}")
        self._undecided = Undecided(trained.name, self.result)
        self._dock.finish(trained_text(trained))
        self._dock.set_undecided(trained.name)
        self._facies.refresh()
        self.facts_changed.emit()

    def _on_section(self, run: AnalysisRun, key: SectionKey) -> None:
        if run.result is None or run.is_dropped:
            return
        if not run.is_shown:
            run.is_shown = True
            self._facies.install(run.result)
            self.facts_changed.emit()
            return
        self._facies.describe()
        if key == self._key:
            self.refresh_needed.emit()
        elif self._key is not None and key.axis is not self._key.axis and not self._refresh.isActive():
            self._refresh.start()  # it crosses the section on screen; so will many more

    def _on_failed(self, run: AnalysisRun, error: SeisviewError) -> None:
        self._on_ended(run, error.message)
        if not run.is_dropped:
            self._show_error(error)

    def _on_ended(self, run: AnalysisRun, message: str) -> None:
        if run.result is not None and (run.is_dropped or not run.is_shown):
            run.result.delete()
        if run is not self._run:
            return
        self._run = None
        self._dock.end(run.ending(message))
        if run.result is not None and run.is_shown and not run.is_dropped:
            self._facies.finish(run.result)
        self._show_readiness()
        self.refresh_needed.emit()
        self.facts_changed.emit()

    def _show_readiness(self) -> None:
        reason = "Open a survey first." if self._session is None else _why_not(self._session)
        self._dock.set_ready(not reason, reason)


def _why_not(session: Session) -> str:
    return why_read_only(session.project) or why_not_train(session.labels)
