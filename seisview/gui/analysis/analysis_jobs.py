"""The jobs of the training page: train then predict, or predict alone; free of Qt, torch loaded inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.errors import Cancelled
from seisview.labels.facies import FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import Fusion, PredictConfig, TrainConfig
from seisview.progress import Progress
from seisview.project.results import FaciesProvenance, FaciesResult, create_result

if TYPE_CHECKING:
    from seisview.learn.trained import TrainedSegmenter


@dataclass(frozen=True, slots=True)
class Target:
    """Where the facies of a job go.

    Attributes
    ----------
    volume : Volume
    results_folder : Path
        Of the project.
    title : str
        Name of the model, and so of the facies it predicts.
    first : SectionKey or None
        The section on screen: it is predicted first.
    partial : FaciesResult or None
        What the model predicted before it was interrupted: completed, if it is of this very model.
    """

    volume: Volume
    results_folder: Path
    title: str
    first: SectionKey | None
    partial: FaciesResult | None = None


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
    """

    labels: LabelSnapshot
    statistics: AmplitudeStatistics
    config: TrainConfig
    model_file: Path


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


@dataclass(frozen=True, slots=True, eq=False)
class ResultBegun:
    """Event: there is room for the facies now; sections follow one by one.

    `n_done` sections of `n_sections` were predicted before the prediction was interrupted.
    """

    result: FaciesResult
    n_done: int = 0
    n_sections: int = 0


def train_and_predict(training: Training, target: Target, progress: Progress) -> FaciesResult:
    """Train on the labels, save the model, then predict the section on screen, its neighbours and the rest.

    Emits, beside what training and prediction emit, :class:`ModelTrained` and :class:`ResultBegun`. What was
    predicted before a cancel or a failure stays in the result.

    Raises
    ------
    LabelError, ModelError, ExportError
        As :func:`seisview.workflows.segment.train_segmenter`, and when the disk is full.
    Cancelled
        If the job was asked to stop.
    """
    from seisview.workflows.segment import train_segmenter

    model = train_segmenter(target.volume, training.labels, training.statistics, training.config, progress)
    progress.report("Saving the model")
    model.save(training.model_file)
    try:
        progress.emit(_trained(model, training, target.title))
    except Cancelled:
        training.model_file.unlink(missing_ok=True)  # nobody knows about it yet
        raise
    return _predict((model,), target, PredictConfig(device=training.config.device), progress)


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
    from seisview.workflows.segment import load_segmenter

    progress.report("Reading the model")
    models = tuple(load_segmenter(path) for path in model_files)
    return _predict(models, target, PredictConfig(fusion=fusion), progress)


def _predict(
    models: tuple[TrainedSegmenter, ...], target: Target, config: PredictConfig, progress: Progress
) -> FaciesResult:
    from seisview.workflows.segment import predict_facies, sections_outwards

    resumed = _resumable(models, target)
    config = replace(config, axis=None if resumed is None else _axis_of(resumed))
    geometry = target.volume.geometry
    keys = sections_outwards(geometry, target.first, config, models[-1].provenance.axis)
    done: frozenset[SectionKey] = frozenset()
    if resumed is not None:
        resumed.resume()
        result, done = resumed, resumed.sections_done.intersection(keys)
        progress.emit(ResultBegun(result, len(done), len(keys)))
    else:
        result = _begun(models, target, keys, progress)
    predict_facies(models, target.volume, result, progress, target.first, config, done)
    result.finish()
    return result


def _resumable(models: tuple[TrainedSegmenter, ...], target: Target) -> FaciesResult | None:
    """What was interrupted, if the same model predicted it on the same survey and labels."""
    partial = target.partial
    if partial is None or partial.complete or _axis_of(partial) is None:
        return None
    origin = partial.provenance
    same_models = origin.model_ids == tuple(model.model_id for model in models)
    same = same_models and origin.label_revision == models[-1].label_revision
    return partial if same and origin.survey_fingerprint == target.volume.fingerprint else None


def _axis_of(result: FaciesResult) -> Axis | None:
    name = result.provenance.details.get("axis")
    return Axis(name) if name in set(Axis) else None


def _begun(
    models: tuple[TrainedSegmenter, ...], target: Target, keys: tuple[SectionKey, ...], progress: Progress
) -> FaciesResult:
    """Room for new facies, announced."""
    provenance = FaciesProvenance(
        model_ids=tuple(model.model_id for model in models),
        label_revision=models[-1].label_revision,
        scheme=FaciesScheme(models[0].classes),
        survey_fingerprint=target.volume.fingerprint,
        title=target.title,
        details={"axis": str(keys[0].axis), "sections": str(len(keys))},
    )
    result = create_result(target.results_folder, target.volume.geometry, provenance)
    try:
        progress.emit(ResultBegun(result))
    except Cancelled:
        result.delete()  # nobody knows about it yet
        raise
    return result


def _trained(model: TrainedSegmenter, training: Training, name: str) -> ModelTrained:
    how = model.provenance.training
    sections = training.labels.training_sections
    wanted = ("mode", "backbone", "steps_done", "computed_on", "seed", "validation_block")
    return ModelTrained(
        name=name,
        file=training.model_file,
        model_id=model.model_id,
        label_revision=model.label_revision,
        metrics=dict(model.metrics),
        seconds=model.seconds,
        n_sections=len(sections),
        details={key: str(how[key]) for key in wanted if key in how}
        | {"trained_on": " ".join(f"{key.axis}:{key.index}" for key in sections)},
    )
