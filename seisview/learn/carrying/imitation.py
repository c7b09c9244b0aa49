"""Labels as they would arrive after being carried over many lines: displaced, the more the farther."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.learn.carrying.guides import guide_planes, no_guides
from seisview.learn.samples.places import reflected
from seisview.learn.samples.targets import IGNORE


@dataclass(frozen=True, slots=True)
class CarryingErrors:
    """How wrong carried labels are; errors grow with the square root of the lines, as random walks do.

    Attributes
    ----------
    rows : float
        Standard deviation of the displacement after one line, in samples: what dips leave.
    columns : float
        The same along the section, in traces: how bodies wander and end.
    missing : float
        Share of crops to which nothing is carried.
    nearest, farthest : float
        Lines that labels are carried, drawn evenly in their logarithm.
    """

    rows: float = 1.0
    columns: float = 2.0
    missing: float = 0.15
    nearest: float = 2.0
    farthest: float = 160.0


class ImitatedCarrying:
    """Makes guide planes for crops of a labelled section, as for a section some lines away.

    On a parallel section all columns are as far from the labels, on a crossing one the distance changes from
    column to column; either is imitated for half of the crops.

    Parameters
    ----------
    n_classes : int
    errors : CarryingErrors
    generator : numpy.random.Generator
        Decides everything that is random here.
    """

    def __init__(self, n_classes: int, errors: CarryingErrors, generator: np.random.Generator) -> None:
        self._n_classes, self._errors, self._generator = n_classes, errors, generator

    def draw(self, targets: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        """Guide planes of one crop.

        Parameters
        ----------
        targets : Tensor of uint8, shape of the section
        rows, columns : Tensor of float32, shape of the crop
            Where in the section its samples lie, inside it.

        Returns
        -------
        Tensor of float32, shape (n_classes, *shape of the crop)
        """
        shape = rows.shape[0], rows.shape[1]
        if self._generator.random() < self._errors.missing:
            return no_guides(self._n_classes, shape)
        lines = self._lines(shape)
        spread = torch.sqrt(lines)
        moved = [
            reflected(places + amount * spread * self._waves(shape), length - 1).round().long()
            for places, amount, length in (
                (rows, self._errors.rows, targets.shape[0]),
                (columns, self._errors.columns, targets.shape[1]),
            )
        ]
        return guide_planes(targets[moved[0], moved[1]].long(), lines, self._n_classes)

    def _lines(self, shape: tuple[int, int]) -> Tensor:
        """How far the labels of each column have come: (1, columns)."""
        limits = math.log(self._errors.nearest), math.log(self._errors.farthest)
        most = math.exp(self._generator.uniform(*limits))
        if self._generator.random() < 0.5:
            return torch.full((1, shape[1]), most)
        source = self._generator.uniform(-most, shape[1] + most)
        away = (torch.arange(shape[1], dtype=torch.float32) - source).abs()
        return away.clamp(max=1.25 * self._errors.farthest)[None]

    def _waves(self, shape: tuple[int, int]) -> Tensor:
        """A smooth random field of standard deviation 1: a part common to the crop, a part that varies."""
        knots = [max(2, n // 64 + 2) for n in shape]
        drawn = torch.from_numpy(self._generator.standard_normal((1, 1, *knots), np.float32))
        field = F.interpolate(drawn, size=shape, mode="bicubic", align_corners=True)[0, 0]
        return 0.75 * field + 0.6 * float(self._generator.standard_normal())


def imitated_section(targets: Tensor, lines: float, n_classes: int, seed: int) -> Tensor:
    """Guide planes of a whole section whose labels come from some lines away; nothing at infinity."""
    shape = targets.shape[0], targets.shape[1]
    if math.isinf(lines) or not bool((targets != IGNORE).any()):
        return no_guides(n_classes, shape)
    errors = CarryingErrors(missing=0.0, nearest=lines, farthest=lines)
    rows, columns = torch.meshgrid(*(torch.arange(n, dtype=torch.float32) for n in shape), indexing="ij")
    return ImitatedCarrying(n_classes, errors, np.random.default_rng(seed)).draw(targets, rows, columns)
