"""Random changes of crops that leave the geology, and so the labels, true."""

from __future__ import annotations

import torch
from torch import Tensor

from seisview.learn.networks.torchvision_guard import import_torchvision

import_torchvision()

from torchvision.transforms.v2 import functional as transforms  # noqa: E402 - after the guard


class Augmentation:
    """Mirrors crops left to right together with their targets, and adds noise to the amplitudes.

    The noise is drawn anew for every sample, after normalisation, so that nothing removes it again; its
    standard deviation is drawn per crop between 0 and `noise`.

    Parameters
    ----------
    flip : bool
        Mirror half of the crops.
    noise : float
        Largest standard deviation, in units of the clip limit; 0 for none.
    generator : torch.Generator
        On the CPU; decides everything that is random here.
    """

    def __init__(self, flip: bool, noise: float, generator: torch.Generator) -> None:
        self._flip = flip
        self._noise = noise
        self._generator = generator

    def __call__(self, amplitude: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Change one batch.

        Parameters
        ----------
        amplitude : Tensor of float32, shape (batch, 1, rows, columns)
        targets : Tensor of int64, shape (batch, rows, columns)

        Returns
        -------
        tuple of Tensor
            New tensors of the same shapes.
        """
        if self._flip:
            amplitude, targets = self._flipped(amplitude, targets)
        if self._noise:
            amplitude = amplitude + self._draw_noise(amplitude)
        return amplitude, targets

    def _flipped(self, amplitude: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        chosen = torch.rand(len(amplitude), generator=self._generator) < 0.5
        amplitude, targets = amplitude.clone(), targets.clone()
        amplitude[chosen] = transforms.horizontal_flip(amplitude[chosen])
        targets[chosen] = transforms.horizontal_flip(targets[chosen])
        return amplitude, targets

    def _draw_noise(self, amplitude: Tensor) -> Tensor:
        deviation = self._noise * torch.rand((len(amplitude), 1, 1, 1), generator=self._generator)
        return deviation * torch.randn(amplitude.shape, generator=self._generator)
