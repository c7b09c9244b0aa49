"""Batches of augmented crops, as each recipe wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from seisview.learn.augment import Augmentation
from seisview.learn.config import STRIDE
from seisview.learn.device import Device
from seisview.learn.labelled import LabelledSection
from seisview.learn.recipes import Recipe
from seisview.learn.sampling import CropSampler
from seisview.learn.warping import WarpedCrops, WarpRange
from seisview.learn.wavelet_jitter import JitterRange, WaveletJitter

LARGEST_CROP = 448
MAX_BATCH_SIZE = 16
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
        inputs : Tensor of float32, shape (size, 1 or 2, rows, columns)
            Amplitude and, where the recipe wants it, depth.
        targets : Tensor of int64, shape (size, rows, columns)
        """


def make_batches(
    recipe: Recipe, sections: Sequence[LabelledSection], n_classes: int, crop: tuple[int, int], seed: int
) -> Batches:
    """Return the batches of a recipe; `seed` decides all of them."""
    if recipe.geological:
        return GeologicalBatches(recipe.depth, sections, n_classes, crop, seed)
    return PlainBatches(sections, n_classes, crop, seed)


class PlainBatches:
    """Mirrored crops with noise, without depth: the reference."""

    def __init__(
        self, sections: Sequence[LabelledSection], n_classes: int, crop: tuple[int, int], seed: int
    ) -> None:
        self._sampler = CropSampler(sections, n_classes, crop, np.random.default_rng(seed))
        self._augment = Augmentation(True, _NOISE, torch.Generator().manual_seed(seed))

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

    def __init__(
        self,
        depth: bool,
        sections: Sequence[LabelledSection],
        n_classes: int,
        crop: tuple[int, int],
        seed: int,
    ) -> None:
        self._depth = depth
        self._sampler = WarpedCrops(sections, n_classes, crop, WarpRange(), np.random.default_rng(seed))
        self._jitter = WaveletJitter(JitterRange(), torch.Generator().manual_seed(seed))

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """See :class:`Batches`."""
        return self._sampler.class_counts

    def draw(self, size: int) -> tuple[Tensor, Tensor]:
        """See :class:`Batches`."""
        amplitude, depth, targets = self._sampler.batch(size)
        amplitude, depth = self._jitter(amplitude, depth)
        return torch.cat([amplitude, depth], dim=1) if self._depth else amplitude, targets


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
