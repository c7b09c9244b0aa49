"""Facies of a survey from trained models, straight into files."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import scratch_folder
from seisview.data.geometry import SurveyGeometry
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.export.content import ByteArray, ContentKind
from seisview.export.guard import refuse_overwriting
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.learn.config import PredictConfig
from seisview.learn.trained import TrainedSegmenter
from seisview.progress import Progress
from seisview.project.results import FaciesProvenance, FaciesResult, create_result
from seisview.workflows.export import ExportOptions, export_content, facies_content
from seisview.workflows.segment import predict_facies


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


def predict_to_files(
    models: Sequence[TrainedSegmenter],
    volume: Volume,
    files: PredictionFiles,
    config: PredictConfig | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Predict the facies of a survey and write them, and the confidence when asked for.

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
    config, progress = config or PredictConfig(), progress or Progress()
    outputs = [path for path in (files.facies, files.confidence) if path is not None]
    for path in outputs:
        refuse_overwriting(path, [volume.info.path])
    started = time.monotonic()
    scheme = fused_scheme(models)
    origin = FaciesProvenance(
        tuple(model.model_id for model in models), models[0].label_revision, scheme, volume.fingerprint
    )
    with room_for_result(volume.geometry, origin, files.facies) as result:
        predict_facies(models, volume, result, progress, config=config)
        written = write_result(result, volume, files, provenance_of(models, config), progress)
        counts = class_counts(result.facies)
    return {
        **written,
        "models": [model.model_id for model in models],
        "classes": [{**row, "samples": int(counts[row["id"]])} for row in scheme.to_dicts()],
        "n_not_predicted": int(counts[0]),
        "seconds": round(time.monotonic() - started, 2),
    }


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


@contextmanager
def room_for_result(
    geometry: SurveyGeometry, origin: FaciesProvenance, beside: Path
) -> Iterator[FaciesResult]:
    """Room on disk, beside the output, for what is predicted section by section; gone afterwards."""
    with scratch_folder(beside) as folder:
        result = create_result(folder, geometry, origin)
        try:
            yield result
        finally:
            result.delete()


def write_result(
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
