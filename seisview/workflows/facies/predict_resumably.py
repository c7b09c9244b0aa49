"""Facies of a survey into a result on disk, going on where the same prediction was stopped before.

Window and command line both predict this way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.errors import Cancelled, ModelError
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.learn.config import PredictConfig
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress
from seisview.project.results import FaciesProvenance, FaciesResult, create_result
from seisview.workflows.facies.facies_sections import FaciesSink, sections_outwards
from seisview.workflows.facies.segment import predict_facies


@dataclass(frozen=True, slots=True)
class Target:
    """Where the facies of a job go.

    Attributes
    ----------
    volume : Volume
    results_folder : Path
        Of the project, or any other.
    title : str
        Name of the model, and so of the facies it predicts.
    first : SectionKey or None
        The section on screen: it is predicted first.
    partial : FaciesResult or None
        What was predicted before an interruption: completed, if it is of these very models and settings.
    """

    volume: Volume
    results_folder: Path
    title: str
    first: SectionKey | None = None
    partial: FaciesResult | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ResultBegun:
    """Event: there is room for the facies now; sections follow one by one.

    `n_done` sections of `n_sections` were predicted before the prediction was interrupted.
    """

    result: FaciesResult
    n_done: int = 0
    n_sections: int = 0


class PredictSections(Protocol):
    """Predicts sections into a sink; see :func:`seisview.workflows.facies.segment.predict_facies`."""

    def __call__(
        self,
        volume: Volume,
        sink: FaciesSink,
        progress: Progress,
        *,
        first: SectionKey | None,
        config: PredictConfig,
        done: Collection[SectionKey],
    ) -> object:
        """Predict all sections but those in `done`."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What predicts: one model or several, or labels that are carried.

    Attributes
    ----------
    model_ids : tuple of str
        Of the models, or of what else decides on the facies.
    label_revision : int
        The labels that the first one was trained on.
    scheme : FaciesScheme
    axis : Axis
        Sections that it was trained on, mostly.
    predict : PredictSections
    details : mapping of str to str
        What else the facies say about where they come from.
    """

    model_ids: tuple[str, ...]
    label_revision: int
    scheme: FaciesScheme
    axis: Axis
    predict: PredictSections
    details: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def by_segmenters(cls, models: Sequence[TrainedSegmenter]) -> Prediction:
        """Prediction by trained networks, fused when they are several; ModelError when there is none."""
        scheme = fused_scheme(models)
        return cls(
            model_ids=tuple(model.model_id for model in models),
            label_revision=models[0].label_revision,
            scheme=scheme,
            axis=models[0].provenance.axis,
            predict=partial(predict_facies, tuple(models)),
        )


def predict_into(
    prediction: Prediction, target: Target, config: PredictConfig, progress: Progress
) -> FaciesResult:
    """Predict a survey, or the rest of it.

    Emits :class:`ResultBegun` and what the prediction emits. What was predicted before a cancel or a failure
    stays in the result.

    Returns
    -------
    FaciesResult
        Complete, open for reading.

    Raises
    ------
    ModelError
        If the models do not fit each other or the survey.
    ExportError
        If the disk is full or cannot be written.
    Cancelled
        If the job was asked to stop.
    """
    resumed = target.partial if can_go_on(prediction, target, config) else None
    if resumed is not None:
        config = replace(config, axis=_axis_of(resumed))
    keys = sections_outwards(target.volume.geometry, target.first, config, prediction.axis)
    done: frozenset[SectionKey] = frozenset()
    if resumed is not None:
        resumed.resume()
        result, done = resumed, resumed.sections_done.intersection(keys)
        progress.emit(ResultBegun(result, len(done), len(keys)))
    else:
        result = _begun(prediction, target, config, keys, progress)
    try:
        prediction.predict(target.volume, result, progress, first=target.first, config=config, done=done)
    finally:
        result.flush()  # what was predicted stays when this is stopped
    result.finish()
    return result


def fused_scheme(models: Sequence[TrainedSegmenter]) -> FaciesScheme:
    """Classes that any of the models knows, by id; the first model names them.

    Raises
    ------
    ModelError
        If there is no model.
    """
    if not models:
        raise ModelError("There is no model to predict with.", "Give at least one model file.")
    known: dict[int, FaciesClass] = {}
    names: set[str] = set()
    for facies_class in (c for model in models for c in model.classes):
        if facies_class.id in known:
            continue
        if facies_class.name.casefold() in names:
            facies_class = replace(facies_class, name=f"{facies_class.name} ({facies_class.id})")
        names.add(facies_class.name.casefold())
        known[facies_class.id] = facies_class
    return FaciesScheme(tuple(known[class_id] for class_id in sorted(known)))


def can_go_on(prediction: Prediction, target: Target, config: PredictConfig) -> bool:
    """Whether the same prediction was interrupted: models, survey, labels and settings."""
    found = target.partial
    if found is None or found.complete or _axis_of(found) is None:
        return False
    origin = found.provenance
    settings = _settings(prediction, config)
    return (
        origin.model_ids == prediction.model_ids
        and origin.label_revision == prediction.label_revision
        and origin.survey_fingerprint == target.volume.fingerprint
        and {name: origin.details.get(name, "") for name in settings} == settings
        and config.axis in (None, _axis_of(found))
    )


def _settings(prediction: Prediction, config: PredictConfig) -> dict[str, str]:
    """What else decides what is predicted, beside the models."""
    lines = "" if config.lines is None else f"{config.lines[0]}:{config.lines[1]}"
    return {"lines": lines, "fusion": config.fusion if len(prediction.model_ids) > 1 else ""}


def _axis_of(result: FaciesResult) -> Axis | None:
    name = result.provenance.details.get("axis")
    return Axis(name) if name in set(Axis) else None


def _begun(
    prediction: Prediction,
    target: Target,
    config: PredictConfig,
    keys: tuple[SectionKey, ...],
    progress: Progress,
) -> FaciesResult:
    """Room for new facies, announced."""
    provenance = FaciesProvenance(
        model_ids=prediction.model_ids,
        label_revision=prediction.label_revision,
        scheme=prediction.scheme,
        survey_fingerprint=target.volume.fingerprint,
        title=target.title,
        details={
            **prediction.details,
            "axis": str(keys[0].axis),
            "sections": str(len(keys)),
            **_settings(prediction, config),
        },
    )
    result = create_result(target.results_folder, target.volume.geometry, provenance)
    try:
        progress.emit(ResultBegun(result))
    except Cancelled:
        result.delete()  # nobody knows about it yet
        raise
    return result
