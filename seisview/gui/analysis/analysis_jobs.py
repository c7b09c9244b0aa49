"""The jobs of the training page: train then predict, predict, carry; free of Qt, torch loaded inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seisview.data.amplitude import AmplitudeStatistics
from seisview.errors import Cancelled
from seisview.gui.analysis.beside_preview import compared_after_first, tell_beside_preview
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import Fusion, PredictConfig, TrainConfig
from seisview.learn.features.volume import FeatureVolume
from seisview.progress import Progress
from seisview.project.results import FaciesResult
from seisview.workflows.facies.carry import carried_prediction
from seisview.workflows.facies.predict_resumably import Prediction, Target, predict_into
from seisview.workflows.facies.quality import CARRIES

WORST_CLASS = "worst_class"
"""Where the details of a model name the class that it found worst."""

if TYPE_CHECKING:
    from seisview.learn.segmentation.trained import TrainedSegmenter


@dataclass(frozen=True, slots=True)
class Training:
    """What a training works on, frozen when it was started.

    Attributes
    ----------
    labels : LabelSnapshot
    statistics : AmplitudeStatistics
    config : TrainConfig
    model_file : Path
        Where the model is saved.
    features : FeatureVolume or None
        Those of the instant preview, as far as they are made.
    """

    labels: LabelSnapshot
    statistics: AmplitudeStatistics
    config: TrainConfig
    model_file: Path
    features: FeatureVolume | None = None


@dataclass(frozen=True, slots=True)
class ModelTrained:
    """Event: a model was trained and saved; prediction follows.

    Attributes
    ----------
    name : str
    file : Path
    model_id : str
    label_revision : int
    metrics : dict of str to float
    seconds : float
    n_sections : int
        Labelled sections it was trained on.
    details : dict of str to str
    """

    name: str
    file: Path
    model_id: str
    label_revision: int
    metrics: dict[str, float]
    seconds: float
    n_sections: int
    details: dict[str, str]


def train_and_predict(training: Training, target: Target, progress: Progress) -> FaciesResult:
    """Train on the labels, save the model, then predict the section on screen, its neighbours and the rest.

    Emits, beside what training and prediction emit, :class:`ModelTrained`,
    :class:`~seisview.workflows.facies.predict_resumably.ResultBegun` and, once the section on screen is
    predicted, :class:`~seisview.gui.analysis.beside_preview.PreviewCompared`. What was predicted before a
    cancel or a failure stays in the result.

    Raises
    ------
    LabelError, ModelError, ExportError
        As :func:`seisview.workflows.facies.segment.train_segmenter`, and when the disk is full: the hint says
        where the model is kept instead.
    Cancelled
        If the job was asked to stop.
    """
    from seisview.learn.rescue import save_or_rescue
    from seisview.workflows.facies.segment import train_segmenter

    model = train_segmenter(target.volume, training.labels, training.statistics, training.config, progress)
    progress.report("Saving the model")
    save_or_rescue(model.save, training.model_file)
    try:
        progress.emit(_trained(model, training, target.title))
    except Cancelled:
        training.model_file.unlink(missing_ok=True)  # nobody knows about it yet
        raise
    config = PredictConfig(device=training.config.device)

    def compare() -> None:
        tell_beside_preview(model, target.volume, training.labels, training.features, config, progress)

    prediction = compared_after_first(Prediction.by_segmenters((model,)), compare)
    return predict_into(prediction, target, config, progress)


def predict_with(
    model_files: Sequence[Path], target: Target, progress: Progress, fusion: Fusion = "sum"
) -> FaciesResult:
    """Predict the survey with a saved model, or several fused, the section on screen first.

    Raises
    ------
    ModelError
        If a model file is missing, damaged or too new, or the models have different classes.
    Cancelled
        If the job was asked to stop.
    """
    from seisview.workflows.facies.segment import load_segmenter

    progress.report("Reading the model")
    models = tuple(load_segmenter(path) for path in model_files)
    return predict_into(Prediction.by_segmenters(models), target, PredictConfig(fusion=fusion), progress)


def carry_into(labels: LabelSnapshot, target: Target, progress: Progress) -> FaciesResult:
    """Carry labels along the reflections to the whole survey, the section on screen first.

    Raises
    ------
    LabelError
        If nothing usable is labelled.
    Cancelled
        If the job was asked to stop.
    """
    prediction = carried_prediction(labels, target.volume.geometry)
    return predict_into(prediction, target, PredictConfig(), progress)


def _trained(model: TrainedSegmenter, training: Training, name: str) -> ModelTrained:
    how = model.provenance.training
    sections = training.labels.training_sections
    wanted = ("mode", "backbone", "steps_done", "computed_on", "seed", "validation_block")
    worst = model.metrics.get("validation_worst_class")
    names = {facies.id: facies.name for facies in model.classes}
    return ModelTrained(
        name=name,
        file=training.model_file,
        model_id=model.model_id,
        label_revision=model.label_revision,
        metrics=dict(model.metrics),
        seconds=model.seconds,
        n_sections=len(sections),
        details={key: str(how[key]) for key in wanted if key in how}
        | ({} if worst is None else {WORST_CLASS: names[int(worst)]})
        | {"trained_on": " ".join(f"{key.axis}:{key.index}" for key in sections)}
        | {CARRIES: "yes" if model.labels else "no"},
    )
