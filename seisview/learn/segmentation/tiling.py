"""One network pass over a section of any size: whole, or in overlapping tiles blended without seams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.learn.config import STRIDE

Forward = Callable[[Tensor], Tensor]
"""Input (1, channels, rows, columns), sides multiples of 32 -> (1, k, rows / f, columns / f), float32."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """When and how to tile.

    Attributes
    ----------
    whole_pixels : int
        Inputs up to this many samples take one pass.
    tile, overlap : int
        Side of a tile, and what neighbours share; multiples of 32.
    least : (int, int)
        Rows and columns to which smaller sections are continued, multiples of 32.
    """

    whole_pixels: int
    tile: int = 512
    overlap: int = 128
    least: tuple[int, int] = (STRIDE, STRIDE)

    def smaller(self) -> Tiling | None:
        """Return the next tiling to try when memory does not suffice; None when there is none left."""
        if self.tile <= 2 * STRIDE:
            return None
        tile = self.tile // 2 // STRIDE * STRIDE
        overlap = max(STRIDE, min(self.overlap, tile // 2 // STRIDE * STRIDE))
        return Tiling(0, tile, overlap, self.least)


def dense_pass(forward: Forward, section: Tensor, tiling: Tiling, check: Callable[[], None]) -> Tensor:
    """Apply a network to a whole section.

    Parameters
    ----------
    forward : callable
        See :data:`Forward`; ``f`` divides 32.
    section : Tensor, shape (rows, columns) or (channels, rows, columns)
        Continued by reflection at the lower and right edge to multiples of 32, so that tiles and whole
        sections see the same grid.
    tiling : Tiling
    check : callable
        Called before every pass; raises to stop.

    Returns
    -------
    Tensor of float32, shape (channels, padded rows / f, padded columns / f)
        The first rows and columns belong to the section, see :func:`enlarge`.
    """
    planes = section if section.ndim == 3 else section[None]
    padded = _padded(planes, tiling.least)[None]
    rows, columns = padded.shape[-2:]
    if rows * columns <= tiling.whole_pixels:
        check()
        return forward(padded)[0]
    return _blend(forward, padded, tiling, check)


def enlarge(coarse: Tensor, shape: tuple[int, int], factor: int = 4) -> Tensor:
    """Bring the output of :func:`dense_pass` bilinearly to a section: (channels, *shape).

    `factor` is how many samples one cell of `coarse` stands for along each side.
    """
    padded = [factor * n for n in coarse.shape[-2:]]
    full = F.interpolate(coarse[None], size=padded, mode="bilinear", align_corners=False)[0]
    return full[:, : shape[0], : shape[1]]


def _blend(forward: Forward, padded: Tensor, tiling: Tiling, check: Callable[[], None]) -> Tensor:
    rows, columns = padded.shape[-2:]
    total: Tensor | None = None
    weight: Tensor | None = None
    for top, height in _spans(rows, tiling):
        for left, width in _spans(columns, tiling):
            check()
            part = forward(padded[..., top : top + height, left : left + width])[0]
            factor = height // part.shape[-2]
            if total is None or weight is None:
                total = part.new_zeros(len(part), rows // factor, columns // factor)
                weight = part.new_zeros(rows // factor, columns // factor)
            window = _window(part, (top, height, rows), (left, width, columns), tiling.overlap // factor)
            box = (
                slice(top // factor, (top + height) // factor),
                slice(left // factor, (left + width) // factor),
            )
            total[(slice(None), *box)] += part * window
            weight[box] += window
    assert total is not None  # there is at least one tile
    assert weight is not None
    return total / weight


def _window(
    part: Tensor, vertical: tuple[int, int, int], horizontal: tuple[int, int, int], overlap: int
) -> Tensor:
    """Weights of a tile: 1 inside, falling to almost 0 towards neighbours, 1 at the section's own edges."""
    ramps = []
    for length, (start, extent, limit) in zip(part.shape[-2:], (vertical, horizontal), strict=True):
        position = torch.arange(length, device=part.device, dtype=part.dtype) + 0.5
        # The outermost quarter of the overlap has no context on one side and counts next to nothing.
        quarter = overlap / 4
        before = ((position - quarter) / (2 * quarter)).clamp(1e-3, 1.0)
        ramp = torch.ones_like(position)
        if start > 0:
            ramp = ramp * before
        if start + extent < limit:
            ramp = ramp * before.flip(0)
        ramps.append(ramp)
    return ramps[0][:, None] * ramps[1][None, :]


def _spans(limit: int, tiling: Tiling) -> list[tuple[int, int]]:
    """(start, length) of the tiles along one side, on multiples of 32, evenly shifted back at the end."""
    if limit <= tiling.tile:
        return [(0, limit)]
    step = tiling.tile - tiling.overlap
    starts = [*range(0, limit - tiling.tile, step), limit - tiling.tile]
    return [(start, tiling.tile) for start in starts]


def _padded(planes: Tensor, least: tuple[int, int]) -> Tensor:
    for axis in (1, 2):
        length = planes.shape[axis]
        missing = max(length + -length % STRIDE, least[axis - 1]) - length
        while missing:
            # A section narrower than what is missing is reflected again and again.
            mirrored = planes.flip(axis).narrow(axis, 0, min(missing, planes.shape[axis]))
            planes = torch.cat([planes, mirrored], dim=axis)
            missing -= mirrored.shape[axis]
    return planes
