"""Random windows of sections of any size: as large as a task wants, or as large as fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.learn.pretext.sections import Piece

Size = tuple[int, int]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a task wants its crops.

    Attributes
    ----------
    wanted, least : (int, int)
        Rows and columns of a crop, where sections are large enough, and where they are small.
    window_of : callable
        Size of a crop -> size of what must be cut from a section to make it.
    step : int
        Sides between `least` and `wanted` differ from `wanted` by multiples of this.
    """

    wanted: Size
    least: Size
    window_of: Callable[[Size], Size] = lambda crop: crop
    step: int = 32

    def fitted(self, available: Size) -> Size:
        """Largest crop whose window fits into a piece; :attr:`least` where none does."""
        crop = list(self.wanted)
        for side in (0, 1):
            while (
                self.window_of((crop[0], crop[1]))[side] > available[side]
                and crop[side] - self.step >= self.least[side]
            ):
                crop[side] -= self.step
        return crop[0], crop[1]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A window that was drawn.

    Attributes
    ----------
    piece : Piece
        What it is of.
    amplitude : ndarray of float32, shape (rows, columns)
    depth : ndarray of float32, shape (rows,)
    crop : (int, int)
        Size of the crop it is meant for.
    """

    piece: Piece
    amplitude: FloatArray
    depth: FloatArray
    crop: Size

    def mirrored(self) -> Window:
        """The same window, left and right exchanged."""
        return replace(self, amplitude=np.ascontiguousarray(self.amplitude[:, ::-1]))


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Pieces whose crops have one size, and so can share a batch."""

    crop: Size
    pieces: list[Piece]
    shares: npt.NDArray[np.float64]


class WindowSampler:
    """Draws windows; the larger a piece, the more of them, with every survey's weight the root of its size.

    All windows of a batch are of one size. Pieces smaller than the window of the least crop are continued
    by reflection.

    Parameters
    ----------
    pieces : sequence of Piece
        At least one.
    sizes : Sizes
    generator : numpy.random.Generator
        Decides everything that is random here, and may be shared with what is done to the windows.
    """

    def __init__(self, pieces: Sequence[Piece], sizes: Sizes, generator: np.random.Generator) -> None:
        self.generator = generator
        self._sizes = sizes
        weights = _weights(pieces)
        by_crop: dict[Size, list[int]] = {}
        for number, piece in enumerate(pieces):
            by_crop.setdefault(sizes.fitted(piece.shape), []).append(number)
        self._groups = [
            _Group(crop, [pieces[i] for i in numbers], weights[numbers] / weights[numbers].sum())
            for crop, numbers in by_crop.items()
        ]
        totals = np.array([weights[numbers].sum() for numbers in by_crop.values()])
        self._shares = totals / totals.sum()

    def batch(self, size: int) -> list[Window]:
        """Draw windows of pieces whose crops have the same size."""
        group = self._groups[int(self.generator.choice(len(self._groups), p=self._shares))]
        chosen = self.generator.choice(len(group.pieces), size, p=group.shares)
        return [self._draw(group.pieces[int(number)], group.crop) for number in chosen]

    def state(self) -> dict[str, Any]:
        """The random generator, as plain values."""
        return dict(self.generator.bit_generator.state)

    def restore(self, state: dict[str, Any]) -> None:
        """Draw next what would have been drawn then."""
        self.generator.bit_generator.state = state

    def _draw(self, piece: Piece, crop: Size) -> Window:
        window = self._sizes.window_of(crop)
        rows, columns = (self._range(have, want) for have, want in zip(piece.shape, window, strict=True))
        amplitude = piece.amplitude[np.ix_(rows, columns)].astype(np.float32)
        return Window(piece, amplitude, piece.depth[rows], crop)

    def _range(self, have: int, want: int) -> npt.NDArray[np.intp]:
        """Indices of a window along one side, reflected where the piece ends too early."""
        start = int(self.generator.integers(max(have - want, 0) + 1))
        numbers = np.arange(start, start + want) % (2 * have)
        return np.where(numbers < have, numbers, 2 * have - 1 - numbers)


def _weights(pieces: Sequence[Piece]) -> npt.NDArray[np.float64]:
    areas = np.array([piece.amplitude.size for piece in pieces], float)
    surveys = np.array([piece.survey for piece in pieces])
    totals = np.bincount(surveys, weights=areas)
    return np.asarray(areas / np.sqrt(totals[surveys]))
