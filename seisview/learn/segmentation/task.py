"""Facies segmentation as a task of the training loop: class-weighted cross-entropy on labelled samples."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.learn.carrying.imitation import imitated_section
from seisview.learn.config import SegmenterConfig, TrainConfig
from seisview.learn.device import Device
from seisview.learn.metrics import ConfusionMatrix
from seisview.learn.networks.normalisation import settle_batch_norms
from seisview.learn.networks.segmenter import Segmenter, depth_map
from seisview.learn.samples.crops import CropConfig, make_batches
from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.sampling import covering_crops
from seisview.learn.samples.targets import IGNORE
from seisview.learn.segmentation.calibration import fit_temperature
from seisview.learn.segmentation.mirrored import mirrored_mean

MAX_VALIDATION_SAMPLES = 6 * 448**2
_MAX_SECTIONS = 16
_NEW = ("classify.", "guide_stem.")
SETTLING_BATCHES = 4
MAX_CLASS_WEIGHT = 10.0
_CALIBRATION_SAMPLES = 20_000
_CARRIED_LINES = (16.0, 64.0, math.inf)

Inputs = tuple[Tensor, npt.NDArray[np.uint8]]
_T = TypeVar("_T")


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
    steepest_dip : float
        Of the survey, see :class:`seisview.learn.samples.labelled.LabelledData`.
    """

    def __init__(
        self,
        network: Segmenter,
        train: Sequence[LabelledSection],
        validation: Sequence[LabelledSection],
        config: TrainConfig,
        device: Device,
        steepest_dip: float = 0.0,
    ) -> None:
        self.network = network
        self._config = config
        self._device = device
        crop, n_classes = network.config.smallest_input, network.config.n_classes
        carried = network.config.carried
        crops = CropConfig(config.rules, n_classes, crop, config.seed, steepest_dip, carried)
        self._batches = make_batches(train, crops)
        self._weights = torch.from_numpy(class_weights(self._batches.class_counts)).to(device.name)
        held_out = _evenly(validation, _MAX_SECTIONS)
        self._validation = _spread([c for s in held_out for c in _validation_crops(s, crop, network.config)])
        self._n_held_out = sum(int(np.count_nonzero(s.targets != IGNORE)) for s in held_out)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The whole backbone, stem included, what may come with it, and what is always new.

        Classifier and guides are in no file of pretrained weights: they learn as fast as from scratch.
        """
        recipe, network = self._config.rules, self.network
        rates = recipe.tuned if self._config.starts_from_file else recipe.scratch
        new = [p for name, p in network.named_parameters() if name.startswith(_NEW)]
        apart = {id(parameter) for parameter in (*network.backbone.parameters(), *new)}
        rest = [p for p in network.parameters() if id(p) not in apart]
        return [
            {"params": list(network.backbone.parameters()), "lr": rates.backbone},
            {"params": rest, "lr": rates.rest},
            {"params": new, "lr": recipe.scratch.rest if recipe.carried else rates.rest},
        ]

    def loss(self, batch_size: int) -> Tensor:
        """Class-weighted cross-entropy of one batch of augmented crops, over labelled samples only."""
        inputs, targets = self._batches.draw(batch_size)
        smoothing = self._config.rules.label_smoothing
        return self._cross_entropy(self._logits(inputs), targets, smoothing)

    def settle(self, batch_size: int) -> None:
        """Average the batch-norm statistics over a few training batches, without dropout."""
        settle_batch_norms(
            self.network, lambda: self._logits(self._batches.draw(batch_size)[0]), SETTLING_BATCHES
        )

    def validate(self) -> dict[str, float]:
        """Loss, pixel accuracy and mean IoU over the held-out block, from one confusion matrix.

        And what they rest on: how many samples, and which class is worst (its place among the outputs).
        """
        if not self._validation:
            return {}
        matrix = ConfusionMatrix(self.network.config.n_classes)
        total, weight = 0.0, 0
        for inputs, targets in self._validation:
            logits = self._logits(inputs[None])
            n_labelled = int((targets != IGNORE).sum())
            truth = torch.from_numpy(targets[None]).long()
            total += n_labelled * float(self._cross_entropy(logits, truth, 0.0))
            weight += n_labelled
            matrix.add(targets, logits[0].argmax(0).cpu().numpy())
        iou = np.where(matrix.support > 0, matrix.iou, np.inf)
        worst = int(iou.argmin())
        return {
            "validation_loss": total / weight,
            "validation_pixel_accuracy": matrix.pixel_accuracy,
            "validation_mean_iou": matrix.mean_iou,
            # crops overlap, and small sections are looked at several times
            "validation_samples": float(min(weight, self._n_held_out)),
            "validation_worst_class": float(worst),
            "validation_worst_iou": float(iou[worst]),
        }

    @torch.inference_mode()
    def temperature(self) -> float:
        """What makes probabilities on the held-out block right; 1 without one."""
        found = list(self._judged())
        if not found:
            return 1.0
        logits, targets = (torch.cat(each) for each in zip(*found, strict=True))
        picked = torch.linspace(0, len(targets) - 1, min(len(targets), _CALIBRATION_SAMPLES)).long()
        return fit_temperature(logits[picked], targets[picked])

    def _judged(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Logits and targets of the labelled samples held out, as prediction will see them."""
        mirrored = self._config.rules.mirrored
        for inputs, targets in self._validation:
            seen = mirrored_mean(self._logits, inputs[None]) if mirrored else self._logits(inputs[None])
            logits = seen[0].cpu()
            labelled = torch.from_numpy(targets != IGNORE)
            yield logits[:, labelled].T, torch.from_numpy(targets).long()[labelled]

    def _logits(self, inputs: Tensor) -> Tensor:
        inputs = inputs.to(self._device.name, memory_format=torch.channels_last)
        with self._device.autocast():
            logits: Tensor = self.network(inputs)
        return logits

    def _cross_entropy(self, logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        return F.cross_entropy(
            logits,
            targets.to(self._device.name),
            weight=self._weights,
            ignore_index=IGNORE,
            label_smoothing=smoothing,
        )


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


def _validation_crops(
    section: LabelledSection, crop: tuple[int, int], config: SegmenterConfig
) -> list[Inputs]:
    """Crops as prediction will see them, with labels carried from lines near and far, and none at all."""
    planes = [section.amplitude]
    if config.depth:
        rows, columns = section.targets.shape
        planes.append(depth_map(rows, columns).numpy())
    crops = _cut(planes, section.targets, crop)
    if not config.carried:
        return crops
    targets = torch.from_numpy(section.targets)
    found = []
    for number, lines in enumerate(_CARRIED_LINES):
        guides = imitated_section(targets, lines, config.n_classes, seed=number)
        guided = _cut([*planes, *guides.numpy()], section.targets, crop)
        found += guided[number :: len(_CARRIED_LINES)] if len(guided) >= len(_CARRIED_LINES) else guided
    return found


def _cut(
    planes: Sequence[npt.NDArray[np.float32]], targets: npt.NDArray[np.uint8], crop: tuple[int, int]
) -> list[Inputs]:
    together = zip(*(covering_crops(plane, targets, crop) for plane in planes), strict=True)
    return [(torch.from_numpy(np.stack([a for a, _ in each])), each[0][1]) for each in together]


def _spread(crops: list[Inputs]) -> list[Inputs]:
    return _evenly(crops, max(4, MAX_VALIDATION_SAMPLES // crops[0][1].size) if crops else 0)


def _evenly(values: Sequence[_T], most: int) -> list[_T]:
    if len(values) <= most:
        return list(values)
    return [values[i] for i in np.linspace(0, len(values) - 1, most).round().astype(int)]
