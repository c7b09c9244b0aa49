"""Facies segmentation as a task of the training loop: class-weighted cross-entropy on labelled samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.data.amplitude import AmplitudeStatistics
from seisview.events import Note
from seisview.labels.facies import FaciesClass
from seisview.learn.augment import Augmentation
from seisview.learn.budget import Budget
from seisview.learn.checkpoint import model_id
from seisview.learn.config import DEFAULT_STEPS, STRIDE, SegmenterConfig, TrainConfig
from seisview.learn.device import Device
from seisview.learn.labelled import LabelledData, LabelledSection
from seisview.learn.metrics import ConfusionMatrix
from seisview.learn.normalisation import settle_batch_norms
from seisview.learn.pretrained import load_pretrained
from seisview.learn.sampling import Crop, CropSampler, covering_crops
from seisview.learn.segmenter import Segmenter
from seisview.learn.splits import Block, choose_block, split_by_block
from seisview.learn.targets import IGNORE
from seisview.learn.trained import Provenance, TrainedSegmenter
from seisview.learn.training import FitConfig, FitOutcome, fit
from seisview.progress import Progress

MAX_VALIDATION_SAMPLES = 6 * 448**2
SETTLING_BATCHES = 4
LARGEST_CROP = 448
MAX_BATCH_SIZE = 16
MAX_CLASS_WEIGHT = 10.0
_SCRATCH_FACTOR = 10.0

Weights = dict[str, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class TrainedNetwork:
    """What :func:`fit_segmenter` returns.

    Attributes
    ----------
    config : SegmenterConfig
    weights : dict of str to Tensor
        On the CPU, float32.
    outcome : FitOutcome
    block : Block or None
        What was held out for validation.
    """

    config: SegmenterConfig
    weights: Weights
    outcome: FitOutcome
    block: Block | None = None


def fit_segmenter(
    data: LabelledData, config: TrainConfig, budget: Budget, device: Device, progress: Progress
) -> TrainedNetwork:
    """Train a segmenter on labelled sections.

    A block of the labels is held out for validation where they can be divided
    (:func:`seisview.learn.splits.choose_block`); the weights with the best mean IoU there are kept.
    It is said when they cannot be divided.

    Raises
    ------
    ModelError
        If the starting weights do not fit, memory does not suffice or training diverges.
    Cancelled
        If the job was asked to stop.
    """
    crop = config.crop or default_crop(data.sections)
    shape = SegmenterConfig(
        len(data.targets),
        config.backbone,
        dropout=config.dropout,
        smallest_input=crop,
        decoder="reference",
    )
    train, validation, block = _divide(data, config, progress)
    with seeded(config.seed, device):
        network = Segmenter(shape)
        if config.starts_from_file and config.backbone_file is not None:
            load_pretrained(config.backbone_file, network)
        device.place(network)
        task = SegmentationTask(network, train, validation, config, device)
        batch_size = config.batch_size or default_batch_size(crop, device)
        outcome = fit(task, FitConfig(budget, device, batch_size, config.weight_decay), progress)
    weights = {k: v.detach().cpu().contiguous() for k, v in network.state_dict().items()}
    return TrainedNetwork(shape, weights, outcome, block)


@contextmanager
def seeded(seed: int, device: Device) -> Iterator[None]:
    """Seed torch's own generators (weights, dropout) inside, and restore them afterwards."""
    devices = [torch.cuda.current_device()] if device.name == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield


def training_budget(config: TrainConfig, started: float) -> Budget:
    """Return the budget of a job that began at `started` (``time.monotonic()``)."""
    steps = DEFAULT_STEPS if config.steps is None and config.minutes is None else config.steps
    return Budget(steps, None if config.minutes is None else 60.0 * config.minutes, started)


def default_crop(sections: Sequence[LabelledSection]) -> tuple[int, int]:
    """Return the reference's 448 x 448, or about 7/8 of the longest section along sides that are shorter.

    What a place looks like from afar tells facies apart: on a real survey crops of 192 x 192 reached half
    the mean IoU of these in the same time. A crop of the whole section would never be in two places.
    """
    rows, columns = (max(s.targets.shape[axis] for s in sections) for axis in (0, 1))
    return _crop_side(rows), _crop_side(columns)


