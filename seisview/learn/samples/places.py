"""Places in sections that are deformed, and what is found there."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Warp:
    """A deformation: where a sample of a crop lies in the section, both counted from the crop's middle.

    Sample (row, column) lies at ``rows * row + shear * column`` and ``columns * column``.
    """

    rows: float = 1.0
    columns: float = 1.0
    shear: float = 0.0


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


def reflected(places: Tensor, last: int) -> Tensor:
    """Fold places beyond 0..last back inside, as often as it takes."""
    if last == 0:
        return torch.zeros_like(places)
    return last - (places.remainder(2 * last) - last).abs()
