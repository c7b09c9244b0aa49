"""Finding similar patches of a survey: exact cosine similarity of every window of the cached features.

The similarity of a window of cells W to a query q is ``q . A(mean(f) - m) / |A(mean(f) - m)|`` with the
whitening ``(m, A)``. Its numerator is linear in the cells, so one product per cell and box sums of single
numbers give it for all windows; its denominator does not depend on the query and is kept for each patch size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from seisview.data.geometry import SectionKey
from seisview.errors import ModelError
from seisview.labels.boxes import Box
from seisview.labels.patches import Patch
from seisview.learn.matching.confidence import (
    FIRST_HITS,
    REFINED_HITS,
    Calibration,
    CosineCalibration,
    fit_calibration,
)
from seisview.learn.matching.similarity import unit_rows
from seisview.learn.matching.windows import (
    CellFeatures,
    Floats,
    fit_whitening,
    line_blocks,
    no_whitening,
    pooled_windows,
    sample_windows,
    window_shape,
    window_sums,
)

Check = Callable[[], None]

_QUICK_CELLS = 300_000
_BACKGROUND = 300
_LEVELS = 1 << 15
WHITENING = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Similarities of all windows of one direction.

    Attributes
    ----------
    search : WindowSearch
        Where they come from.
    similarity : ndarray of float32, shape (n_lines, rows, columns)
        By place of the window's first cell; -inf where there is no window to find.
    is_refined : bool
        Whether verdicts had a part in the query.
    """

    search: WindowSearch
    similarity: Floats
    is_refined: bool = False

    @property
    def calibration(self) -> Calibration | CosineCalibration:
        """What makes confidences of the similarities."""
        if not self.search.features.is_metric:
            return self.search.calibration
        return REFINED_HITS if self.is_refined else FIRST_HITS

    def confidences(self) -> npt.NDArray[np.uint8]:
        """Confidence of every window as a heat map keeps it: 1..255 for 0..1, 0 where there is no window."""
        levels = np.linspace(-1, 1, _LEVELS)
        # Looked up: logarithms of millions of similarities take longer than finding them.
        table = np.rint(1 + 254 * self.calibration.confidence(levels)).astype(np.uint8)
        known = np.isfinite(self.similarity)
        place = np.where(known, self.similarity, np.float32(0)) * np.float32((_LEVELS - 1) / 2)
        place += np.float32((_LEVELS - 1) / 2 + 0.5)
        values = table[np.clip(place, 0, _LEVELS - 1, out=place).astype(np.uint16)]
        values[~known] = 0
        return values


