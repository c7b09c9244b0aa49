"""Segmenters as files: safetensors with one JSON entry of metadata; nothing is pickled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from seisview.atomic import replacing, scratch_folder
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis
from seisview.errors import ModelError
from seisview.events import TrainingStep
from seisview.labels.facies import FaciesClass
from seisview.learn.config import SegmenterConfig
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.networks.weights import damaged
from seisview.learn.samples.packed_labels import PREFIX, packed_labels, unpacked_labels
from seisview.learn.segmentation.trained import Provenance, TrainedSegmenter

VERSION = 3
KIND = "seisview segmenter"
_ENTRY = "seisview"


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
    metadata = {_ENTRY: json.dumps(_describe(segmenter))}
    # A folder of its own: safetensors leaves a temporary file of its own beside the target when it is killed.
    with replacing(path) as temporary, scratch_folder(path) as folder:
        file = folder / temporary.name
        file.touch()
        permissions = file.stat().st_mode  # as the umask says; safetensors lets only the owner read
        try:
            save_file(_tensors(segmenter), file, metadata)
            file.chmod(permissions)
            file.replace(temporary)
        except SafetensorError as error:
            raise OSError(_errno_of(error), str(error)) from error


def load_segmenter(path: Path) -> TrainedSegmenter:
    """Read what :func:`save_segmenter` wrote.

    Raises
    ------
    ModelError
        If the file is missing, damaged, of another kind, or of a newer version.
    """
    if not path.is_file():
        raise ModelError(f"There is no model file {path}.", "Check the path.")
    try:
        with safe_open(path, framework="pt") as file:
            entry = (file.metadata() or {}).get(_ENTRY)
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except (SafetensorError, OSError) as error:
        raise damaged(path) from error
    described = _parse(path, entry)
    try:
        return _restore(described, weights)
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise ModelError(
            f"{path.name} holds a damaged model description.", "Train and save the model again."
        ) from error


def _tensors(segmenter: TrainedSegmenter) -> dict[str, Tensor]:
    packed = packed_labels(segmenter.labels)
    return {**segmenter.weights, **{name: torch.from_numpy(value) for name, value in packed.items()}}


def _describe(segmenter: TrainedSegmenter) -> dict[str, Any]:
    provenance = segmenter.provenance
    return {
        "kind": KIND,
        "version": VERSION,
        "model_id": segmenter.model_id,
        "config": segmenter.config.to_dict(),
        "classes": [{"id": c.id, "name": c.name, "color": c.color} for c in segmenter.classes],
        "statistics": segmenter.statistics.to_dict(),
        "fingerprint": provenance.fingerprint,
        "label_revision": provenance.label_revision,
        "created": provenance.created,
        "axis": provenance.axis.value,
        "training": dict(provenance.training),
        "metrics": segmenter.metrics,
        "history": [[s.step, s.n_steps, s.loss, s.metrics] for s in segmenter.history],
        "seconds": segmenter.seconds,
        "temperature": segmenter.temperature,
    }


def _parse(path: Path, entry: str | None) -> dict[str, Any]:
    try:
        described = json.loads(entry or "{}")
    except json.JSONDecodeError as error:
        raise damaged(path) from error
    if not isinstance(described, dict) or described.get("kind") != KIND:
        raise ModelError(
            f"{path.name} is no facies model of seisview.",
            "Choose a model that was trained here; backbones are given to training instead.",
        )
    version = described.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ModelError(f"{path.name} was written by a newer seisview.", "Install the newest version.")
    return described


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
    _check_weights(config, weights)
    return segmenter


def _from_version_1(
    described: dict[str, Any], weights: dict[str, Tensor]
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Only the reference decoder was known, and was one module with the classifier."""
    config = {**described["config"], "decoder": "reference", "depth": False}
    renamed = {name.replace("head.classify.", "classify."): value for name, value in weights.items()}
    renamed = {name.replace("head.", "decoder."): value for name, value in renamed.items()}
    return {**described, "config": config}, renamed


def _check_weights(config: SegmenterConfig, weights: dict[str, Tensor]) -> None:
    with torch.device("meta"):
        wanted = Segmenter(config).state_dict()
    if {k: v.shape for k, v in wanted.items()} != {k: v.shape for k, v in weights.items()}:
        raise ValueError("weights do not fit the network")


def _errno_of(error: SafetensorError) -> int:
    """Find the system's error number in the text, e.g. "... No space left on device (os error 28)"."""
    digits = str(error).rpartition("os error ")[2].split(")")[0]
    return int(digits) if digits.isdigit() else 0
