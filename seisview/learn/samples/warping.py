"""Crops that are stretched, sheared and mirrored: geology as it might have been, with its labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from seisview.learn.carrying.guides import no_guides
from seisview.learn.carrying.imitation import ImitatedCarrying
from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.places import Warp, look_up, reflected, warped_places
from seisview.learn.samples.sampling import Anchors
from seisview.learn.samples.targets import IGNORE

_TRIES = 8
_STEEPEST = 1.0
_LEAST_TARGETS = 16


@dataclass(frozen=True, slots=True)
class WarpRange:
    """How far crops are deformed.

    Attributes
    ----------
    stretch : float
        Sides are stretched or squeezed by up to this factor, each by its own.
    shear : float
        Most samples that neighbouring traces are shifted against each other: beds dip more, or less.
    steep : float
        The same for every other crop.
    mirror : bool
        Mirror half of the crops left to right.
    """

    stretch: float = 1.25
    shear: float = 0.15
    steep: float = 0.15
    mirror: bool = True

    @classmethod
    def for_dips(cls, steepest: float) -> WarpRange:
        """Half of the crops are sheared until flat beds dip as much as the steepest of the survey do.

        Labels of sections along which beds are flat then serve sections along which they dip.
        """
        return cls(steep=min(max(steepest, cls().shear), _STEEPEST))


class Crops(NamedTuple):
    """One crop, or a batch of them along a first axis more.

    Attributes
    ----------
    amplitude, depth : Tensor of float32, shape (1, rows, columns)
        Depth is 0 at the section's first sample and 1 at its last.
    guides : Tensor of float32, shape (n_classes or 0, rows, columns)
        See :mod:`seisview.learn.carrying.guides`; none where they are not wanted.
    targets : Tensor of int64, shape (rows, columns)
    """

    amplitude: Tensor
    depth: Tensor
    guides: Tensor
    targets: Tensor


class WarpedCrops:
    """Draws deformed crops around labelled samples straight from whole sections, so that no corner is empty.

    Amplitudes are looked up bilinearly, targets at the nearest sample, and depth is that of the same places.
    Beyond a section's edge it is continued by reflection, depth as well, without labels. Anchors are drawn as
    by :class:`seisview.learn.samples.sampling.CropSampler`. Sections are not copied.

    Parameters
    ----------
    sections : sequence of LabelledSection
    n_classes : int
    crop : (int, int)
        Rows and columns.
    warp : WarpRange
    generator : numpy.random.Generator
        Decides everything that is random here.
    carrying : ImitatedCarrying, optional
        Makes guides of the targets.
    """

    def __init__(
        self,
        sections: Sequence[LabelledSection],
        n_classes: int,
        crop: tuple[int, int],
        warp: WarpRange,
        generator: np.random.Generator,
        carrying: ImitatedCarrying | None = None,
    ) -> None:
        self._crop, self._warp, self._generator = crop, warp, generator
        self._carrying = carrying
        self._anchors = Anchors([s.targets for s in sections], n_classes, generator)
        self._sections = [(torch.from_numpy(s.amplitude), torch.from_numpy(s.targets)) for s in sections]

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """Labelled samples per class over all sections, shape (n_classes,)."""
        return self._anchors.class_counts

    def batch(self, size: int) -> Crops:
        """Draw `size` crops."""
        return Crops(*(torch.stack(each) for each in zip(*(self._draw() for _ in range(size)), strict=True)))

    def _draw(self) -> Crops:
        for _ in range(_TRIES):
            crop = self._look_up(self._draw_warp())
            if int((crop.targets != IGNORE).sum()) >= _LEAST_TARGETS:
                return crop
        return self._look_up(Warp())

    def _draw_warp(self) -> Warp:
        limit = math.log(self._warp.stretch)
        rows, columns = np.exp(self._generator.uniform(-limit, limit, 2))
        mirrored = -1.0 if self._warp.mirror and self._generator.random() < 0.5 else 1.0
        most = self._warp.steep if self._generator.random() < 0.5 else self._warp.shear
        shear = self._generator.uniform(-most, most)
        return Warp(float(rows), mirrored * float(columns), float(shear))

    def _look_up(self, warp: Warp) -> Crops:
        section, row, column = self._anchors.draw()
        amplitude, targets = self._sections[section]
        shape = amplitude.shape[0], amplitude.shape[1]
        rows, columns = warped_places(self._crop, self._middle((row, column), warp, shape), warp)
        rows, columns = rows.expand(self._crop), columns.expand(self._crop)
        beyond = (rows < 0) | (rows > shape[0] - 1) | (columns < 0) | (columns > shape[1] - 1)
        rows, columns = reflected(rows, shape[0] - 1), reflected(columns, shape[1] - 1)
        labels = targets[rows.round().long(), columns.round().long()].long()
        depth = rows / max(shape[0] - 1, 1)
        guides = self._guides(targets, rows, columns)
        found = look_up(amplitude, rows, columns)
        return Crops(found[None], depth[None], guides, torch.where(beyond, IGNORE, labels))

    def _guides(self, targets: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        if self._carrying is None:
            return no_guides(0, self._crop)
        return self._carrying.draw(targets, rows, columns)

    def _middle(self, anchor: tuple[int, int], warp: Warp, shape: tuple[int, int]) -> tuple[float, float]:
        """Where in the section the crop's middle lies: the anchor anywhere in the crop, the crop inside."""
        height, width = self._crop
        # Not quite to the crop's edge, where rounding could leave the anchor out.
        v, u = self._generator.uniform(-0.5, 0.5, 2) * (height - 2, width - 2)
        wanted = anchor[0] - warp.rows * v - warp.shear * u, anchor[1] - warp.columns * u
        halves = 0.5 * warp.rows * (height - 1), 0.5 * abs(warp.columns) * (width - 1)
        inside = [_held(w, h, n - 1) for w, h, n in zip(wanted, halves, shape, strict=True)]
        return inside[0], inside[1]


def _held(wanted: float, half: float, last: int) -> float:
    return last / 2 if 2 * half >= last else min(max(wanted, half), last - half)