class WindowSearch:
    """Searches windows of one size along one direction; made once for each size, then every query is quick.

    Parameters
    ----------
    features : CellFeatures
    size : (int, int)
        Samples and traces of a patch; brought to whole cells.
    strength : float
        See :class:`~seisview.learn.matching.windows.Whitening`; of features that are no metric yet.

    Attributes
    ----------
    window : (int, int)
        Cells of a window.
    calibration : Calibration
        Of similarities in features that are no metric yet: places and the same places some lines further on,
        against random pairs.
    background : ndarray of float32, shape (n, d)
        Embeddings of some hundred windows of anywhere.

    Raises
    ------
    ModelError
        If no section of the features is there yet.
    """

    def __init__(self, features: CellFeatures, size: tuple[int, int], strength: float = WHITENING) -> None:
        if not features.done.any():
            raise ModelError("The features of the survey are not made yet.", "Wait until some are there.")
        self.features = features
        self.size = size
        _, rows, columns, _ = features.array().shape
        self.window = window_shape(size, features.cell, (rows, columns))
        # A quarter of a patch further on is still the same thing seen again, and no copy of it.
        apart = max(1, self.window[1] * features.cell[1] // 4)
        here, there = sample_windows(features, self.window, apart=apart)
        learnt = features.is_metric
        self.whitening = no_whitening(features.dimensions) if learnt else fit_whitening(here, there, strength)
        embedded = [unit_rows(self.whitening.apply(pooled)) for pooled in (here, there)]
        self.calibration = _calibrate(embedded[0], embedded[1], apart)
        self.background = embedded[0][:: max(1, len(here) // _BACKGROUND)]
        self._lengths: Floats | None = None

    @property
    def is_prepared(self) -> bool:
        """Whether the lengths are known, so that a search takes one product per cell."""
        return self._lengths is not None

    @property
    def quick_stride(self) -> int:
        """Every how many lines a first look takes; 1 once the lengths are known."""
        if self.is_prepared:
            return 1
        n_cells = int(np.prod(self.features.array().shape[:3]))
        return max(1, -(-n_cells // _QUICK_CELLS))

    def embed(self, section: npt.NDArray[np.floating], box: Box) -> Floats:
        """Embedding of the window nearest to a box of a section, of length 1.

        Parameters
        ----------
        section : ndarray, shape (cell rows, cell columns, d)
            Its features.
        box : Box
            In samples and traces; only its place counts.
        """
        h, w = (min(side, whole) for side, whole in zip(self.window, section.shape[:2], strict=True))
        row, column = self._first_cell(box, (section.shape[0] - h, section.shape[1] - w))
        cells = np.asarray(section[row : row + h, column : column + w], np.float32)
        pooled = cells.mean(axis=(0, 1))
        embedding: Floats = unit_rows(self.whitening.apply(pooled[None]))[0]
        return embedding

    def _first_cell(self, box: Box, last: tuple[int, int]) -> tuple[int, int]:
        """Cell (row, column) at which the window nearest to a box begins."""
        middle = (box.row0 + box.row1) / 2, (box.column0 + box.column1) / 2
        row, column = (
            min(max(round(m / one - side / 2), 0), end)
            for m, one, side, end in zip(middle, self.features.cell, self.window, last, strict=True)
        )
        return row, column

    def patch_of(self, line: int, row: int, column: int) -> Patch:
        """The patch of a window, in samples and traces."""
        down, across = self.features.cell
        h, w = self.window
        box = Box(row * down, (row + h) * down, column * across, (column + w) * across)
        return Patch(SectionKey(self.features.axis, self.features.lines[line]), box)

    def search(
        self, query: Floats, check: Check = lambda: None, quick: bool = False, is_refined: bool = False
    ) -> Field:
        """Cosine similarities of all windows to a query of length 1.

        Parameters
        ----------
        query : ndarray of float32, shape (d,)
            As :meth:`embed` or :func:`~seisview.learn.matching.refining.refined_query` give it.
        check : callable
            Called often; raises to stop.
        quick : bool
            Look at every n-th line only, so that an answer comes at once on a large survey.
        is_refined : bool
            Whether verdicts had a part in the query: confidences are other ones then.
        """
        array, stride = self.features.array(), self.quick_stride if quick else 1
        lines = np.flatnonzero(self.features.done)
        lines = lines[lines % stride == stride // 2] if len(lines) > stride > 1 else lines
        shape = (len(array), array.shape[1] - self.window[0] + 1, array.shape[2] - self.window[1] + 1)
        similarity = np.full(shape, -np.inf, np.float32)
        lengths = self._known_lengths(shape)
        weights = torch.from_numpy(np.ascontiguousarray(self.whitening.matrix @ query))
        shift = np.float32(self.whitening.mean @ self.whitening.matrix @ query)
        with torch.inference_mode():
            for part, cells in line_blocks(array, lines):
                check()
                along = torch.mv(cells.reshape(-1, cells.shape[-1]), weights).reshape(cells.shape[:-1])
                products = window_sums(along, self.window).numpy() - shift
                if np.isnan(lengths[part, 0, 0]).any():
                    lengths[part] = self._measure(cells)
                # infinitely long: a window with cells that hold no trace
                live = np.isfinite(lengths[part])
                similarity[part] = np.where(live, products / lengths[part], -np.inf)
        if stride == 1:
            self._lengths = lengths
        return Field(self, similarity, is_refined)

    def _known_lengths(self, shape: tuple[int, ...]) -> Floats:
        """Lengths of the embeddings of all windows; not a number where they were not measured yet."""
        return np.full(shape, np.nan, np.float32) if self._lengths is None else self._lengths

    def _measure(self, cells: torch.Tensor) -> Floats:
        pooled = pooled_windows(cells, self.window)
        mean, matrix = (torch.from_numpy(x) for x in (self.whitening.mean, self.whitening.matrix))
        lengths = torch.linalg.vector_norm((pooled - mean) @ matrix, dim=-1)
        dead = (cells.abs().amax(dim=-1) == 0).float()
        if bool(dead.any()):
            lengths[window_sums(dead, self.window) > 0] = torch.inf
        measured: Floats = np.maximum(lengths.numpy(), np.float32(1e-6))
        return measured


def _calibrate(first: Floats, second: Floats, apart: int) -> Calibration:
    matching = np.einsum("nd,nd->n", first, second)
    order = np.random.default_rng(0).permutation(len(first))
    other = np.einsum("nd,nd->n", first, first[order])[order != np.arange(len(first))]
    source = f"{len(first)} places and the same places {apart} lines on, against random pairs"
    return fit_calibration(matching, other, source)
