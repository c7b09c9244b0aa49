"""Crops that are stretched, sheared and mirrored: geology as it might have been, with its labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.learn.labelled import LabelledSection
from seisview.learn.sampling import Anchors
from seisview.learn.targets import IGNORE

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


@dataclass(frozen=True, slots=True)
class Warp:
    """A deformation: where a sample of a crop lies in the section, both counted from the crop's middle.

    Sample (row, column) lies at ``rows * row + shear * column`` and ``columns * column``.
    """

    rows: float = 1.0
    columns: float = 1.0
    shear: float = 0.0


class WarpedCrops:
    """Draws deformed crops around labelled samples straight from whole sections, so that no corner is empty.

    Amplitudes are looked up bilinearly, targets at the nearest sample, and depth is that of the same places.
    Beyond a section's edge it is continued by reflection, depth as well, without labels. Anchors are drawn as
    by :class:`seisview.learn.sampling.CropSampler`. Sections are not copied.

    Parameters
    ----------
    sections : sequence of LabelledSection
    n_classes : int
    crop : (int, int)
        Rows and columns.
    warp : WarpRange
    generator : numpy.random.Generator
        Decides everything that is random here.
    """

    def __init__(
        self,
        sections: Sequence[LabelledSection],
        n_classes: int,
        crop: tuple[int, int],
        warp: WarpRange,
        generator: np.random.Generator,
    ) -> None:
        self._crop, self._warp, self._generator = crop, warp, generator
        self._anchors = Anchors([s.targets for s in sections], n_classes, generator)
        self._sections = [(torch.from_numpy(s.amplitude), torch.from_numpy(s.targets)) for s in sections]

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """Labelled samples per class over all sections, shape (n_classes,)."""
        return self._anchors.class_counts

    def batch(self, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """Draw `size` crops.

        Returns
        -------
        amplitude, depth : Tensor of float32, shape (size, 1, rows, columns)
            Depth is 0 at the section's first sample and 1 at its last.
        targets : Tensor of int64, shape (size, rows, columns)
        """
        crops = [self._draw() for _ in range(size)]
        amplitude, depth, targets = (torch.stack(each) for each in zip(*crops, strict=True))
        return amplitude[:, None], depth[:, None], targets

    def _draw(self) -> tuple[Tensor, Tensor, Tensor]:
        for _ in range(_TRIES):
            crop = self._look_up(self._draw_warp())
            if int((crop[2] != IGNORE).sum()) >= _LEAST_TARGETS:
                return crop
        return self._look_up(Warp())

    def _draw_warp(self) -> Warp:
        limit = math.log(self._warp.stretch)
        rows, columns = np.exp(self._generator.uniform(-limit, limit, 2))
        mirrored = -1.0 if self._warp.mirror and self._generator.random() < 0.5 else 1.0
        most = self._warp.steep if self._generator.random() < 0.5 else self._warp.shear
        shear = self._generator.uniform(-most, most)
        return Warp(float(rows), mirrored * float(columns), float(shear))

    def _look_up(self, warp: Warp) -> tuple[Tensor, Tensor, Tensor]:
        section, row, column = self._anchors.draw()
        amplitude, targets = self._sections[section]
        shape = amplitude.shape[0], amplitude.shape[1]
        rows, columns = warped_places(self._crop, self._middle((row, column), warp, shape), warp)
        rows, columns = rows.expand(self._crop), columns.expand(self._crop)
        beyond = (rows < 0) | (rows > shape[0] - 1) | (columns < 0) | (columns > shape[1] - 1)
        rows, columns = _reflected(rows, shape[0] - 1), _reflected(columns, shape[1] - 1)
        labels = targets[rows.round().long(), columns.round().long()].long()
        depth = rows / max(shape[0] - 1, 1)
        return look_up(amplitude, rows, columns), depth, torch.where(beyond, IGNORE, labels)

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


def warped_places(crop: tuple[int, int], middle: tuple[float, float], warp: Warp) -> tuple[Tensor, Tensor]:
    """Where in the section the samples of a crop lie, which may be beyond its edges.

    Returns
    -------
    rows : Tensor of float32, shape (rows, columns)
    columns : Tensor of float32, shape (1, columns)
    """
    down = torch.arange(crop[0], dtype=torch.float32)[:, None] - (crop[0] - 1) / 2
    along = torch.arange(crop[1], dtype=torch.float32)[None, :] - (crop[1] - 1) / 2
    return middle[0] + warp.rows * down + warp.shear * along, middle[1] + warp.columns * along


def look_up(section: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Values of a section between its samples, bilinear; places of one shape, inside it."""
    scale = [2 / max(n - 1, 1) for n in section.shape]
    grid = torch.stack([columns * scale[1] - 1, rows * scale[0] - 1], dim=-1)
    found = F.grid_sample(
        section[None, None], grid[None], mode="bilinear", padding_mode="border", align_corners=True
    )
    return found[0, 0]


def _reflected(places: Tensor, last: int) -> Tensor:
    """Fold places back into 0..last as often as it takes."""
    if last == 0:
        return torch.zeros_like(places)
    return last - (places.remainder(2 * last) - last).abs()
