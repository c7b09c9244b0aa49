"""A trained Siamese network with all that is needed to use it, as an object and as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from seisview.events import TrainingStep
from seisview.learn.device import Device
from seisview.learn.matching.confidence import Calibration
from seisview.learn.matching.config import SiameseConfig
from seisview.learn.matching.siamese import SiameseNetwork
from seisview.learn.networks.stored_weights import check_weights
from seisview.learn.tensor_files import FileKind, read_model, write_tensors

FILE = FileKind("seisview siamese", 1, "similarity model", "Choose one that train-match wrote.")


@dataclass(frozen=True, slots=True, eq=False)
class TrainedSiamese:
    """A network that embeds patches.

    Attributes
    ----------
    model_id : str
        Hash of the weights.
    config : SiameseConfig
    weights : mapping of str to Tensor
        On the CPU. Not to be changed.
    calibration : Calibration
        From similarities (negative distances) to the probability of the same class, from held-out patches.
    class_names : tuple of str
        Of the patches it was trained on; empty when it was trained without labels.
    training : mapping
        How it was trained, as plain values.
    metrics : dict of str to float
        ``validation_map``, ``validation_p1``, ``validation_p3`` of the kept weights.
    history : tuple of TrainingStep
        The training curve.
    """

    model_id: str
    config: SiameseConfig
    weights: Mapping[str, Tensor]
    calibration: Calibration
    class_names: tuple[str, ...]
    training: Mapping[str, Any]
    metrics: dict[str, float]
    history: tuple[TrainingStep, ...] = ()

    def network(self, device: Device) -> SiameseNetwork:
        """Return the network, ready to embed on a device."""
        network = SiameseNetwork(self.config)
        network.load_state_dict(dict(self.weights))
        device.place(network)
        return network.eval()


def weights_id(weights: Mapping[str, Tensor]) -> str:
    """Return 12 hexadecimal digits that name weights."""
    digest = hashlib.blake2b(digest_size=6)
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].contiguous().view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def save_siamese(path: Path, model: TrainedSiamese) -> None:
    """Write a model, whole or not at all; :class:`ExportError` when that cannot be done."""
    described = FILE.describe(
        model_id=model.model_id,
        config=model.config.to_dict(),
        calibration=asdict(model.calibration),
        class_names=list(model.class_names),
        training=dict(model.training),
        metrics=model.metrics,
        history=[[s.step, s.n_steps, s.loss, s.metrics] for s in model.history],
    )
    write_tensors(path, model.weights, described)


def load_siamese(path: Path) -> TrainedSiamese:
    """Read what :func:`save_siamese` wrote.

    Raises
    ------
    ModelError
        If the file is missing, damaged, of another kind, or of a newer version.
    """
    return read_model(path, FILE, _restore)


def _restore(described: dict[str, Any], weights: dict[str, Tensor]) -> TrainedSiamese:
    config = SiameseConfig(**described["config"])
    check_weights(partial(SiameseNetwork, config), weights)
    calibration = described["calibration"]
    return TrainedSiamese(
        model_id=str(described["model_id"]),
        config=config,
        weights=weights,
        calibration=Calibration(
            float(calibration["slope"]), float(calibration["offset"]), str(calibration["source"])
        ),
        class_names=tuple(str(name) for name in described["class_names"]),
        training=dict(described["training"]),
        metrics={str(k): float(v) for k, v in described["metrics"].items()},
        history=tuple(TrainingStep(*row) for row in described["history"]),
    )
