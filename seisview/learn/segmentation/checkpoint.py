"""Segmenters as files: safetensors with one JSON entry of metadata; nothing is pickled."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis
from seisview.events import TrainingStep
from seisview.labels.facies import FaciesClass
from seisview.learn.config import SegmenterConfig
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.networks.stored_weights import check_weights
from seisview.learn.samples.packed_labels import PREFIX, packed_labels, unpacked_labels
from seisview.learn.segmentation.trained import Provenance, TrainedSegmenter
from seisview.learn.tensor_files import FileKind, read_model, write_tensors

FILE = FileKind(
    "seisview segmenter",
    3,
    "facies model",
    "Choose a model that was trained here; backbones are given to training instead.",
)


def model_id(weights: Mapping[str, Tensor], classes: tuple[FaciesClass, ...]) -> str:
    """Return 12 hexadecimal digits that name a model: a hash of its weights and class ids."""
    digest = hashlib.blake2b(repr([c.id for c in classes]).encode(), digest_size=6)
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].contiguous().view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def save_segmenter(path: Path, segmenter: TrainedSegmenter) -> None:
    """Write a segmenter, whole or not at all.

    Raises
    ------
    ExportError
        If the disk is full, or the folder is missing or not writable.
    """
    write_tensors(path, _tensors(segmenter), _describe(segmenter))


def load_segmenter(path: Path) -> TrainedSegmenter:
    """Read what :func:`save_segmenter` wrote.

    Raises
    ------
    ModelError
        If the file is missing, damaged, of another kind, or of a newer version.
    """
    return read_model(path, FILE, _restore)


def _tensors(segmenter: TrainedSegmenter) -> dict[str, Tensor]:
    packed = packed_labels(segmenter.labels)
    return {**segmenter.weights, **{name: torch.from_numpy(value) for name, value in packed.items()}}


def _describe(segmenter: TrainedSegmenter) -> dict[str, Any]:
    provenance = segmenter.provenance
    return FILE.describe(
        model_id=segmenter.model_id,
        config=segmenter.config.to_dict(),
        classes=[{"id": c.id, "name": c.name, "color": c.color} for c in segmenter.classes],
        statistics=segmenter.statistics.to_dict(),
        fingerprint=provenance.fingerprint,
        label_revision=provenance.label_revision,
        created=provenance.created,
        axis=provenance.axis.value,
        training=dict(provenance.training),
        metrics=segmenter.metrics,
        history=[[s.step, s.n_steps, s.loss, s.metrics] for s in segmenter.history],
        seconds=segmenter.seconds,
        temperature=segmenter.temperature,
    )


def _restore(described: dict[str, Any], weights: dict[str, Tensor]) -> TrainedSegmenter:
    if described["version"] == 1:
        described, weights = _from_version_1(described, weights)
    config = SegmenterConfig(**described["config"])
    labels = {name: weights.pop(name).numpy() for name in [*weights] if name.startswith(PREFIX)}
    classes = tuple(FaciesClass(c["id"], c["name"], c["color"]) for c in described["classes"])
    if len(classes) != config.n_classes:
        raise ValueError("number of classes")
    provenance = Provenance(
        str(described["fingerprint"]),
        int(described["label_revision"]),
        str(described["created"]),
        Axis(described["axis"]),
        dict(described["training"]),
    )
    segmenter = TrainedSegmenter(
        model_id=str(described["model_id"]),
        config=config,
        weights=weights,
        classes=classes,
        statistics=AmplitudeStatistics.from_dict(described["statistics"]),
        provenance=provenance,
        metrics={str(k): float(v) for k, v in described["metrics"].items()},
        history=tuple(TrainingStep(*row) for row in described["history"]),
        seconds=float(described["seconds"]),
        temperature=float(described.get("temperature", 1.0)),
        labels=unpacked_labels(labels),
    )
    if not 0 < segmenter.temperature < math.inf:
        raise ValueError("temperature")
    check_weights(partial(Segmenter, config), weights)
    return segmenter


def _from_version_1(
    described: dict[str, Any], weights: dict[str, Tensor]
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Only the reference decoder was known, and was one module with the classifier."""
    config = {**described["config"], "decoder": "reference", "depth": False}
    renamed = {name.replace("head.classify.", "classify."): value for name, value in weights.items()}
    renamed = {name.replace("head.", "decoder."): value for name, value in renamed.items()}
    return {**described, "config": config}, renamed
