"""What is known about a training or prediction from its start to its end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from seisview.data.geometry import SectionKey
from seisview.events import TrainingStep
from seisview.gui.analysis.analysis_jobs import ModelTrained
from seisview.gui.analysis.analysis_texts import shown_name, trained_text
from seisview.gui.analysis.model_rows import CARRIED
from seisview.gui.survey.session import Session
from seisview.project.results import FaciesResult
from seisview.project.schema import ModelRecord
from seisview.workflows.facies.predict_resumably import Target


@dataclass(frozen=True, slots=True)
class Undecided:
    """A new model that may still be discarded, and what was shown before it."""

    model: str
    before: FaciesResult | None


@dataclass(slots=True, eq=False)
class AnalysisRun:
    """A job of the training page.

    Attributes
    ----------
    session : Session
        It works for.
    model : str
        Name of the model that is trained or that predicts.
    trained : ModelTrained or None
        Once training is over.
    result : FaciesResult or None
        Once there is room for facies.
    is_shown : bool
        Whether its facies are on screen.
    is_dropped : bool
        Whether the user discarded it while it ran.
    steps : list of TrainingStep
        The curve so far.
    """

    session: Session
    model: str
    trained: ModelTrained | None = None
    result: FaciesResult | None = None
    is_shown: bool = False
    is_dropped: bool = False
    steps: list[TrainingStep] = field(default_factory=list)

    def record(self) -> ModelRecord:
        """Return what the project keeps about the trained model."""
        assert self.trained is not None
        trained = self.trained
        return ModelRecord(
            name=trained.name,
            file=trained.file.name,
            model_id=trained.model_id,
            label_revision=trained.label_revision,
            metrics=dict(trained.metrics),
            seconds=trained.seconds,
            details={"sections": str(trained.n_sections), **trained.details},
        )

    def ending(self, message: str) -> str:
        """Say how it ended and what stays; `message` says what stopped it, if anything did."""
        if self.is_dropped:
            return f"{self.model} was discarded."
        if self.result is not None and self.result.complete:
            if self.model == CARRIED:
                return f"The labels were {shown_name(self.result)} to the whole survey."
            trained = self.trained
            figures = "" if trained is None else trained_text(trained)
            return f"{self.model} predicted the whole survey. {figures}".strip()
        if self.result is not None and self.is_shown:
            return f"{message} {self.result.n_sections_done} predicted sections stay."
        if self.trained is not None:
            return f"{message} The model {self.model} stays."
        return f"{message} Labels and facies are as before."


def new_target(session: Session, title: str, first: SectionKey | None) -> Target:
    """Where new facies of that title go; `first` is the section on screen."""
    return Target(session.volume, session.project.results_folder, title, first)


def target_of(session: Session, title: str, first: SectionKey | None) -> Target:
    """Where the facies of that title go on, if they were interrupted, else as :func:`new_target`."""
    latest = session.project.result_titled(title)
    partial = latest if latest is not None and not latest.complete else None
    return replace(new_target(session, title, first), partial=partial)
