"""Batches of augmented crops, as each recipe wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from seisview.learn.carrying.imitation import CarryingErrors, ImitatedCarrying
from seisview.learn.config import STRIDE
from seisview.learn.device import Device
from seisview.learn.recipes import Recipe
from seisview.learn.samples.augment import Augmentation
from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.sampling import CropSampler
from seisview.learn.samples.warping import WarpedCrops, WarpRange
from seisview.learn.samples.wavelet_jitter import JitterRange, WaveletJitter

MAX_BATCH_SIZE = 16
_LEAST_WIDTH = 128
_NOISE = 0.1


class Batches(Protocol):
    """What a network is trained on."""

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """Labelled samples per class over all that can be drawn, shape (n_classes,)."""

    def draw(self, size: int) -> tuple[Tensor, Tensor]:
        """Draw `size` augmented crops.

        Returns
        -------
        inputs : Tensor of float32, shape (size, channels, rows, columns)
            Amplitude and, where they are wanted, depth and guides.
        targets : Tensor of int64, shape (size, rows, columns)
        """


@dataclass(frozen=True, slots=True)
class CropConfig:
    """How crops are drawn.

    Attributes
    ----------
    recipe : Recipe
    n_classes : int
    crop : (int, int)
        Rows and columns.
    seed : int
        Decides everything that is random.
    steepest_dip : float
        Of the survey; crops are sheared until they dip as much.
    carried : bool
        Whether guides are wanted (:mod:`seisview.learn.carrying.guides`).
    """

    recipe: Recipe
    n_classes: int
    crop: tuple[int, int]
    seed: int
    steepest_dip: float = 0.0
    carried: bool = False


def make_batches(sections: Sequence[LabelledSection], config: CropConfig) -> Batches:
    """Return the batches of a recipe."""
    kind = GeologicalBatches if config.recipe.geological else PlainBatches
    return kind(sections, config)


class PlainBatches:
    """Mirrored crops with noise, without depth: the reference."""

    def __init__(self, sections: Sequence[LabelledSection], config: CropConfig) -> None:
        numbers = np.random.default_rng(config.seed)
        self._sampler = CropSampler(sections, config.n_classes, config.crop, numbers)
        self._augment = Augmentation(True, _NOISE, torch.Generator().manual_seed(config.seed))

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """See :class:`Batches`."""
        return self._sampler.class_counts

    def draw(self, size: int) -> tuple[Tensor, Tensor]:
        """See :class:`Batches`."""
        amplitude, targets = self._sampler.batch(size)
        return self._augment(torch.from_numpy(amplitude)[:, None], torch.from_numpy(targets).long())


class GeologicalBatches:
    """Crops of deformed geology recorded otherwise: the default recipe."""

    def __init__(self, sections: Sequence[LabelledSection], config: CropConfig) -> None:
        self._depth = config.recipe.depth
        warp, numbers = WarpRange.for_dips(config.steepest_dip), np.random.default_rng(config.seed)
        carrying = ImitatedCarrying(config.n_classes, CarryingErrors(), numbers) if config.carried else None
        self._sampler = WarpedCrops(sections, config.n_classes, config.crop, warp, numbers, carrying)
        self._jitter = WaveletJitter(JitterRange(), torch.Generator().manual_seed(config.seed))

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """See :class:`Batches`."""
        return self._sampler.class_counts

    def draw(self, size: int) -> tuple[Tensor, Tensor]:
        """See :class:`Batches`."""
        crops = self._sampler.batch(size)
        amplitude, depth = self._jitter(crops.amplitude, crops.depth)
        planes = [amplitude, depth, crops.guides] if self._depth else [amplitude, crops.guides]
        return torch.cat(planes, dim=1), crops.targets


def default_crop(
    sections: Sequence[LabelledSection], recipe: Recipe, fewest_traces: int = 0
) -> tuple[int, int]:
    """Return the recipe's largest crop, or about 7/8 of the longest section along sides that are shorter.

    A crop of the whole section would never be in two places.

    Parameters
    ----------
    sections : sequence of LabelledSection
    recipe : Recipe
        The deformed crops of a geological one are no wider than the sections across the survey's other axis.
    fewest_traces : int
        Of a section across the other axis, which would have to be continued by reflection to be predicted;
        0 for no such limit.
    """
    rows, columns = (max(s.targets.shape[axis] for s in sections) for axis in (0, 1))
    widest = recipe.largest_crop
    if recipe.geological and fewest_traces:
        widest = min(widest, max(_LEAST_WIDTH, -(-fewest_traces // STRIDE) * STRIDE))
    return _crop_side(rows, recipe.largest_crop), _crop_side(columns, widest)


def _crop_side(longest: int, most: int) -> int:
    return min(most, max(2 * STRIDE, longest * 7 // 8 // STRIDE * STRIDE))


def default_batch_size(crop: tuple[int, int], recipe: Recipe, device: Device) -> int:
    """Crops per step: on a CPU about as many samples as the recipe says, on a GPU eight times that."""
    most = recipe.step_samples * (1 if device.is_cpu else 8)
    return min(MAX_BATCH_SIZE, max(1, round(most / (crop[0] * crop[1]))))
