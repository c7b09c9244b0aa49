"""The same geology recorded otherwise: phase, band, gain, noise and traces that failed."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class JitterRange:
    """How far recordings differ; standard deviations, each drawn per crop.

    Attributes
    ----------
    phase : float
        Of the wavelet's phase, radians.
    band : float
        How much of the high frequencies is taken away or added, 0..1.
    gain : float
        Of the logarithm of the amplitude, and of its trend from one edge to the other.
    noise : float
        Largest standard deviation of the added noise, in units of the clip limit.
    dropout : float
        Largest share of traces that are zero, in a third of the crops.
    depth : float
        Of the depth, as a share of the survey's: about as much as horizons move from one end of a survey to
        the other, so that depth says where to look and not where a boundary is.
    """

    phase: float = 0.35
    band: float = 0.4
    gain: float = 0.2
    noise: float = 0.1
    dropout: float = 0.05
    depth: float = 0.04


class WaveletJitter:
    """Changes the crops of :class:`seisview.learn.samples.warping.WarpedCrops` as another recording would.

    Parameters
    ----------
    amount : JitterRange
    generator : torch.Generator
        On the CPU; decides everything that is random here.
    """

    def __init__(self, amount: JitterRange, generator: torch.Generator) -> None:
        self._amount = amount
        self._generator = generator

    def __call__(self, amplitude: Tensor, depth: Tensor) -> tuple[Tensor, Tensor]:
        """Change one batch.

        Parameters
        ----------
        amplitude, depth : Tensor of float32, shape (batch, 1, rows, columns)

        Returns
        -------
        tuple of Tensor
            New ones of the same shapes.
        """
        n, _, rows, columns = amplitude.shape
        phase = self._amount.phase * self._normal(n)
        amplitude = torch.cos(phase) * amplitude + torch.sin(phase) * hilbert(amplitude)
        amplitude = self._banded(amplitude)
        amplitude = amplitude * self._gains(n, rows, columns)
        amplitude = amplitude + self._noise(amplitude)
        amplitude = amplitude * self._kept(n, columns)
        return amplitude, depth + self._amount.depth * self._normal(n)

    def _banded(self, amplitude: Tensor) -> Tensor:
        smooth = amplitude.clone()
        inner = amplitude[:, :, 1:-1]
        smooth[:, :, 1:-1] = 0.5 * inner + 0.25 * (amplitude[:, :, :-2] + amplitude[:, :, 2:])
        share = (self._amount.band * self._normal(len(amplitude))).clamp(-1, 1)
        return amplitude + share * (amplitude - smooth)

    def _gains(self, n: int, rows: int, columns: int) -> Tensor:
        down = torch.linspace(-0.5, 0.5, rows)[None, None, :, None]
        along = torch.linspace(-0.5, 0.5, columns)[None, None, None, :]
        level, vertical, lateral = (self._amount.gain * self._normal(n) for _ in range(3))
        return torch.exp(level + vertical * down + lateral * along)

    def _noise(self, amplitude: Tensor) -> Tensor:
        n = len(amplitude)
        deviation = self._amount.noise * torch.rand((n, 1, 1, 1), generator=self._generator)
        return deviation * torch.randn(amplitude.shape, generator=self._generator)

    def _kept(self, n: int, columns: int) -> Tensor:
        share = self._amount.dropout * torch.rand((n, 1, 1, 1), generator=self._generator)
        share = share * (torch.rand((n, 1, 1, 1), generator=self._generator) < 1 / 3)
        return (torch.rand((n, 1, 1, columns), generator=self._generator) >= share).float()

    def _normal(self, n: int) -> Tensor:
        """Standard normal numbers, none beyond two and a half deviations."""
        return torch.randn((n, 1, 1, 1), generator=self._generator).clamp(-2.5, 2.5)


def hilbert(amplitude: Tensor) -> Tensor:
    """Hilbert transform down the traces (the last axis but one): all frequencies turned by 90 degrees."""
    n_rows = amplitude.shape[-2]
    spectrum = torch.fft.rfft(amplitude, dim=-2)
    spectrum[..., 0, :] = 0
    if n_rows % 2 == 0:
        spectrum[..., -1, :] = 0
    turned: Tensor = torch.fft.irfft(-1j * spectrum, n=n_rows, dim=-2)
    return turned
