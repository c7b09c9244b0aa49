"""What a pretext task is, and the network that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from seisview.learn.config import SegmenterConfig
from seisview.learn.device import Device
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.pretext.config import PretextName, PretrainConfig
from seisview.learn.pretext.windows import FloatArray, Size

PATCH = 4
"""Side of the square of samples that masked reconstruction predicts from one place of the decoder's map."""

VALIDATION_BATCH = 4


class PretextNetwork(nn.Module):
    """A segmenter and the heads of the pretext tasks on its backbone.

    Parameters
    ----------
    config : PretrainConfig
    heads : dict of str to (int, int)
        Of each task that has one: how many images it looks at together, and its outputs.
    """

    def __init__(self, config: PretrainConfig, heads: dict[str, tuple[int, int]]) -> None:
        super().__init__()
        shape = SegmenterConfig(PATCH**2, config.backbone, dropout=config.dropout, depth=True)
        self.segmenter = Segmenter(shape)
        width = self.segmenter.backbone.channels[-1]
        self.heads = nn.ModuleDict(
            {name: nn.Linear(parts * width, outputs) for name, (parts, outputs) in heads.items()}
        )

    def pooled(self, x: Tensor) -> Tensor:
        """Deepest activations averaged over each image, float32.

        Parameters
        ----------
        x : Tensor, shape (batch, 1, rows, columns)

        Returns
        -------
        Tensor, shape (batch, channels)
        """
        deepest: Tensor = self.segmenter.backbone(x)[-1]
        return deepest.float().mean(dim=(2, 3))


@dataclass(frozen=True, slots=True)
class Score:
    """How well a task does on validation windows.

    Attributes
    ----------
    loss : float
    figure : float
        The larger the better, at most 1.
    guessing : float
        Loss of a network that knows nothing.
    """

    loss: float
    figure: float
    guessing: float


class Pretext(Protocol):
    """One pretext task."""

    @property
    def name(self) -> PretextName:
        """As on the command line."""

    @property
    def figure_name(self) -> str:
        """What :attr:`Score.figure` is."""

    def loss(self, network: PretextNetwork, batch_size: int) -> Tensor:
        """Loss of a new batch."""

    def score(self, network: PretextNetwork) -> Score | None:
        """Loss and figure on validation windows, always the same ones; None without any."""

    def state(self) -> dict[str, Any]:
        """The random generator, as plain values."""

    def restore(self, state: dict[str, Any]) -> None:
        """Draw next what would have been drawn then."""

    def tensors(self) -> dict[str, Tensor]:
        """What else belongs into the file of weights, e.g. the set of permutations."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What all tasks do to what they draw.

    Attributes
    ----------
    flip : bool
        Mirror half of the crops left to right.
    noise : float
        Largest standard deviation of the noise.
    """

    flip: bool
    noise: float

    def flips(self, generator: np.random.Generator) -> bool:
        """Whether to mirror the next crop."""
        return bool(self.flip and generator.random() < 0.5)

    def with_noise(self, amplitude: FloatArray, generator: np.random.Generator) -> FloatArray:
        """Add noise drawn anew for every sample, of a strength drawn per crop."""
        if not self.noise:
            return amplitude
        strength = np.float32(self.noise * generator.random())
        return amplitude + strength * generator.standard_normal(amplitude.shape, np.float32)


def as_input(crops: Sequence[FloatArray], device: Device) -> Tensor:
    """Crops of one size as a batch, shape (batch, 1, rows, columns), on the device."""
    batch = torch.from_numpy(np.stack(crops))[:, None]
    return batch.to(device.name, memory_format=torch.channels_last)


def n_validation(crop: Size) -> int:
    """How many windows to judge by: as many as 16 crops of 448 x 448 hold samples, within 8..48."""
    return int(np.clip(16 * 448**2 // (crop[0] * crop[1]), 8, 48))
