"""From labelled sections to a trained segmenter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey
from seisview.events import Note
from seisview.labels.facies import FaciesClass
from seisview.learn.config import DEFAULT_STEPS, BackboneName, SegmenterConfig, TrainConfig
from seisview.learn.device import Device
from seisview.learn.networks.backbone import recognise
from seisview.learn.networks.pretrained import load_pretrained
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.samples.crops import default_batch_size, default_crop
from seisview.learn.samples.labelled import LabelledData, LabelledSection
from seisview.learn.samples.splits import Block, choose_block, split_by_block
from seisview.learn.samples.targets import Mask
from seisview.learn.segmentation.checkpoint import model_id
from seisview.learn.segmentation.task import SegmentationTask
from seisview.learn.segmentation.trained import Provenance, TrainedSegmenter
from seisview.learn.training.budget import Budget
from seisview.learn.training.loop import KEEP_LAST, FitConfig, FitOutcome, fit
from seisview.learn.training.schedules import SCHEDULES
from seisview.learn.training.stopping import stoppable
from seisview.progress import Progress

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
    temperature : float
        See :class:`seisview.learn.segmentation.trained.TrainedSegmenter`.
    """

    config: SegmenterConfig
    weights: Weights
    outcome: FitOutcome
    block: Block | None = None
    temperature: float = 1.0


def fit_segmenter(
    data: LabelledData, config: TrainConfig, budget: Budget, device: Device, progress: Progress
) -> TrainedNetwork:
    """Train a segmenter on labelled sections.

    A block of the labels is held out for validation where they can be divided
    (:func:`seisview.learn.samples.splits.choose_block`); probabilities are calibrated there, and if the
    recipe says so the weights with the best mean IoU there are kept. It is said when the labels cannot be
    divided.

    Raises
    ------
    ModelError
        If the starting weights do not fit, memory does not suffice or training diverges.
    Cancelled
        If the job was asked to stop.
    """
    recipe = config.rules
    crop = config.crop or default_crop(data.sections, recipe, data.fewest_traces)
    train, validation, block = _divide(data, config, progress)
    with seeded(config.seed, device):
        network = Segmenter(
            SegmenterConfig(
                len(data.targets),
                choose_backbone(config, device),
                smallest_input=crop,
                decoder=recipe.decoder,
                depth=recipe.depth,
                carried=data.carried,
            )
        )
        if config.starts_from_file and config.backbone_file is not None:
            load_pretrained(config.backbone_file, network)
        device.place(network)
        task = SegmentationTask(network, train, validation, config, device, data.steepest_dip)
        outcome = fit(task, _fit_config(config, budget, crop, device), progress)
        with stoppable(network, progress.check):
            temperature = task.temperature()
    weights = {k: v.detach().cpu().contiguous() for k, v in network.state_dict().items()}
    return TrainedNetwork(network.config, weights, outcome, block, temperature)


def _fit_config(config: TrainConfig, budget: Budget, crop: tuple[int, int], device: Device) -> FitConfig:
    recipe = config.rules
    return FitConfig(
        budget,
        device,
        config.batch_size or default_batch_size(crop, recipe, device),
        recipe.weight_decay,
        SCHEDULES[recipe.schedule],
        select="validation_mean_iou" if recipe.keep_best else KEEP_LAST,
        decoupled=recipe.optimizer == "adamw",
    )


def choose_backbone(config: TrainConfig, device: Device) -> BackboneName:
    """Return the network that ``"auto"`` means, see :class:`seisview.learn.config.TrainConfig`."""
    if config.backbone != "auto":
        return config.backbone
    if config.starts_from_file and config.backbone_file is not None:
        found = recognise(config.backbone_file)
        if found is not None:
            return found
    return "resnet18" if device.is_cpu and config.recipe != "reference" else "resnet50"


@contextmanager
def seeded(seed: int, device: Device) -> Iterator[None]:
    """Seed torch's own generators (weights, dropout) inside, and restore them afterwards."""
    devices = [torch.cuda.current_device()] if device.name == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield


def training_budget(config: TrainConfig, started: float) -> Budget:
    """Return the budget of a job that began at `started` on the clock that `config` names."""
    steps = DEFAULT_STEPS if config.steps is None and config.minutes is None else config.steps
    return Budget(steps, None if config.minutes is None else 60.0 * config.minutes, started, config.clock)


def _divide(
    data: LabelledData, config: TrainConfig, progress: Progress
) -> tuple[tuple[LabelledSection, ...], tuple[LabelledSection, ...], Block | None]:
    block = choose_block(data.sections, len(data.targets), config.held_out)
    if block is not None:
        return *split_by_block(data.sections, block), block
    if config.held_out > 0:
        progress.emit(
            Note(
                "The labels are too few or too close together to hold some out: there is no validation curve."
            )
        )
    return data.sections, (), None


def assemble(
    network: TrainedNetwork,
    classes: tuple[FaciesClass, ...],
    statistics: AmplitudeStatistics,
    provenance: Provenance,
    seconds: float,
    labels: Mapping[SectionKey, Mask],
) -> TrainedSegmenter:
    """Put a trained network together with what is needed to use it later, labels that it carries included."""
    outcome = network.outcome
    losses = [step.loss for step in outcome.history[-max(1, len(outcome.history) // 10) :]]
    metrics = dict(outcome.metrics)
    if (worst := metrics.get("validation_worst_class")) is not None:
        metrics["validation_worst_class"] = float(classes[int(worst)].id)
    if losses:
        metrics["training_loss"] = float(np.mean(losses))
    done = {
        "steps_done": outcome.steps,
        "best_step": outcome.best_step,
        "batch_size_used": outcome.batch_size,
        "network": network.config.backbone,
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
        temperature=network.temperature,
        labels=labels if network.config.carried else {},
    )
