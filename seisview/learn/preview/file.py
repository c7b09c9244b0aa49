"""Previews as files: safetensors with one JSON entry of metadata; nothing is pickled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis
from seisview.errors import ModelError, VolumeError
from seisview.labels.facies import FaciesClass
from seisview.learn.features.config import RECIPE, FeatureConfig
from seisview.learn.features.projection import Projection
from seisview.learn.preview.config import PreviewConfig
from seisview.learn.preview.head import PreviewHead
from seisview.learn.preview.model import FeatureSource, PreviewModel
from seisview.learn.samples.packed_labels import PREFIX, packed_labels, unpacked_labels
from seisview.learn.tensor_files import FileKind, damaged, read_entry, write_tensors

FILE = FileKind("seisview preview", 2, "preview", "Train one with the mode preview.")
_ARRAYS = ("head.mean", "head.scale", "head.weights", "projection.mean", "projection.matrix")


def save_preview(path: Path, model: PreviewModel) -> None:
    """Write a preview, whole or not at all.

    Raises
    ------
    ModelError
        If the model does not say how its features are made.
    ExportError
        If the disk is full, or the folder is missing or not writable.
    """
    if model.source is None:
        raise ModelError("The preview does not say how its features are made.", "Fit it again.")
    head, projection = model.head, model.source.projection
    arrays = (head.mean, head.scale, head.weights, projection.mean, projection.matrix)
    named: dict[str, npt.NDArray[Any]] = {
        name: np.ascontiguousarray(array) for name, array in zip(_ARRAYS, arrays, strict=True)
    }
    named |= packed_labels(model.labels)
    write_tensors(path, named, _describe(model, model.source))


def is_preview(path: Path) -> bool:
    """Whether a file is a preview and no other model; False when it cannot be read."""
    try:
        return read_entry(path).get("kind") == FILE.name
    except ModelError:
        return False


def load_preview(path: Path) -> PreviewModel:
    """Read what :func:`save_preview` wrote.

    Raises
    ------
    ModelError
        If the file is missing, damaged, of another kind, or of a newer version.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    described = _checked(path)
    try:
        arrays = load_file(path)
        return _restored(described, arrays)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, AttributeError, VolumeError) as error:
        raise damaged(path) from error


def _describe(model: PreviewModel, source: FeatureSource) -> dict[str, Any]:
    weights = source.config.weights
    return FILE.describe(
        recipe=RECIPE,
        model_id=model.model_id,
        head=model.head.config.to_dict(),
        classes=[{"id": c.id, "name": c.name, "color": c.color} for c in model.classes],
        label_revision=model.label_revision,
        features=source.config.to_dict(),
        weights_file=str(weights) if isinstance(weights, Path) else "",
        weights_hash=source.weights_hash,
        statistics=source.statistics.to_dict(),
        fingerprint=source.fingerprint,
        axis=source.axis.value,
    )


def _checked(path: Path) -> dict[str, Any]:
    described = FILE.read(path)
    if described.get("recipe") != RECIPE:
        raise ModelError(
            f"The features of {path.name} are made differently in this version.", "Train the preview again."
        )
    return described


def _restored(described: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> PreviewModel:
    values = dict(described["features"])
    if described["weights_file"]:
        values["weights"] = Path(described["weights_file"])
    values["axis"] = None if values["axis"] is None else Axis(values["axis"])
    config = FeatureConfig(**{**values, "cell": tuple(values["cell"])})
    classes = tuple(FaciesClass(c["id"], c["name"], c["color"]) for c in described["classes"])
    mean, scale, weights, *projection = (arrays[name] for name in _ARRAYS)
    head = PreviewHead(tuple(c.id for c in classes), PreviewConfig(**described["head"]), mean, scale, weights)
    source = FeatureSource(
        config,
        str(described["weights_hash"]),
        Projection(*projection),
        AmplitudeStatistics.from_dict(described["statistics"]),
        str(described["fingerprint"]),
        Axis(described["axis"]),
    )
    _check_shapes(head, source)
    labels = unpacked_labels({name: array for name, array in arrays.items() if name.startswith(PREFIX)})
    return PreviewModel(head, classes, int(described["label_revision"]), source, labels=labels)


def _check_shapes(head: PreviewHead, source: FeatureSource) -> None:
    n_inputs = source.config.dimensions + 1
    fits = (
        head.mean.shape == head.scale.shape == (n_inputs,)
        and head.weights.shape == (n_inputs + head.config.units + 1, len(head.ids))
        and source.projection.matrix.shape == (source.projection.n_channels, source.config.dimensions)
        and all(a.dtype == np.float32 and np.isfinite(a).all() for a in (head.mean, head.scale, head.weights))
    )
    if not fits:
        raise ValueError("arrays do not fit each other")
