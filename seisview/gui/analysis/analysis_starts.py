"""What the jobs of the training page work on, or why they cannot start; free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seisview.data.geometry import SectionKey
from seisview.errors import SeisviewError
from seisview.gui.analysis.analysis_jobs import Training, carry_into, predict_with, train_and_predict
from seisview.gui.analysis.analysis_run import new_target, target_of
from seisview.gui.analysis.analysis_texts import why_not_carry, why_not_train, why_read_only
from seisview.gui.analysis.model_rows import CARRIED, FUSED, fused_title
from seisview.gui.survey.session import Session
from seisview.learn.config import Fusion, TrainConfig
from seisview.learn.features.volume import FeatureVolume
from seisview.progress import Progress
from seisview.project.results import FaciesResult


@dataclass(frozen=True, slots=True)
class Start:
    """A job that can begin.

    Attributes
    ----------
    title : str
        What the user is told that runs.
    name : str
        Of the model, or of what else its facies are called.
    work : callable
    """

    title: str
    name: str
    work: Callable[[Progress], FaciesResult]


def training_start(
    session: Session, config: TrainConfig, key: SectionKey | None, features: FeatureVolume | None = None
) -> Start | str:
    """Train on the labels as they are now, the section on screen is predicted first; or why not.

    With the `features` of the preview, it is said how the network does beside it.
    """
    if reason := why_read_only(session.project) or why_not_train(session.labels):
        return reason
    name = session.project.new_model_name("tuned" if config.starts_from_file else "scratch")
    try:
        file = session.project.new_model_path(name)
    except SeisviewError as error:  # better now than after the training
        return f"{error.message} {error.hint}"
    training = Training(session.labels.snapshot(), session.statistics, config, file, features)
    target = new_target(session, name, key)
    return Start(f"Training {name}", name, lambda progress: train_and_predict(training, target, progress))


def prediction_start(session: Session, name: str, fusion: Fusion, key: SectionKey | None) -> Start | str:
    """Predict with a model, or with several, named ``"a + b"``, fused; or why not."""
    names = name.split(FUSED)
    models = [model for model in session.project.models if model.name in names]
    if len(models) < len(names):
        return f"There is no model {name}."
    if reason := why_read_only(session.project):
        return reason
    files = [session.project.model_path(model) for model in models]
    title = fused_title([model.name for model in models], fusion)
    target = target_of(session, title, key)
    return Start(
        f"Predicting with {title}", title, lambda progress: predict_with(files, target, progress, fusion)
    )


def carrying_start(session: Session, key: SectionKey | None) -> Start | str:
    """Carry the labels as they are now along the reflections; or why not."""
    if reason := why_read_only(session.project) or why_not_carry(session.labels, session.geometry.is_2d):
        return reason
    labels, target = session.labels.snapshot(), target_of(session, CARRIED, key)
    return Start("Carrying labels", CARRIED, lambda progress: carry_into(labels, target, progress))
