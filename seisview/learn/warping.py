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
from seisview.learn.segmenter import depth_map
from seisview.learn.targets import IGNORE

_TRIES = 8
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
    mirror : bool
        Mirror half of the crops left to right.
    """

    stretch: float = 1.25
    shear: float = 0.15
    mirror: bool = True


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

    One bilinear look-up serves amplitude, its Hilbert transform along the traces and depth, which therefore
    stay aligned; targets are looked up at the nearest sample. Beyond a section's edge it is continued by
    reflection, without labels. Anchors are drawn as by :class:`seisview.learn.sampling.CropSampler`.

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
        self._planes = [_planes(section) for section in sections]
        # 0 is what the look-up gives beyond the edge.
        self._targets = [torch.from_numpy((s.targets + np.uint8(1)).astype(np.float32)) for s in sections]

    @property
    def class_counts(self) -> npt.NDArray[np.float64]:
        """Labelled samples per class over all sections, shape (n_classes,)."""
        return self._anchors.class_counts

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Draw `size` crops.

        Returns
        -------
        planes : Tensor of float32, shape (size, 3, rows, columns)
            Amplitude, its Hilbert transform along the traces, depth 0..1.
        targets : Tensor of int64, shape (size, rows, columns)
        """
        crops = [self._draw() for _ in range(size)]
        return torch.stack([planes for planes, _ in crops]), torch.stack([targets for _, targets in crops])

    def _draw(self) -> tuple[Tensor, Tensor]:
        for _ in range(_TRIES):
            crop = self._look_up(self._draw_warp())
            if int((crop[1] != IGNORE).sum()) >= _LEAST_TARGETS:
                return crop
        return self._look_up(Warp())

    def _draw_warp(self) -> Warp:
        limit = math.log(self._warp.stretch)
        rows, columns = np.exp(self._generator.uniform(-limit, limit, 2))
        mirrored = -1.0 if self._warp.mirror and self._generator.random() < 0.5 else 1.0
        shear = self._generator.uniform(-self._warp.shear, self._warp.shear)
        return Warp(float(rows), mirrored * float(columns), float(shear))

    def _look_up(self, warp: Warp) -> tuple[Tensor, Tensor]:
        section, row, column = self._anchors.draw()
        targets = self._targets[section]
        middle = self._middle((row, column), warp, (targets.shape[0], targets.shape[1]))
        grid = warp_grid(self._crop, middle, warp, (targets.shape[0], targets.shape[1]))
        planes = F.grid_sample(
            self._planes[section], grid, mode="bilinear", padding_mode="reflection", align_corners=True
        )
        found = F.grid_sample(targets[None, None], grid, mode="nearest", align_corners=True)
        # 255 + 1 wraps to 0 in eight bits: unlabelled samples are 0 already.
        labels = found[0, 0].long() - 1
        return planes[0], torch.where(labels < 0, IGNORE, labels)

    def _middle(self, anchor: tuple[int, int], warp: Warp, shape: tuple[int, int]) -> tuple[float, float]:
        """Where in the section the crop's middle lies: the anchor anywhere in the crop, the crop inside."""
        height, width = self._crop
        v, u = self._generator.uniform(-0.5, 0.5, 2) * (height - 1, width - 1)
        wanted = anchor[0] - warp.rows * v - warp.shear * u, anchor[1] - warp.columns * u
        halves = 0.5 * warp.rows * (height - 1), 0.5 * abs(warp.columns) * (width - 1)
        inside = [_held(w, h, n - 1) for w, h, n in zip(wanted, halves, shape, strict=True)]
        return inside[0], inside[1]


def _held(wanted: float, half: float, last: int) -> float:
    return last / 2 if 2 * half >= last else min(max(wanted, half), last - half)


def warp_grid(
    crop: tuple[int, int], middle: tuple[float, float], warp: Warp, shape: tuple[int, int]
) -> Tensor:
    """Where each sample of a crop is looked up in a section of `shape`, as ``grid_sample`` wants it.

    Returns
    -------
    Tensor of float32, shape (1, rows, columns, 2)
        Column and row, -1 at the first and 1 at the last of the section.
    """
    rows = torch.arange(crop[0], dtype=torch.float32)[:, None] - (crop[0] - 1) / 2
    columns = torch.arange(crop[1], dtype=torch.float32)[None, :] - (crop[1] - 1) / 2
    row = middle[0] + warp.rows * rows + warp.shear * columns
    column = (middle[1] + warp.columns * columns).expand_as(row)
    scale = 2 / max(shape[1] - 1, 1), 2 / max(shape[0] - 1, 1)
    return torch.stack([column * scale[0] - 1, row * scale[1] - 1], dim=-1)[None]


def _planes(section: LabelledSection) -> Tensor:
    amplitude = torch.from_numpy(section.amplitude)
    depth = depth_map(amplitude.shape[0], amplitude.shape[1])
    return torch.stack([amplitude, hilbert(amplitude), depth])[None]


def hilbert(section: Tensor) -> Tensor:
    """Hilbert transform along the traces (rows): every frequency turned by a quarter of its period."""
    n_rows = section.shape[0]
    spectrum = torch.fft.rfft(section, dim=0)
    spectrum[0] = 0
    if n_rows % 2 == 0:
        spectrum[-1] = 0
    turned: Tensor = torch.fft.irfft(-1j * spectrum, n=n_rows, dim=0)
    return turned
