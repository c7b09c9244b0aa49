"""The parts of the running program, made but not yet connected: window, documents and controllers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject

from seisview.errors import SeisviewError
from seisview.gui.actions.number_boxes import NumberBoxes
from seisview.gui.actions.refused_keys import RefusedKeys
from seisview.gui.actions.typed_letters import TypedLetters
from seisview.gui.analysis.analysis_controller import AnalysisController
from seisview.gui.analysis.comparison import Comparison
from seisview.gui.analysis.train_facts import TrainFacts
from seisview.gui.clusters.clusters_controller import ClustersController
from seisview.gui.clusters.selection_controller import SelectionController
from seisview.gui.clusters.survey_sender import SurveySender
from seisview.gui.error_boxes import ErrorBoxes
from seisview.gui.exporting.export_controller import ExportController
from seisview.gui.exporting.surfaces_controller import SurfacesController
from seisview.gui.jobs.job_display import JobDisplay
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.label_next.label_next_controller import LabelNextController
from seisview.gui.labelling.label_controller import LabelController
from seisview.gui.labelling.label_jobs_controller import LabelJobsController
from seisview.gui.main_window import MainWindow
from seisview.gui.matches.match_display import MatchDisplay
from seisview.gui.matches.match_keeper import MatchKeeper
from seisview.gui.matches.match_learning import MatchLearning
from seisview.gui.matches.match_outputs import MatchOutputs
from seisview.gui.matches.match_search import MatchSearch
from seisview.gui.matches.matches_controller import MatchesController
from seisview.gui.matches.similarity_features import SimilarityFeatures
from seisview.gui.panes.line_controller import LineController
from seisview.gui.panes.line_memory import LineMemory
from seisview.gui.panes.map_colors import MapColors
from seisview.gui.panes.pane_memory import MapMemory, PaneMemory
from seisview.gui.panes.panes_controller import PanesController
from seisview.gui.preferences_controller import PreferencesController
from seisview.gui.pretraining.pretrain_controller import PretrainController
from seisview.gui.preview.feature_worker import FeatureWorker
from seisview.gui.preview.preview_controller import PreviewController
from seisview.gui.prompts import Prompts
from seisview.gui.quality.quality_controller import QualityController
from seisview.gui.section.section_reader import SectionReader
from seisview.gui.status.note_life import NoteLife
from seisview.gui.status.saved_state import SavedState
from seisview.gui.survey.bricks_controller import BricksController
from seisview.gui.survey.label_memory import LabelMemory
from seisview.gui.survey.session import Session
from seisview.gui.survey.survey_controller import SurveyController
from seisview.gui.survey.survey_watch import SurveyWatch
from seisview.gui.view.layers_controller import LayersController
from seisview.gui.view.place_shower import PlaceShower
from seisview.gui.view.section_marks import SectionMarks
from seisview.gui.view.view_controller import ViewController
from seisview.gui.view.view_state import ViewState
from seisview.preferences import Preferences


class FollowsSession(Protocol):
    """A controller that is told which survey is open."""

    def set_session(self, session: Session | None) -> None:
        """Take the survey that was opened, or None when it was closed."""


class Parts(QObject):
    """Makes every part once; :mod:`seisview.gui.connections` connects their signals.

    A new capability adds its controller here, and its signals there.

    Attributes
    ----------
    window : MainWindow
    preferences : Preferences
    jobs : JobRunner
    state : ViewState
    surveys, view, labels, layers, analysis, panes, line, exports, label_jobs, bricks
        The controllers.
    preferences_shown : PreferencesController
        Behind the preferences dialog.
    errors : ErrorBoxes
    prompts : Prompts
        The file dialogs; tests put their own answers here.
    """

    def __init__(self, preferences: Preferences, window: MainWindow) -> None:
        super().__init__()
        self.preferences = preferences
        self.window = window
        window.complete()
        self.errors = ErrorBoxes(window)
        self.jobs = JobRunner(self)
        self.state = ViewState()
        self.prompts = Prompts(window, preferences)
        self.reader = SectionReader(self)
        show_error, show_note = self.errors.show_error, window.status_line.set_note
        self.surveys = SurveyController(self.jobs, self.prompts, preferences, show_error, show_note)
        self.view = ViewController(window.section_view, window.section_bar, self.state, self.reader)
        self.survey_watch = SurveyWatch(show_note, parent=self)
        self.bricks = BricksController(window.status_line.set_background, show_note, parent=self)
        self.labels = LabelController(
            window.section_view, window.facies_dock, self.state, show_note, show_error
        )
        self.panes = PanesController(window.panes, self.view, self.labels, self.state)
        self.panes.restore(preferences.window.get("panes", ""))
        self.pane_memory = PaneMemory(preferences, self.panes)
        self.layers = LayersController(window.layers_dock, window.actions_by_id, self.state)
        self.analysis = AnalysisController(window.train_dock, self.jobs, show_error, show_note)
        self.features = FeatureWorker(
            self.jobs, partial(window.status_line.set_background, source="features")
        )
        self.features.max_bytes = preferences.max_features_bytes
        self.preview = PreviewController(self.features, show_note, self)
        self.analysis.use_features(lambda: self.preview.features_on_disk)
        self.pretraining = PretrainController(
            window.pretrain_offer, window.train_dock, self.jobs, show_error, show_note
        )
        self.train_facts = TrainFacts(window.train_dock, self.jobs, self.state, parent=self)
        self.line = LineController(self.panes, self.state, show_error, show_note, lambda: self.layers.drawn)
        self.line_memory = LineMemory(preferences, self.line)
        self.label_jobs = LabelJobsController(
            self.jobs, self.labels, self.state, window, show_error=show_error, show_note=show_note
        )
        self._make_judging(show_error)
        self._make_uses_of_results(show_error, show_note)
        self._make_exploring(show_error, show_note)
        self.saved = SavedState()
        self.label_memory = LabelMemory(preferences)
        self.preferences_shown = PreferencesController(preferences, self.bricks, window)
        self._note_life = NoteLife(window.status_line, self.labels, self.layers, self.state)
        self._job_display = JobDisplay(self.jobs, window)
        self._refused_keys = RefusedKeys(window, [action for _, action in window.actions_by_id], show_note)
        self._typed_letters = TypedLetters(window)
        self._number_boxes = NumberBoxes(window)

    def _make_judging(self, show_error: Callable[[SeisviewError], None]) -> None:
        window = self.window
        self.marks = SectionMarks(self.view, self.panes)
        self.places = PlaceShower(self.view, self.state, self)
        self.label_next = LabelNextController(window.label_next_dock, self.marks, self)
        self.quality = QualityController(
            window.quality_page,
            self.jobs,
            lambda: self.analysis.result if self.analysis_follows else None,
            show_error,
            self,
        )

    def _make_uses_of_results(
        self, show_error: Callable[[SeisviewError], None], show_note: Callable[[str], None]
    ) -> None:
        window = self.window
        end_note = window.status_line.end_note
        self.comparison = Comparison(
            self.view, self.state, self.analysis.show_model, show_note, end_note, self
        )
        self.map_colors = MapColors(self.panes, show_note, self)
        self.map_memory = MapMemory(self.preferences, self.map_colors)
        self.exports = ExportController(self.jobs, window, self.state, show_error, show_note)
        self.surfaces = SurfacesController(self.jobs, window, self.state, show_error, show_note)

    def _make_exploring(
        self, show_error: Callable[[SeisviewError], None], show_note: Callable[[str], None]
    ) -> None:
        window = self.window
        self.similarity = SimilarityFeatures(
            self.jobs, partial(window.status_line.set_background, source="similarity"), self
        )
        self.similarity.max_bytes = self.preferences.max_features_bytes
        searching = MatchSearch(self.similarity, self)
        searching.failed.connect(show_error)
        self.match_display = MatchDisplay(lambda: self.view.views, self.marks, self.layers.describe)
        self.matches = MatchesController(
            window.match_page,
            self.match_display,
            MatchKeeper(show_note, self),
            searching,
            show_note,
        )
        self.match_outputs = MatchOutputs(
            window.match_page,
            self.matches,
            self.labels,
            self.state,
            self.jobs,
            self.prompts,
            show_error=show_error,
            show_note=show_note,
        )
        self.match_learning = MatchLearning(window.match_page, self.matches, self.jobs, show_error, show_note)
        self.clusters = ClustersController(window.cluster_page, self.jobs, show_error, show_note, self)
        sender = SurveySender(self.jobs, self.labels, show_note, show_error, self)
        self.selection = SelectionController(self.clusters, self.labels, self.state, sender, show_note, self)

    @property
    def session(self) -> Session | None:
        """What is open."""
        return self.surveys.session

    @property
    def analysis_follows(self) -> bool:
        """Whether the facies are those of the open survey; not while another one is being opened."""
        return self.analysis.session is self.session

    @property
    def followers_before_view(self) -> tuple[FollowsSession, ...]:
        """Who knows of another survey before its first section is drawn."""
        return (self.label_jobs, self.labels, self.bricks, self.preferences_shown, self.label_memory)

    @property
    def followers_after_view(self) -> tuple[FollowsSession, ...]:
        """Who is told once the view shows it."""
        learning = (self.label_next, self.quality, self.preview, self.pretraining, self.train_facts)
        matching = (self.matches, self.match_outputs, self.match_learning)
        return (
            self.pane_memory,
            self.panes,
            self.marks,
            *learning,
            *matching,
            self.clusters,
            self.line,
            self.line_memory,
            self.map_colors,
            self.map_memory,
            self.analysis,
            self.comparison,
            self.exports,
            self.surfaces,
        )
