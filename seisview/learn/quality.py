"""Where a prediction goes wrong: one confusion matrix, and for every cell the places with most such samples.

Free of torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.labels.boxes import Box
from seisview.learn.metrics import ConfusionMatrix

ByteArray = npt.NDArray[np.uint8]
Cell = tuple[int, int]
"""(true class id, predicted class id); predicted 0: nothing."""

_BLOCK = 8
_WINDOW_BLOCKS = 8
_PLACES_PER_CELL = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a section where one class is taken for another.

    Attributes
    ----------
    key : SectionKey
    box : Box
        Around those samples, at most about 64 rows and columns.
    n_samples : int
        How many of them lie in it.
    """

    key: SectionKey
    box: Box
    n_samples: int


class ErrorCounter:
    """Adds up sections into a confusion matrix and remembers the worst places of each cell.

    Parameters
    ----------
    class_ids : iterable of int
        Every id that may occur; the position is the row and column of the matrix.
    """

    def __init__(self, class_ids: Iterable[int]) -> None:
        self.class_ids = tuple(class_ids)
        self.matrix = ConfusionMatrix(len(self.class_ids))
        self._places: dict[Cell, list[Place]] = {}
        self._position = np.full(256, -1, np.int16)
        self._position[list(self.class_ids)] = np.arange(len(self.class_ids))

    @property
    def places(self) -> Mapping[Cell, tuple[Place, ...]]:
        """Places by cell, the one with most samples first, at most one for each section."""
        return {cell: tuple(places) for cell, places in self._places.items()}

    def add(self, key: SectionKey, truth: ByteArray, predicted: ByteArray) -> None:
        """Compare a section; class ids, 0 in `truth` is unlabelled, 0 in `predicted` is a miss."""
        true, answer = self._position[truth], self._position[predicted]
        self.matrix.add(true, answer)
        n = len(self.class_ids)
        answer = np.where(answer < 0, n, answer)  # what was not answered has a column of its own
        codes = np.where(true < 0, -1, true.astype(np.int32) * (n + 1) + answer)
        for code in np.unique(codes[codes >= 0]).tolist():
            row, column = divmod(code, n + 1)
            cell = self.class_ids[row], 0 if column == n else self.class_ids[column]
            self._keep(cell, _densest(key, codes == code))

    def _keep(self, cell: Cell, place: Place) -> None:
        places = [*self._places.get(cell, ()), place]
        places.sort(key=lambda p: (-p.n_samples, p.key))
        self._places[cell] = places[:_PLACES_PER_CELL]


def _densest(key: SectionKey, wrong: npt.NDArray[np.bool_]) -> Place:
    """The window of some 64 x 64 samples that holds most of `wrong`, cut down to them."""
    rows, columns = (np.arange(0, n, _BLOCK) for n in wrong.shape)
    blocks = np.add.reduceat(np.add.reduceat(wrong, rows, axis=0, dtype=np.int32), columns, axis=1)
    table = np.zeros((blocks.shape[0] + 1, blocks.shape[1] + 1), np.int64)
    table[1:, 1:] = blocks.cumsum(axis=0).cumsum(axis=1)
    high, wide = (min(_WINDOW_BLOCKS, n) for n in blocks.shape)
    sums = table[high:, wide:] - table[:-high, wide:] - table[high:, :-wide] + table[:-high, :-wide]
    row, column = divmod(int(sums.argmax()), sums.shape[1])
    row0, column0 = row * _BLOCK, column * _BLOCK
    window = wrong[row0 : row0 + high * _BLOCK, column0 : column0 + wide * _BLOCK]
    return Place(key, Box.around(window, row0, column0), int(window.sum()))
