"""Facies and confidence from the coarse answers of one or several networks, in bands if memory is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from seisview.errors import ModelError
from seisview.learn.config import Fusion
from seisview.learn.device import Device, is_out_of_memory, release_memory
from seisview.learn.segmentation.tiling import enlarge

_FACTOR = 4


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What one network says of a section, and what labels carried there add to it.

    Attributes
    ----------
    coarse : Tensor, shape (n_classes, rows / 4, columns / 4)
        Calibrated logits.
    carried : Tensor of float32, shape (n_classes, rows, columns), or None
        Trust in the class that was carried to each sample; 0 for all others.
    weight : float
        Of `carried`, when it is added to the logits.
    """

    coarse: Tensor
    carried: Tensor | None = None
    weight: float = 0.0

    def cells(self, start: int, end: int) -> Self:
        """Only these rows of cells."""
        carried = None if self.carried is None else self.carried[:, _FACTOR * start : _FACTOR * end]
        return type(self)(self.coarse[:, start:end], carried, self.weight)


def fuse(opinions: Sequence[Opinion], fusion: Fusion, shape: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Combine what several models say.

    Parameters
    ----------
    opinions : sequence of Opinion
    fusion : {"sum", "vote"}
        ``"sum"`` adds logits (their mean gives the probabilities); with ``"vote"`` each model has one vote
        per sample, ties go to the class with the larger mean probability.
    shape : (int, int)
        Of the section.

    Returns
    -------
    confidence : Tensor of float32, shape `shape`
        Mean probability that the networks alone give to the winner: calibration holds for it, and where
        carried labels overrule them it is low.
    winner : Tensor of int64, same shape
    """
    if fusion == "sum" or len(opinions) == 1:
        logits = _summed(opinions, shape)
        winner = _likeliest(_with_carried(logits, opinions))
        return torch.softmax(logits, dim=0).gather(0, winner[None])[0], winner
    each = [_summed([opinion], shape) for opinion in opinions]
    mean = torch.stack([torch.softmax(logits, dim=0) for logits in each]).mean(0)
    votes = torch.zeros_like(mean)
    for opinion, logits in zip(opinions, each, strict=True):
        index = _likeliest(_with_carried(logits, [opinion]))[None]
        votes.scatter_add_(0, index, torch.ones_like(index, dtype=votes.dtype))
    winner = _likeliest(votes + mean / 2)  # a probability never outweighs a vote
    return mean.gather(0, winner[None])[0], winner


def _summed(opinions: Sequence[Opinion], shape: tuple[int, int]) -> Tensor:
    """Mean of what the networks alone say at every sample; what is coarse is enlarged once."""
    coarse = [each.coarse for each in opinions]
    return enlarge(torch.stack(coarse).mean(0) if len(coarse) > 1 else coarse[0], shape)


def _with_carried(logits: Tensor, opinions: Sequence[Opinion]) -> Tensor:
    for each in opinions:
        if each.carried is not None and each.weight:
            carried = each.carried[:, : logits.shape[1]]
            logits = torch.add(logits, carried, alpha=each.weight / len(opinions))
    return logits


def _likeliest(logits: Tensor) -> Tensor:
    return logits.max(dim=0).indices  # argmax() over this axis is six times slower on a CPU


def fuse_within_memory(
    opinions: Sequence[Opinion], fusion: Fusion, shape: tuple[int, int], device: Device
) -> tuple[Tensor, Tensor]:
    """As :func:`fuse`, in ever narrower bands of rows when memory does not suffice; the answer is the same.

    Enlarging takes far more room than the network's coarse answer: all classes at every sample.

    Raises
    ------
    ModelError
        If memory does not suffice even for a single row of cells.
    """
    n_cells = opinions[0].coarse.shape[-2]
    band = n_cells
    while True:
        try:
            return _fuse_in_bands(opinions, fusion, shape, band)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if band == 1:
                raise ModelError(
                    "There is not enough memory to predict, even in small parts.",
                    "Close other programs and try again.",
                ) from error
            band = min(band, n_cells) // 2
            release_memory(device)


def _fuse_in_bands(
    opinions: Sequence[Opinion], fusion: Fusion, shape: tuple[int, int], band: int
) -> tuple[Tensor, Tensor]:
    n_cells, parts = opinions[0].coarse.shape[-2], []
    for first in range(0, min(n_cells, -(-shape[0] // _FACTOR)), band):
        # one cell more on either side: what bilinear enlarging looks at
        start, end = max(first - 1, 0), min(first + band + 1, n_cells)
        rows = min(_FACTOR * (first + band), shape[0])
        part = fuse([o.cells(start, end) for o in opinions], fusion, (rows - _FACTOR * start, shape[1]))
        parts.append([values[_FACTOR * (first - start) :] for values in part])
    confidence, winner = (torch.cat(each) for each in zip(*parts, strict=True))
    return confidence, winner
