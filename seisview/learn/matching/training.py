"""From labelled patches to a trained Siamese network."""

from __future__ import annotations

import numpy as np
import torch

from seisview.learn.device import Device
from seisview.learn.matching.confidence import Calibration, fit_calibration
from seisview.learn.matching.config import DEFAULT_MATCH_STEPS, MatchTrainConfig
from seisview.learn.matching.model import TrainedSiamese, weights_id
from seisview.learn.matching.patch_sets import PatchSet, split_by_position, split_places
from seisview.learn.matching.siamese import SiameseNetwork
from seisview.learn.matching.task import SiameseTask
from seisview.learn.networks.backbone import load_backbone
from seisview.learn.segmentation.fitting import seeded
from seisview.learn.training.budget import Budget
from seisview.learn.training.loop import FitConfig, fit
from seisview.progress import Progress


def match_budget(config: MatchTrainConfig, started: float) -> Budget:
    """Return the budget of a job that began at `started` (``time.monotonic()``)."""
    steps = DEFAULT_MATCH_STEPS if config.steps is None and config.minutes is None else config.steps
    return Budget(steps, None if config.minutes is None else 60.0 * config.minutes, started)


def split(patches: PatchSet, config: MatchTrainConfig) -> tuple[PatchSet, PatchSet]:
    """Patches to train on and to validate on, apart in space."""
    if patches.class_names:
        rows = split_by_position(patches.labels, config.validation_fraction, config.seed)
    else:
        rows = split_places(patches.labels, config.validation_fraction)
    return patches.subset(rows[0]), patches.subset(rows[1])


def fit_siamese(
    train: PatchSet,
    validation: PatchSet,
    config: MatchTrainConfig,
    budget: Budget,
    device: Device,
    progress: Progress,
    start: TrainedSiamese | None = None,
) -> TrainedSiamese:
    """Train a network; the weights with the best validation mAP are kept.

    Parameters
    ----------
    train, validation : PatchSet
        Images of the network's shape.
    config : MatchTrainConfig
    budget : Budget
    device : Device
    progress : Progress
    start : TrainedSiamese, optional
        Go on from these weights instead of the configuration's.

    Raises
    ------
    LabelError
        If an excluded class does not exist.
    ModelError
        If the starting weights do not fit, memory does not suffice or training diverges.
    Cancelled
        If the job was asked to stop.
    """
    with seeded(config.seed, device):
        network = _begun(train, config, start)
        device.place(network)
        task = SiameseTask(network, train, validation, config, device)
        fitting = FitConfig(
            budget,
            device,
            config.batch_size,
            select="validation_map",
            message="Learning similarity",
            patience=config.patience,
        )
        outcome = fit(task, fitting, progress)
        progress.report("Calibrating")
        calibration = _calibrated(task)
    weights = {k: v.detach().cpu().contiguous() for k, v in network.state_dict().items()}
    return TrainedSiamese(
        model_id=weights_id(weights),
        config=config.network,
        weights=weights,
        calibration=calibration,
        class_names=train.class_names,
        training={
            **config.to_dict(),
            "steps_done": outcome.steps,
            "best_step": outcome.best_step,
            "n_train": len(train),
            "n_validation": len(validation),
        },
        metrics=outcome.metrics,
        history=outcome.history,
    )


def _begun(train: PatchSet, config: MatchTrainConfig, start: TrainedSiamese | None) -> SiameseNetwork:
    """A network with the weights that training starts from."""
    network = SiameseNetwork(config.network)
    network.fit_spectrum(train.images)
    if start is not None:
        network.load_state_dict(dict(start.weights))
    elif config.backbone_file is not None:
        load_backbone(config.backbone_file, network.backbone)
    return network


def _calibrated(task: SiameseTask) -> Calibration:
    """How sure similarities are, from the held-out patches."""
    with torch.inference_mode():
        similarity, query_labels, gallery_labels = task.validation_similarity()
    same = query_labels[:, None] == gallery_labels[None]
    known = np.isfinite(similarity)
    matching, other = similarity[same & known], similarity[~same & known]
    share = len(matching) / max(len(matching) + len(other), 1)
    source = f"{len(matching) + len(other)} pairs of {len(query_labels)} held-out patches"
    return fit_calibration(matching, other, source, share)
