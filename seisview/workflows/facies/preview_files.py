"""The preview from files to files, for the command line and for scripts."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.labels.facies import FaciesScheme
from seisview.learn.carrying.carried import CarriedLabels
from seisview.learn.config import PredictConfig
from seisview.learn.features.config import FeatureConfig
from seisview.learn.features.store import FeatureArray
from seisview.learn.features.volume import FeatureVolume
from seisview.learn.preview.config import PreviewConfig
from seisview.learn.preview.file import is_preview, load_preview, save_preview
from seisview.learn.preview.model import FeatureSource, PreviewModel
from seisview.learn.rescue import save_or_rescue
from seisview.learn.samples.live import live_traces
from seisview.progress import Progress
from seisview.workflows.facies.dips import survey_dips
from seisview.workflows.facies.facies_sections import (
    Confidence,
    Facies,
    FaciesSink,
    sections_outwards,
    write_sections,
)
from seisview.workflows.facies.predict import PredictionFiles, write_prediction
from seisview.workflows.facies.predict_resumably import Prediction
from seisview.workflows.facies.preview import (
    carried_to_preview,
    fit_preview,
    preview_keys,
    preview_section,
    with_source,
)
from seisview.workflows.facies.train import TrainingFiles
from seisview.workflows.features import prepare_features, section_features, survey_features
from seisview.workflows.labels import labels_from_path
from seisview.workflows.surveys import open_survey

if TYPE_CHECKING:
    from seisview.learn.features.extractor import FeatureExtractor


def train_preview_from_files(
    files: TrainingFiles,
    config: FeatureConfig = FeatureConfig(),
    preview: PreviewConfig = PreviewConfig(),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fit a preview to labels in files and save it.

    Parameters
    ----------
    files : TrainingFiles
    config : FeatureConfig
        How the features are made.
    preview : PreviewConfig
    progress : Progress, optional

    Returns
    -------
    dict
        Model id, classes and sections, as plain data.

    Raises
    ------
    VolumeError, LabelError, ModelError, ExportError
        As the steps it is made of.
    """
    started, progress = time.monotonic(), progress or Progress()
    with closing(open_survey(files.survey, files.header_bytes, progress)) as volume:
        labels = labels_from_path(files.labels, volume.geometry, files.choice, volume.info.header_bytes)
        statistics = measure_amplitudes(volume, progress)
        keys = preview_keys(labels, volume.geometry)
        features = section_features(volume, statistics, config, keys, progress)
        fitted_from = time.monotonic()
        model = fit_preview(features, labels, volume.geometry, preview)
        fit_seconds = time.monotonic() - fitted_from
        made = prepare_features(volume, statistics, config, progress)
        model = with_source(model, made, config, statistics, _main_axis(keys))
        titles = [volume.geometry.title(key) for key in keys]
    save_or_rescue(lambda path: save_preview(path, model), files.out)
    return {
        "model": model.model_id,
        "network": config.backbone,
        "mode": "preview",
        "classes": [{"id": c.id, "name": c.name} for c in model.classes],
        "fit_seconds": round(fit_seconds, 3),
        "seconds": round(time.monotonic() - started, 2),
        "sections": titles,
        "out": str(files.out),
    }


