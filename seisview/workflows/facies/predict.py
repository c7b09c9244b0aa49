"""Facies of a survey from trained models, straight into files."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.volume import Volume
from seisview.errors import Cancelled
from seisview.events import Note
from seisview.export.content import ByteArray, ContentKind
from seisview.export.guard import refuse_overwriting
from seisview.learn.config import PredictConfig
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.progress import Progress
from seisview.project.results import FaciesResult
from seisview.workflows.export import ExportOptions, export_content, facies_content
from seisview.workflows.facies.predict_resumably import Prediction, Target, can_go_on, predict_into
from seisview.workflows.facies.unfinished import unfinished_key, unfinished_result, unfinished_room


@dataclass(frozen=True, slots=True)
class PredictionFiles:
    """Where predictions go; the suffix says the format (``.sgy``, ``.npy``, ``.zarr``).

    Attributes
    ----------
    facies : Path
    confidence : Path or None
    sample_format : int or None
        SEG-Y sample format; None takes the survey's own when it fits.
    """

    facies: Path
    confidence: Path | None = None
    sample_format: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "facies", Path(self.facies))
        if self.confidence is not None:
            object.__setattr__(self, "confidence", Path(self.confidence))


def predict_to_files(
    models: Sequence[TrainedSegmenter],
    volume: Volume,
    files: PredictionFiles,
    config: PredictConfig | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Predict the facies of a survey and write them, and the confidence when asked for.

    What was predicted before the same call was stopped is taken from the cache folder.

    Parameters
    ----------
    models : sequence of TrainedSegmenter
        At least one; several are fused as `config` says.
    volume : Volume
    files : PredictionFiles
        Files have the survey's shape; lines that `config` leaves out are 0.
    config : PredictConfig, optional
    progress : Progress, optional

    Returns
    -------
    dict
        What was written and how often each class occurs, as plain data.

    Raises
    ------
    ModelError
        If the models do not fit each other or the survey.
    ExportError
        If the disk fails; nothing half-written is left behind.
    """
    config = config or PredictConfig()
    prediction = Prediction.by_segmenters(models)
    return write_prediction(prediction, volume, files, config, provenance_of(models, config), progress)


def write_prediction(
    prediction: Prediction,
    volume: Volume,
    files: PredictionFiles,
    config: PredictConfig,
    provenance: dict[str, str],
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Predict into files, going on where the same prediction was stopped; see :func:`predict_to_files`.

    Parameters
    ----------
    prediction : Prediction
    volume, files, config, progress
    provenance : dict of str to str
        What exported files say about where they come from.

    Raises
    ------
    Cancelled
        If the job was asked to stop; says what is kept.
    """
    progress = progress or Progress()
    for path in (files.facies, files.confidence):
        if path is not None:
            refuse_overwriting(path, [volume.info.path])
    started = time.monotonic()
    target = Target(volume, files.facies.parent, files.facies.stem)
    with _room(prediction, volume, files, config) as folder:
        target = replace(target, results_folder=folder, partial=unfinished_result(folder, volume.fingerprint))
        with closing(_predicted(prediction, target, config, progress)) as result:
            written = _write_result(result, volume, files, provenance, progress)
            counts = class_counts(result.facies)
    return {
        **written,
        "models": list(prediction.model_ids),
        "classes": [{**row, "samples": int(counts[row["id"]])} for row in prediction.scheme.to_dicts()],
        "n_not_predicted": int(counts[0]),
        "seconds": round(time.monotonic() - started, 2),
    }


def provenance_of(models: Sequence[TrainedSegmenter], config: PredictConfig) -> dict[str, str]:
    """What exported files say about the models they come from."""
    origin = {
        "model": " + ".join(model.model_id for model in models),
        "network": ", ".join(dict.fromkeys(model.config.backbone for model in models)),
        "labels": ", ".join(f"revision {model.label_revision}" for model in models),
        "predicted": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    return origin | ({"fusion": config.fusion} if len(models) > 1 else {})


def class_counts(facies: ByteArray) -> npt.NDArray[np.int64]:
    """Samples of each class id in a facies volume, inline by inline, so that a large one stays on disk."""
    total = np.zeros(256, np.int64)
    for inline in facies:
        total += np.bincount(inline.ravel(), minlength=256)
    return total


def _room(
    prediction: Prediction, volume: Volume, files: PredictionFiles, config: PredictConfig
) -> AbstractContextManager[Path]:
    settings = config.axis, config.lines, config.fusion
    key = unfinished_key(volume.fingerprint, prediction.model_ids, prediction.label_revision, *settings)
    return unfinished_room(key, 2 * math.prod(volume.geometry.shape), files.facies)


def _predicted(
    prediction: Prediction, target: Target, config: PredictConfig, progress: Progress
) -> FaciesResult:
    """What was predicted before, completed if need be."""
    before = target.partial
    if before is not None and before.complete:
        return before
    if before is not None and can_go_on(prediction, target, config):
        progress.emit(Note(f"Going on after {before.n_sections_done} sections that were predicted before."))
    try:
        return predict_into(prediction, target, config, progress)
    except Cancelled as stop:
        raise Cancelled("the same command goes on where it stopped") from stop


def _write_result(
    result: FaciesResult,
    volume: Volume,
    files: PredictionFiles,
    provenance: dict[str, str],
    progress: Progress,
) -> dict[str, Any]:
    """Write what was predicted, and say which formats it has."""
    options, written = ExportOptions(files.sample_format), {}
    for kind, values, path in (
        (ContentKind.FACIES, result.facies, files.facies),
        (ContentKind.CONFIDENCE, result.confidence, files.confidence),
    ):
        if path is not None:
            content = facies_content(kind, values, volume, result.scheme, provenance)
            written[str(kind)] = str(path)
            written[f"{kind}_format"] = export_content(content, volume, path, options, progress)
    return written
