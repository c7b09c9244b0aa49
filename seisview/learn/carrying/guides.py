"""Carried labels as a network sees them: one plane per class."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.learn.carrying.carried import CarriedLabels
from seisview.learn.carrying.trust import HALVING_LINES
from seisview.learn.samples.targets import IGNORE


def trust(lines: Tensor) -> Tensor:
    """How strongly a carried label is shown: 1 on its own section, 1/2 at 16 lines, 0 infinitely far away."""
    return 1 / (1 + torch.sqrt(lines / HALVING_LINES))


def guide_planes(targets: Tensor, lines: Tensor, n_classes: int) -> Tensor:
    """Planes of the carried classes: the trust where a class was carried to, 0 elsewhere.

    Parameters
    ----------
    targets : Tensor of int64, shape (rows, columns)
        Carried classes 0..n_classes-1, or :data:`seisview.learn.samples.targets.IGNORE`.
    lines : Tensor of float32, broadcasts to (rows, columns)
        How far each was carried.
    n_classes : int

    Returns
    -------
    Tensor of float32, shape (n_classes, rows, columns)
    """
    classes = torch.where(targets == IGNORE, n_classes, targets)
    planes = F.one_hot(classes, n_classes + 1)[..., :n_classes].permute(2, 0, 1)
    return planes * trust(lines)


def section_guides(carried: CarriedLabels, class_ids: tuple[int, ...]) -> Tensor:
    """Planes of the labels carried to a whole section: float32, (n_classes, rows, columns)."""
    targets: npt.NDArray[np.int64] = np.full(carried.facies.shape, IGNORE, np.int64)
    for target, facies in enumerate(class_ids):
        targets[carried.facies == facies] = target
    return guide_planes(torch.from_numpy(targets), torch.from_numpy(carried.lines), len(class_ids))


def no_guides(n_classes: int, shape: tuple[int, int]) -> Tensor:
    """Planes of a section to which nothing is carried."""
    return torch.zeros((n_classes, *shape))