def predict_preview_to_files(
    model: PreviewModel,
    volume: Volume,
    files: PredictionFiles,
    config: PredictConfig | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Predict the facies of a survey with a preview, section by section, and write them.

    Parameters
    ----------
    model : PreviewModel
        With a source.
    volume : Volume
        The survey it was fitted on, or another.
    files : PredictionFiles
    config : PredictConfig, optional
    progress : Progress, optional

    Returns
    -------
    dict
        As :func:`seisview.workflows.facies.predict.predict_to_files`.

    Raises
    ------
    ModelError
        If the weights that the features need are not here.
    ExportError
        If the disk fails; nothing half-written is left behind.
    """
    prediction = Prediction(
        model_ids=(model.model_id,),
        label_revision=model.label_revision,
        scheme=FaciesScheme(model.classes),
        axis=_source(model).axis,
        predict=partial(predict_preview, model),
    )
    config = config or PredictConfig()
    return write_prediction(prediction, volume, files, config, _provenance(model), progress)


def predict_preview(
    model: PreviewModel,
    volume: Volume,
    sink: FaciesSink,
    progress: Progress,
    first: SectionKey | None = None,
    config: PredictConfig | None = None,
    done: Collection[SectionKey] = (),
) -> tuple[SectionKey, ...]:
    """Predict the volume with a preview: the visible section first; as :func:`predict_facies` otherwise."""
    config, source = config or PredictConfig(), _source(model)
    features_of = _features_from(source, volume, config, progress)
    wanted = sections_outwards(volume.geometry, first, config, source.axis)
    keys = tuple(key for key in wanted if key not in done)
    carried_to = _carrying(model, volume, progress)

    def judge(key: SectionKey) -> tuple[Facies, Confidence]:
        section = volume.read_section(key)
        live = live_traces(section)
        facies, confidence = preview_section(model, features_of(key, section), section.shape, carried_to(key))
        return facies * live.astype(np.uint8), confidence * live.astype(np.float32)

    write_sections(keys, judge, sink, progress)
    return keys


def _carrying(
    model: PreviewModel, volume: Volume, progress: Progress
) -> Callable[[SectionKey], CarriedLabels | None]:
    """Return what carries the labels to a section, where there are any of this survey."""
    if volume.fingerprint != _source(model).fingerprint or volume.geometry.is_2d or not model.labels:
        return lambda _key: None
    dips = survey_dips(volume, progress)
    return partial(carried_to_preview, model, dips)


def _features_from(
    source: FeatureSource, volume: Volume, config: PredictConfig, progress: Progress
) -> Callable[[SectionKey, Any], FeatureArray]:
    """Return what gives the features of a section: out of the cache where they are, else made."""
    from seisview.learn.features.extractor import FeatureExtractor, check_weights

    check_weights(source.config, source.weights_hash)
    statistics, cached = source.statistics, None
    if volume.fingerprint != source.fingerprint:
        statistics = measure_amplitudes(volume, progress)
    else:
        cached = _same(survey_features(volume, statistics, source.config), source)
    extractor: FeatureExtractor | None = None

    def features_of(key: SectionKey, section: Any) -> FeatureArray:
        nonlocal extractor
        found = None if cached is None else cached.find(key)
        if found is not None:
            return found
        extractor = extractor or FeatureExtractor(_on_device(source.config, config), statistics)
        return extractor.features(section, source.projection, progress.check)

    return features_of


def _same(features: FeatureVolume | None, source: FeatureSource) -> FeatureVolume | None:
    if features is None:
        return None
    same = np.array_equal(features.projection.matrix, source.projection.matrix) and np.array_equal(
        features.projection.mean, source.projection.mean
    )
    return features if same else None


def _on_device(config: FeatureConfig, predict: PredictConfig) -> FeatureConfig:
    from dataclasses import replace

    return replace(config, device=predict.device, spare_cores=predict.spare_cores)


def _source(model: PreviewModel) -> FeatureSource:
    if model.source is None:
        raise ModelError("The preview does not say how its features are made.", "Fit it again.")
    return model.source


def _main_axis(keys: tuple[SectionKey, ...]) -> Axis:
    crosslines = sum(key.axis is Axis.CROSSLINE for key in keys)
    return Axis.CROSSLINE if 2 * crosslines > len(keys) else Axis.INLINE


def _provenance(model: PreviewModel) -> dict[str, str]:
    return {
        "model": model.model_id,
        "network": f"{_source(model).config.backbone}, preview",
        "labels": f"revision {model.label_revision}",
        "predicted": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def single_preview(paths: list[Path]) -> PreviewModel | None:
    """Return the preview among model files; None when there is none.

    Raises
    ------
    ModelError
        If a preview stands beside other models: it is not fused.
    """
    previews = [path for path in paths if is_preview(path)]
    if not previews:
        return None
    if len(paths) > 1:
        raise ModelError(
            f"{previews[0].name} is a preview, which is not combined with other models.",
            "Give it alone, or leave it out.",
        )
    return load_preview(previews[0])
