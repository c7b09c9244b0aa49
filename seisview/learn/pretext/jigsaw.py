"""Jigsaw: where was each of nine shuffled tiles? (Noroozi and Favaro 2016; Monteiro et al. 2022)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from seisview.learn.pretext.config import PretextName
from seisview.learn.pretext.windows import FloatArray, Size, Sizes, Window

SIDE = 3
N_TILES = SIDE * SIDE
N_PAIRS = 500
REFERENCE_CANVAS = (420, 618)
LEAST_CANVAS = (114, 114)

_TILE_STEP = 32
_LEAST_GAP = 6  # samples by which a tile is smaller than its cell, so that edges need not continue


@lru_cache(maxsize=2)
def permutation_set(seed: int, n_pairs: int = N_PAIRS) -> npt.NDArray[np.uint8]:
    """Permutations of nine that differ much: pairs of one drawn at random and the one farthest from it.

    Parameters
    ----------
    seed : int
        The same seed gives the same set.
    n_pairs : int

    Returns
    -------
    ndarray of uint8, shape (2 * n_pairs, 9)
        All different. Row 2i is drawn from those that remain; row 2i + 1 has the largest Hamming distance
        to it among those that remain then (one of them at random where several have). Read-only.
    """
    generator = np.random.default_rng([seed, N_TILES])
    table = np.array(list(permutations(range(N_TILES))), np.uint8)
    by_place = np.ascontiguousarray(table.T)
    remaining = np.ones(len(table), bool)
    chosen: list[int] = []
    for _ in range(n_pairs):
        drawn = int(generator.choice(np.flatnonzero(remaining)))
        remaining[drawn] = False
        distance = sum(
            (place != value).astype(np.int8) for place, value in zip(by_place, table[drawn], strict=True)
        )
        distance = np.where(remaining, distance, -1)
        farthest = int(generator.choice(np.flatnonzero(distance == distance.max())))
        remaining[farthest] = False
        chosen += [drawn, farthest]
    result = table[chosen]
    result.flags.writeable = False
    return result


def tile_of(canvas: Size) -> Size:
    """Size of the tiles of a canvas: 128 x 192 for the reference's 420 x 618."""
    rows, columns = ((side // SIDE - _LEAST_GAP) // _TILE_STEP * _TILE_STEP for side in canvas)
    return rows, columns


def tiles(canvas: FloatArray, generator: np.random.Generator) -> list[FloatArray]:
    """Cut one tile at random out of each cell of the 3 x 3 grid, row by row."""
    cell = canvas.shape[0] // SIDE, canvas.shape[1] // SIDE
    size = tile_of((canvas.shape[0], canvas.shape[1]))
    cut = []
    for number in range(N_TILES):
        row, column = divmod(number, SIDE)
        top = row * cell[0] + int(generator.integers(cell[0] - size[0] + 1))
        left = column * cell[1] + int(generator.integers(cell[1] - size[1] + 1))
        cut.append(canvas[top : top + size[0], left : left + size[1]])
    return cut


class Jigsaw:
    """Nine tiles in the order of one of 1000 permutations; for every tile its original place is asked.

    The head sees the nine pooled tiles together, in the order shown: alone a tile would have to be placed
    without its neighbours, and the permutation would not matter.

    Parameters
    ----------
    crop : (int, int) or None
        Of the canvas; default: the reference's 420 x 618, which gives tiles of 128 x 192.
    seed : int
        Of the set of permutations.
    """

    name: PretextName = "jigsaw"
    head = (N_TILES, N_TILES * N_TILES)

    def __init__(self, crop: Size | None = None, seed: int = 0) -> None:
        wanted = REFERENCE_CANVAS if crop is None else crop
        canvas = max(wanted[0], LEAST_CANVAS[0]), max(wanted[1], LEAST_CANVAS[1])
        self.sizes = Sizes(canvas, LEAST_CANVAS)
        self.permutations = permutation_set(seed)

    def images(
        self, windows: Sequence[Window], generator: np.random.Generator, /
    ) -> tuple[list[FloatArray], npt.NDArray[np.int64]]:
        """Tiles of all windows in shuffled order, and the original places of each window's nine."""
        orders = self.permutations[generator.integers(len(self.permutations), size=len(windows))]
        shuffled = []
        for window, order in zip(windows, orders, strict=True):
            cut = tiles(window.amplitude, generator)
            shuffled += [cut[place] for place in order]
        return shuffled, orders.astype(np.int64)

    def arranged(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """One row per tile."""
        return outputs.reshape(-1, N_TILES), targets.reshape(-1)

    def tensors(self) -> dict[str, Tensor]:
        """The set of permutations: without it nobody could tell what the network was asked."""
        return {"jigsaw.permutations": torch.from_numpy(self.permutations.copy())}
