"""Which sections to label next: where a prediction is unsure, away from what is labelled and from each other.

Free of torch. Confidence is taken as it comes: that it is calibrated is up to the prediction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey

FloatArray = npt.NDArray[np.float32]

VERTICAL = (Axis.INLINE, Axis.CROSSLINE)
BLOCK = 16


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """How sections to label next are chosen.

    Attributes
    ----------
    count : int
        Sections to list at most.
    block : int
        Samples, and traces, along a side of the blocks over which uncertainty is averaged: single unsure
        samples, and the thin seams between facies, say little about a section.
    worst_share : float
        Share of a section's blocks that counts, the least sure ones: a body that is not understood matters,
        however small it is beside the rest.
    reach : float
        Share of the lines of an axis over which a labelled or listed section teaches about its neighbours.
    """

    count: int = 10
    block: int = BLOCK
    worst_share: float = 0.25
    reach: float = 0.05


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A section worth labelling.

    Attributes
    ----------
    key : SectionKey
        An inline or crossline.
    score : float
        Uncertainty 0..1 of its least sure blocks, less what labelled sections, and those listed before it,
        teach about it.
    uncertainty : float
        The same without that discount.
    """

    key: SectionKey
    score: float
    uncertainty: float


class UncertaintyMap:
    """One minus confidence, averaged over blocks of every inline and crossline.

    Filled by :meth:`add` section by section, in any order; each section also tells about those that cross it.

    Parameters
    ----------
    shape : (int, int, int)
        (inlines, crosslines, samples) of the survey.
    block : int
        See :class:`RankingConfig`.
    """

    def __init__(self, shape: tuple[int, int, int], block: int = BLOCK) -> None:
        self.shape = shape
        self.block = block
        self._starts = {n: np.arange(0, n, block) for n in shape}
        blocks = {axis: self._n_blocks(_crossing(axis)) for axis in VERTICAL}
        down = len(self._starts[shape[2]])
        self._sums = {a: np.zeros((self._count(a), blocks[a], down), np.float32) for a in VERTICAL}
        self._known = {axis: np.zeros_like(sums) for axis, sums in self._sums.items()}

    def add(self, key: SectionKey, confidence: npt.NDArray[np.floating]) -> None:
        """Take the confidence of a vertical section.

        Parameters
        ----------
        key : SectionKey
        confidence : ndarray of float, shape (n_samples, n_traces)
            0..1; 0 where nothing was predicted.
        """
        known = (confidence > 0).astype(np.float32)
        unsure = np.where(known > 0, 1.0 - confidence, 0.0).astype(np.float32)
        crossing = _crossing(key.axis)
        rows, columns = self._starts[self.shape[2]], self._starts[self._count(crossing)]
        for target, values in ((self._sums, unsure), (self._known, known)):
            rowwise = np.add.reduceat(values, rows, axis=0)  # (row blocks, traces)
            target[key.axis][key.index] = np.add.reduceat(rowwise, columns, axis=1).T
            target[crossing][:, key.index // self.block] += rowwise.T

    def known_share(self) -> float:
        """Share of the survey's samples that a confidence is known of, once all inlines were added."""
        return float(self._known[Axis.INLINE].sum(dtype=np.float64)) / max(math.prod(self.shape), 1)

    def blocks(self, axis: Axis) -> FloatArray:
        """Mean uncertainty, shape (lines, blocks across, blocks down); NaN where nothing is known."""
        sums, known = self._sums[axis], self._known[axis]
        return np.divide(sums, known, out=np.full_like(sums, np.nan), where=known > 0)

    def _count(self, axis: Axis) -> int:
        return self.shape[VERTICAL.index(axis)]

    def _n_blocks(self, axis: Axis) -> int:
        return len(self._starts[self._count(axis)])


def rank_sections(
    uncertainty: UncertaintyMap, taken: Iterable[SectionKey], config: RankingConfig | None = None
) -> tuple[Suggestion, ...]:
    """Choose sections one by one: unsure, far from labelled ones, far from each other.

    Each choice lowers the worth of its neighbours, and of the blocks of crossing sections where they meet it
    (greedy maximisation of a sum with diminishing returns, as for facility location).

    Parameters
    ----------
    uncertainty : UncertaintyMap
    taken : iterable of SectionKey
        Labelled and held-out sections; slices are ignored.
    config : RankingConfig, optional

    Returns
    -------
    tuple of Suggestion
        Best first, scores never rising; shorter than asked for when nothing unsure is left. Sections of a
        single trace are no use and never listed.
    """
    config = config or RankingConfig()
    board = _Board(uncertainty, config)
    for key in taken:
        if key.axis in VERTICAL:
            board.take(key)
    chosen: list[Suggestion] = []
    while len(chosen) < config.count and (best := board.best()) is not None:
        chosen.append(best)
        board.take(best.key)
    return tuple(chosen)


class _Board:
    """What each section is still worth."""

    def __init__(self, uncertainty: UncertaintyMap, config: RankingConfig) -> None:
        self._config = config
        self._block = uncertainty.block
        self._blocks: Mapping[Axis, FloatArray] = {axis: uncertainty.blocks(axis) for axis in VERTICAL}
        self._useful = [axis for axis in VERTICAL if len(self._blocks[_crossing(axis)]) > 1]
        self._taken: dict[Axis, list[int]] = {axis: [] for axis in VERTICAL}
        self._alone = {axis: self._worst(axis) for axis in VERTICAL}
        self._worth = dict(self._alone)

    def take(self, key: SectionKey) -> None:
        """Labels will be, or are, on this section."""
        self._taken[key.axis].append(key.index)
        crossing = _crossing(key.axis)
        self._worth[crossing] = self._worst(crossing)

    def best(self) -> Suggestion | None:
        found: list[Suggestion] = []
        for axis in self._useful:
            lines = np.arange(len(self._blocks[axis]), dtype=np.float32)
            worth = self._worth[axis] * self._newness(axis, lines)
            worth[self._distance(axis, lines) <= self._spacing(axis)] = 0.0
            worth = np.nan_to_num(worth)
            index = int(worth.argmax())
            if worth[index] > 0:
                key = SectionKey(axis, index)
                found.append(Suggestion(key, float(worth[index]), float(self._alone[axis][index])))
        return max(found, key=lambda suggestion: suggestion.score, default=None)

    def _worst(self, axis: Axis) -> FloatArray:
        """Mean of the least sure blocks of each section, those near taken crossing sections discounted."""
        blocks, crossing = self._blocks[axis], _crossing(axis)
        n_lines, across, down = blocks.shape
        centres = (np.arange(across, dtype=np.float32) + 0.5) * self._block - 0.5
        weighted = np.nan_to_num(blocks) * self._newness(crossing, centres)[None, :, None]
        flat = weighted.reshape(n_lines, across * down)
        kept = max(1, round(self._config.worst_share * across * down))
        worst: FloatArray = np.partition(flat, across * down - kept, axis=1)[:, -kept:].mean(axis=1)
        worst[np.isnan(blocks).all(axis=(1, 2))] = np.nan
        return worst

    def _newness(self, axis: Axis, positions: FloatArray) -> FloatArray:
        return np.asarray(1.0 - np.exp(-self._distance(axis, positions) / self._scale(axis)), np.float32)

    def _distance(self, axis: Axis, positions: FloatArray) -> FloatArray:
        if not self._taken[axis]:
            return np.full(len(positions), np.inf, np.float32)
        taken = np.array(self._taken[axis], np.float32)
        return np.asarray(np.abs(positions[:, None] - taken[None, :]).min(axis=1), np.float32)

    def _scale(self, axis: Axis) -> float:
        return max(self._config.reach * len(self._blocks[axis]), 1.0)

    def _spacing(self, axis: Axis) -> float:
        return self._scale(axis) / 2


def _crossing(axis: Axis) -> Axis:
    return Axis.CROSSLINE if axis is Axis.INLINE else Axis.INLINE
