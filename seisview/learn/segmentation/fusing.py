"""Facies and confidence from the coarse answers of one or several networks, in bands if memory is short."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from seisview.errors import ModelError
from seisview.learn.config import Fusion
from seisview.learn.device import Device, is_out_of_memory, release_memory
from seisview.learn.segmentation.tiling import enlarge

_FACTOR = 4


def fuse(coarse: Sequence[Tensor], fusion: Fusion, shape: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Combine the logits of several models.

    Parameters
    ----------
    coarse : sequence of Tensor, shape (n_classes, rows / 4, columns / 4)
    fusion : {"sum", "vote"}
        ``"sum"`` adds logits (their mean gives the probabilities); with ``"vote"`` each model has one vote
        per sample, ties go to the class with the larger mean probability.
    shape : (int, int)
        Of the section.

    Returns
    -------
    confidence : Tensor of float32, shape `shape`
        Mean probability of the winner.
    winner : Tensor of int64, same shape
    """
    if fusion == "sum" or len(coarse) == 1:
        mean = torch.stack(list(coarse)).mean(0) if len(coarse) > 1 else coarse[0]
        # max() gives both at once; argmax() over this axis is six times slower on a CPU.
        best = torch.softmax(enlarge(mean, shape), dim=0).max(dim=0)
        return best.values, best.indices
    probabilities = torch.stack([torch.softmax(enlarge(c, shape), dim=0) for c in coarse])
    votes = torch.zeros_like(probabilities[0])
    for each in probabilities:
        index = each.max(dim=0).indices[None]
        votes.scatter_add_(0, index, torch.ones_like(index, dtype=votes.dtype))
    mean = probabilities.mean(0)
    winner = (votes + mean / 2).max(dim=0).indices  # a probability never outweighs a vote
    return mean.gather(0, winner[None])[0], winner


def fuse_within_memory(
    coarse: Sequence[Tensor], fusion: Fusion, shape: tuple[int, int], device: Device
) -> tuple[Tensor, Tensor]:
    """As :func:`fuse`, in ever narrower bands of rows when memory does not suffice; the answer is the same.

    Enlarging takes far more room than the network's coarse answer: all classes at every sample.

    Raises
    ------
    ModelError
        If memory does not suffice even for a single row of cells.
    """
    n_cells, band = coarse[0].shape[-2], coarse[0].shape[-2]
    while True:
        try:
            return _fuse_in_bands(coarse, fusion, shape, band)
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
    coarse: Sequence[Tensor], fusion: Fusion, shape: tuple[int, int], band: int
) -> tuple[Tensor, Tensor]:
    n_cells, parts = coarse[0].shape[-2], []
    for first in range(0, min(n_cells, -(-shape[0] // _FACTOR)), band):
        # one cell more on either side: what bilinear enlarging looks at
        start, end = max(first - 1, 0), min(first + band + 1, n_cells)
        rows = min(_FACTOR * (first + band), shape[0])
        part = fuse([c[:, start:end] for c in coarse], fusion, (rows - _FACTOR * start, shape[1]))
        parts.append([values[_FACTOR * (first - start) :] for values in part])
    confidence, winner = (torch.cat(each) for each in zip(*parts, strict=True))
    return confidence, winner