def _crop_side(longest: int) -> int:
    return min(LARGEST_CROP, max(2 * STRIDE, longest * 7 // 8 // STRIDE * STRIDE))


def default_batch_size(crop: tuple[int, int], device: Device) -> int:
    """Crops per step: on a CPU about as many samples as one crop of 448 x 448, on a GPU eight times that."""
    most = LARGEST_CROP**2 * (1 if device.is_cpu else 8)
    return min(MAX_BATCH_SIZE, max(1, round(most / (crop[0] * crop[1]))))


def class_weights(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """One over the square root of the frequency over the whole set of labels, at most 10.

    The plain inverse, applied to crops that favour rare classes already, paints the rare classes everywhere.

    Parameters
    ----------
    counts : ndarray, shape (n_classes,)
        Labelled samples per class; a class without any gets weight 0.
    """
    present = counts > 0
    weights = np.zeros(len(counts))
    weights[present] = np.sqrt(counts.sum() / (present.sum() * counts[present]))
    return np.minimum(weights, MAX_CLASS_WEIGHT).astype(np.float32)


class SegmentationTask:
    """Draws crops of labelled sections and scores the segmenter on them.

    Parameters
    ----------
    network : Segmenter
        On `device` already.
    train, validation : sequence of LabelledSection
        Apart in space; `validation` may be empty.
    config : TrainConfig
    device : Device
    """

    def __init__(
        self,
        network: Segmenter,
        train: Sequence[LabelledSection],
        validation: Sequence[LabelledSection],
        config: TrainConfig,
        device: Device,
    ) -> None:
        self.network = network
        self._config = config
        self._device = device
        crop = network.config.smallest_input
        n_classes = network.config.n_classes
        self._sampler = CropSampler(train, n_classes, crop, np.random.default_rng(config.seed))
        generator = torch.Generator().manual_seed(config.seed)
        self._augment = Augmentation(config.flip, config.noise, generator)
        self._weights = torch.from_numpy(class_weights(self._sampler.class_counts)).to(device.name)
        self._validation = _spread([c for s in validation for c in covering_crops(s, crop)])

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The whole backbone, stem included, and the rest, each with its learning rate."""
        config = self._config
        factor = 1.0 if config.starts_from_file else _SCRATCH_FACTOR
        backbone = list(self.network.backbone.parameters())
        inside = {id(parameter) for parameter in backbone}
        rest = [p for p in self.network.parameters() if id(p) not in inside]
        return [
            {"params": backbone, "lr": factor * config.learning_rate_backbone},
            {"params": rest, "lr": factor * config.learning_rate_head},
        ]

    def loss(self, batch_size: int) -> Tensor:
        """Class-weighted cross-entropy of one batch of augmented crops, over labelled samples only."""
        amplitude, targets = self._tensors(*self._sampler.batch(batch_size))
        amplitude, targets = self._augment(amplitude, targets)
        return self._cross_entropy(self._logits(amplitude), targets.to(self._device.name))

    def settle(self, batch_size: int) -> None:
        """Average the batch-norm statistics over a few training batches, without dropout."""

        def forward() -> None:
            amplitude, targets = self._tensors(*self._sampler.batch(batch_size))
            self._logits(self._augment(amplitude, targets)[0])

        settle_batch_norms(self.network, forward, SETTLING_BATCHES)

    def validate(self) -> dict[str, float]:
        """Loss, pixel accuracy and mean IoU over the held-out block, from one confusion matrix."""
        if not self._validation:
            return {}
        matrix = ConfusionMatrix(self.network.config.n_classes)
        total, weight = 0.0, 0
        for amplitude, targets in self._validation:
            inputs, truth = self._tensors(amplitude[None], targets[None])
            logits = self._logits(inputs)
            n_labelled = int((targets != IGNORE).sum())
            total += n_labelled * float(self._cross_entropy(logits, truth.to(self._device.name)))
            weight += n_labelled
            matrix.add(targets, logits[0].argmax(0).cpu().numpy())
        return {
            "validation_loss": total / weight,
            "validation_pixel_accuracy": matrix.pixel_accuracy,
            "validation_mean_iou": matrix.mean_iou,
        }

    def _tensors(
        self, amplitude: npt.NDArray[np.float32], targets: npt.NDArray[np.uint8]
    ) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(amplitude)[:, None], torch.from_numpy(targets).long()

    def _logits(self, amplitude: Tensor) -> Tensor:
        inputs = amplitude.to(self._device.name, memory_format=torch.channels_last)
        with self._device.autocast():
            logits: Tensor = self.network(inputs)
        return logits

    def _cross_entropy(self, logits: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(logits, targets, weight=self._weights, ignore_index=IGNORE)


def _divide(
    data: LabelledData, config: TrainConfig, progress: Progress
) -> tuple[tuple[LabelledSection, ...], tuple[LabelledSection, ...], Block | None]:
    block = choose_block(data.sections, len(data.targets), config.validation_fraction)
    if block is not None:
        return *split_by_block(data.sections, block), block
    if config.validation_fraction > 0:
        progress.emit(
            Note(
                "The labels are too few or too close together to hold some out: there is no validation curve."
            )
        )
    return data.sections, (), None


def _spread(crops: list[Crop]) -> list[Crop]:
    most = max(4, MAX_VALIDATION_SAMPLES // crops[0][1].size) if crops else 0
    if len(crops) <= most:
        return crops
    picked = np.linspace(0, len(crops) - 1, most).round().astype(int)
    return [crops[i] for i in picked]


def assemble(
    network: TrainedNetwork,
    classes: tuple[FaciesClass, ...],
    statistics: AmplitudeStatistics,
    provenance: Provenance,
    seconds: float,
) -> TrainedSegmenter:
    """Put a trained network together with what is needed to use it later."""
    outcome = network.outcome
    losses = [step.loss for step in outcome.history[-max(1, len(outcome.history) // 10) :]]
    metrics = dict(outcome.metrics)
    if losses:
        metrics["training_loss"] = float(np.mean(losses))
    done = {
        "steps_done": outcome.steps,
        "best_step": outcome.best_step,
        "batch_size_used": outcome.batch_size,
        "validation_block": "" if network.block is None else str(network.block),
    }
    return TrainedSegmenter(
        model_id=model_id(network.weights, classes),
        config=network.config,
        weights=network.weights,
        classes=classes,
        statistics=statistics,
        provenance=replace(provenance, training={**provenance.training, **done}),
        metrics=metrics,
        history=outcome.history,
        seconds=seconds,
    )
