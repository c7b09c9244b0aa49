"""The main job: train a segmenter on painted labels, and predict the facies of the survey.

Importing this module does not load torch; calling its functions does.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.events import DeviceChosen, Note
from seisview.labels.facies import FaciesClass
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import PredictConfig, TrainConfig
from seisview.learn.segmentation.trained import Provenance, TrainedSegmenter
from seisview.learn.training.budget import now
from seisview.progress import Progress
from seisview.workflows.facies.dips import survey_dips
from seisview.workflows.facies.facies_sections import (
    Confidence,
    Facies,
    FaciesSink,
    sections_outwards,
    write_sections,
)

if TYPE_CHECKING:
    from seisview.learn.device import Device
    from seisview.learn.samples.labelled import LabelledData
    from seisview.learn.segmentation.predictor import Predictor

_UNNAMED_COLOR = "#808080"


def train_segmenter(
    volume: Volume,
    labels: LabelSnapshot,
    statistics: AmplitudeStatistics | None = None,
    config: TrainConfig | None = None,
    progress: Progress | None = None,
) -> TrainedSegmenter:
    """Train a segmenter on the labels of a survey.

    Emits :class:`~seisview.events.DeviceChosen`, one :class:`~seisview.events.TrainingStep` per step
    (validation scores on some) and notes. Hold-out sections and samples near them are never used.

    Parameters
    ----------
    volume : Volume
    labels : LabelSnapshot
        Unlabelled samples (0) teach nothing; they are not background.
    statistics : AmplitudeStatistics, optional
        Of `volume`; measured when not given.
    config : TrainConfig, optional
    progress : Progress, optional

    Raises
    ------
    LabelError
        If nothing or only one class is labelled, or labels do not fit the survey.
    ModelError
        If the starting weights do not fit, the device does not exist, memory does not suffice, or the
        training diverges.
    Cancelled
        If the job was asked to stop.
    """
    config, progress = config or TrainConfig(), progress or Progress()
    started, began = time.monotonic(), now(config.clock)
    from seisview.learn.samples.labelled import LabelRequest, gather_sections
    from seisview.learn.segmentation.fitting import assemble, fit_segmenter, training_budget

    statistics = statistics or measure_amplitudes(volume, progress)
    device = _announced_device(config, progress)
    with progress.preparing(*_time_given(config, began)):
        data = gather_sections(volume, LabelRequest(labels.sections, labels.holdout), statistics, progress)
        if config.rules.geological:
            steepest = survey_dips(volume, progress).steepest
            data = replace(data, steepest_dip=steepest, carried=config.carries and not volume.geometry.is_2d)
    classes = named_classes(labels, data.targets.ids)
    _note_what_is_missing(labels, data, config, progress)
    network = fit_segmenter(data, config, training_budget(config, began), device, progress)
    provenance = Provenance(
        fingerprint=volume.fingerprint,
        label_revision=labels.revision,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        axis=data.main_axis,
        training={**config.to_dict(), **data.summary(), "computed_on": f"{device.name}, {device.precision}"},
    )
    return assemble(network, classes, statistics, provenance, time.monotonic() - started, data.masks())


def load_segmenter(path: Path | str) -> TrainedSegmenter:
    """Read a model file; :class:`~seisview.errors.ModelError` when it is missing, damaged or too new."""
    from seisview.learn.segmentation import checkpoint

    return checkpoint.load_segmenter(Path(path))


def predict_section(
    segmenters: TrainedSegmenter | Sequence[TrainedSegmenter],
    volume: Volume,
    key: SectionKey,
    config: PredictConfig | None = None,
    progress: Progress | None = None,
) -> tuple[Facies, Confidence]:
    """Predict one inline or crossline.

    Parameters
    ----------
    segmenters : TrainedSegmenter or sequence of them
        Several are combined by ``config.fusion``.
    volume : Volume
    key : SectionKey
        Not a time or depth slice: those are cut from the predicted volume.
    config : PredictConfig, optional
    progress : Progress, optional

    Returns
    -------
    facies : ndarray of uint8, shape ``volume.geometry.section_shape(key.axis)``
        Class ids; 0 on missing and dead traces.
    confidence : ndarray of float32, same shape
        Probability of the class, 0..1; 0 on missing and dead traces.

    Raises
    ------
    ModelError
        If the section is a slice, there is no model, or the models do not fit each other.
    GeometryError
        If there is no such section.
    """
    config, progress = config or PredictConfig(), progress or Progress()
    _check_vertical(key)
    predictor = _predictor(_as_tuple(segmenters), volume, config, progress)
    return predictor.predict(volume.read_section(key), key, progress.check)


def predict_facies(
    segmenters: TrainedSegmenter | Sequence[TrainedSegmenter],
    volume: Volume,
    sink: FaciesSink,
    progress: Progress | None = None,
    first: SectionKey | None = None,
    config: PredictConfig | None = None,
    done: Collection[SectionKey] = (),
) -> tuple[SectionKey, ...]:
    """Predict the volume section by section: the visible one first, then its neighbours outwards.

    Emits :class:`~seisview.events.DeviceChosen` and one
    :class:`~seisview.workflows.facies.facies_sections.SectionPredicted` per section, after the sink has taken
    it. What was written before a cancel stays with the sink.

    Parameters
    ----------
    segmenters, volume, progress
        As in :func:`predict_section`.
    sink : FaciesSink
    first : SectionKey, optional
        The visible section. Its axis is the one the volume is cut across, unless `config` says otherwise; a
        time or depth slice gives no preference.
    config : PredictConfig, optional
    done : collection of SectionKey, optional
        Sections that the sink has already, from a prediction that was interrupted: left out.

    Returns
    -------
    tuple of SectionKey
        The sections predicted now, in order.

    Raises
    ------
    ModelError, GeometryError
        As in :func:`predict_section`; :class:`GeometryError` also for a range without lines.
    Cancelled
        If the job was asked to stop.
    """
    config, progress = config or PredictConfig(), progress or Progress()
    models = _as_tuple(segmenters)
    predictor = _predictor(models, volume, config, progress)
    wanted = sections_outwards(volume.geometry, first, config, models[0].provenance.axis)
    keys = tuple(key for key in wanted if key not in done)

    def judge(key: SectionKey) -> tuple[Facies, Confidence]:
        return predictor.predict(volume.read_section(key), key, progress.check)

    write_sections(keys, judge, sink, progress)
    return keys


def _as_tuple(segmenters: TrainedSegmenter | Sequence[TrainedSegmenter]) -> tuple[TrainedSegmenter, ...]:
    return (segmenters,) if isinstance(segmenters, TrainedSegmenter) else tuple(segmenters)


def _check_vertical(key: SectionKey) -> None:
    if key.axis is Axis.SAMPLE:
        raise ModelError(
            "Facies are predicted on inlines and crosslines, not on slices.",
            "Predict the volume; slices are cut from it.",
        )


def _announced_device(config: TrainConfig | PredictConfig, progress: Progress) -> Device:
    from seisview.learn.device import choose_device

    device = choose_device(config.device, config.spare_cores)
    progress.emit(DeviceChosen(device.name, device.precision, device.reason))
    return device


def _time_given(config: TrainConfig, began: float) -> tuple[float, float] | tuple[()]:
    """Seconds of the whole training, and how many of them are spent; nothing where steps decide."""
    if config.minutes is None or config.clock != "wall":
        return ()
    return 60.0 * config.minutes, now(config.clock) - began


def _predictor(
    segmenters: tuple[TrainedSegmenter, ...], volume: Volume, config: PredictConfig, progress: Progress
) -> Predictor:
    device = _announced_device(config, progress)
    from seisview.learn.segmentation.predictor import Predictor

    statistics = dips = None
    if any(s.fingerprint != volume.fingerprint for s in segmenters):
        # Amplitude units differ between surveys; each is normalised by its own statistics.
        statistics = measure_amplitudes(volume, progress)
    # Labels are carried within their own survey only.
    models = tuple(s if s.fingerprint == volume.fingerprint else replace(s, labels={}) for s in segmenters)
    for model in models:
        _check_labels(model, volume.geometry)
    if any(s.labels for s in models):
        dips = survey_dips(volume, progress)
    return Predictor(models, device, config, statistics, dips)


def _check_labels(model: TrainedSegmenter, geometry: SurveyGeometry) -> None:
    """What a file says of its labels is not believed before they are carried."""
    for key, mask in model.labels.items():
        if key.index >= geometry.count(key.axis) or mask.shape != geometry.section_shape(key.axis):
            raise ModelError(
                f"The labels in the model {model.model_id} do not fit this survey.", "Train it again here."
            )


def named_classes(labels: LabelSnapshot, ids: tuple[int, ...]) -> tuple[FaciesClass, ...]:
    """Classes of these ids as the labels name them; unknown ones are numbered."""
    known = {c.id: c for c in labels.scheme.classes}
    return tuple(known.get(i) or FaciesClass(i, f"Class {i}", _UNNAMED_COLOR) for i in ids)


def _note_what_is_missing(
    labels: LabelSnapshot, data: LabelledData, config: TrainConfig, progress: Progress
) -> None:
    absent = [c.name for c in labels.scheme.classes if c.id not in data.targets.ids]
    if absent:
        progress.emit(Note(f"Without labels, and so never predicted: {', '.join(absent)}."))
    if config.mode == "tune" and config.backbone_file is None:
        progress.emit(Note("No starting weights were chosen: the network starts from random ones."))
