"""Masked reconstruction: what do the hidden blocks of a section hold? (He et al. 2022, for a ResNet).

The one pretext task that trains the decoder, too: the answer is a section, not a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.learn.device import Device
from seisview.learn.pretext.config import PretextName
from seisview.learn.pretext.sections import Pieces
from seisview.learn.pretext.task import (
    PATCH,
    VALIDATION_BATCH,
    Drawing,
    PretextNetwork,
    Score,
    as_input,
    n_validation,
)
from seisview.learn.pretext.windows import Size, Sizes, Window, WindowSampler

BLOCK = 16
DEFAULT_CROP = (256, 256)
LEAST_CROP = (64, 64)

_BETA = 0.1  # of the clip limit: below it errors count by their square
_LEAST_LEVEL = 0.02  # of the clip limit: what is quieter is not made louder


def hidden_blocks(shape: Size, fraction: float, generator: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which samples are hidden: `fraction` of the blocks of 16 x 16, drawn at random.

    Parameters
    ----------
    shape : (int, int)
        Multiples of 16.
    fraction : float
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of bool, shape `shape`
    """
    rows, columns = shape[0] // BLOCK, shape[1] // BLOCK
    blocks = np.zeros(rows * columns, bool)
    blocks[generator.permutation(len(blocks))[: round(fraction * len(blocks))]] = True
    return np.kron(blocks.reshape(rows, columns), np.ones((BLOCK, BLOCK), bool))


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Inputs (batch, 2, rows, columns), amplitudes and what is hidden (batch, 1, rows, columns)."""

    inputs: Tensor
    amplitude: Tensor
    hidden: Tensor


class MaskedReconstruction:
    """Crops of which 60 % of the blocks are set to zero; the loss is taken where they were.

    Backbone, decoder and depth learn together. From each place of the decoder's map 4 x 4 samples are
    predicted (at a quarter of the sides the map cannot follow a reflection, but sixteen numbers can).

    Parameters
    ----------
    pieces : Pieces
    drawing : Drawing
    device : Device
    seed : list of int
    fraction : float
        Share of the blocks that is hidden.
    crop : (int, int) or None
        Default 256 x 256.
    """

    name: PretextName = "masked"
    figure_name = "explained"

    def __init__(
        self,
        pieces: Pieces,
        drawing: Drawing,
        device: Device,
        seed: list[int],
        fraction: float = 0.6,
        crop: Size | None = None,
    ) -> None:
        self._drawing, self._device, self._fraction = drawing, device, fraction
        sizes = Sizes(crop or DEFAULT_CROP, LEAST_CROP)
        self._sampler = WindowSampler(pieces.train, sizes, np.random.default_rng([*seed, 2]))
        self._validation: list[_Batch] = []
        if pieces.validation:
            judging = WindowSampler(pieces.validation, sizes, np.random.default_rng([*seed, 3]))
            plain = Drawing(flip=False, noise=0.0)
            n_batches = n_validation(sizes.wanted) // VALIDATION_BATCH
            self._validation = [self._draw(judging, VALIDATION_BATCH, plain) for _ in range(n_batches)]

    def loss(self, network: PretextNetwork, batch_size: int) -> Tensor:
        """Smooth absolute error on hidden samples, as a share of their mean size: near 1 to begin with."""
        batch = self._draw(self._sampler, batch_size, self._drawing)
        return _relative_error(self._predicted(network, batch.inputs), batch)

    def settle(self, network: PretextNetwork, batch_size: int) -> None:
        """Pass crops with nothing hidden: what the network will see when it is used."""
        batch = self._draw(self._sampler, batch_size, self._drawing)
        self._predicted(network, torch.cat([batch.amplitude, batch.inputs[:, 1:]], dim=1))

    def score(self, network: PretextNetwork) -> Score | None:
        """Loss, and share of the energy of hidden samples that is explained."""
        if not self._validation:
            return None
        total, missed, energy = 0.0, 0.0, 0.0
        for batch in self._validation:
            predicted = self._predicted(network, batch.inputs)
            total += float(_relative_error(predicted, batch))
            missed += float((predicted - batch.amplitude)[batch.hidden].square().sum())
            energy += float(batch.amplitude[batch.hidden].square().sum())
        return Score(total / len(self._validation), 1 - missed / max(energy, 1e-12), 1.0)

    def state(self) -> dict[str, Any]:
        """The random generator, as plain values."""
        return self._sampler.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Draw next what would have been drawn then."""
        self._sampler.restore(state)

    def tensors(self) -> dict[str, Tensor]:
        """Nothing."""
        return {}

    def _draw(self, sampler: WindowSampler, size: int, drawing: Drawing) -> _Batch:
        generator = sampler.generator
        drawn = sampler.batch(size)
        crop = drawn[0].crop
        windows = [window.mirrored() if drawing.flips(generator) else window for window in drawn]
        hidden = np.stack([hidden_blocks(crop, self._fraction, generator) for _ in windows])[:, None]
        noisy = [drawing.with_noise(window.amplitude, generator) for window in windows]
        inputs = torch.from_numpy(np.where(hidden, np.float32(0), np.stack(noisy)[:, None]))
        with_depth = torch.cat([inputs, _depth(windows)], dim=1)
        return _Batch(
            with_depth.to(self._device.name, memory_format=torch.channels_last),
            as_input([window.amplitude for window in windows], self._device),
            torch.from_numpy(hidden).to(self._device.name),
        )

    def _predicted(self, network: PretextNetwork, inputs: Tensor) -> Tensor:
        with self._device.autocast():
            patches = network.segmenter.coarse(inputs)
        return F.pixel_shuffle(patches, PATCH)


def _relative_error(predicted: Tensor, batch: _Batch) -> Tensor:
    wanted = batch.amplitude[batch.hidden]
    error = F.smooth_l1_loss(predicted[batch.hidden], wanted, beta=_BETA)
    level = wanted.abs().mean().clamp(min=_LEAST_LEVEL)
    return error / level


def _depth(windows: list[Window]) -> Tensor:
    depth = torch.from_numpy(np.stack([window.depth for window in windows]))
    columns = windows[0].amplitude.shape[1]
    return depth[:, None, :, None].expand(-1, 1, -1, columns)
