"""Training and validation apart in space: contiguous blocks with a guard band, never random lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis
from seisview.learn.samples.labelled import GUARD_LINES, LabelledSection
from seisview.learn.samples.targets import IGNORE

_LEAST_VALIDATION = 64
_LEAST_KEPT = 0.6
_LEAST_KEPT_PER_CLASS = 0.5
_CANDIDATES_PER_AXIS = 64

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """A contiguous range of lines across one axis, with a guard band on both sides.

    Attributes
    ----------
    axis : Axis
        Inline or crossline.
    start, stop : int
        Half-open range of indices.
    guard : int
        Lines on either side that belong to neither part.
    """

    axis: Axis
    start: int
    stop: int
    guard: int = GUARD_LINES

    def __str__(self) -> str:
        return f"{self.axis} {self.start}:{self.stop}"

    @classmethod
    def parse(cls, text: str) -> Block | None:
        """Read what ``str`` wrote, e.g. ``"inline 12:20"`` (indices); None for anything else."""
        found = re.fullmatch(r"(inline|crossline) (\d+):(\d+)", text)
        return None if found is None else cls(Axis(found[1]), int(found[2]), int(found[3]))

    def inside(self, positions: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        """Which line indices lie in the block."""
        return (positions >= self.start) & (positions < self.stop)

    def outside(self, positions: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        """Which line indices lie beyond the guard band."""
        return (positions < self.start - self.guard) | (positions >= self.stop + self.guard)


def split_by_block(
    sections: Sequence[LabelledSection], block: Block
) -> tuple[tuple[LabelledSection, ...], tuple[LabelledSection, ...]]:
    """Training and validation sections; the same section may serve both, with different samples.

    Returns
    -------
    train, validation : tuple of LabelledSection
        Targets elsewhere are IGNORE; sections without any target are dropped.
    """
    train, validation = [], []
    for section in sections:
        positions = _positions(section, block.axis)
        train.append(_restricted(section, block.outside(positions)))
        validation.append(_restricted(section, block.inside(positions)))
    return _with_targets(train), _with_targets(validation)


def choose_block(sections: Sequence[LabelledSection], n_classes: int, fraction: float) -> Block | None:
    """Choose the block of lines that is best set apart for validation.

    Candidates hold about `fraction` of all labelled samples. Training must keep at least 60 % of all samples
    and half of every class. Among those the block with the most classes wins, then the one that costs
    training least.

    Returns
    -------
    Block or None
        None when the labels are too few or too close together to be divided.
    """
    if fraction <= 0:
        return None
    best: tuple[tuple[int, int], Block] | None = None
    for axis in (Axis.INLINE, Axis.CROSSLINE):
        profile = _profile(sections, axis, n_classes)
        for block in _candidates(profile, axis, fraction):
            score = _score(profile, block, fraction)
            if score is not None and (best is None or score > best[0]):
                best = (score, block)
    return None if best is None else best[1]


def _positions(section: LabelledSection, axis: Axis) -> npt.NDArray[np.intp]:
    n_traces = section.targets.shape[1]
    return np.full(n_traces, section.key.index) if section.key.axis is axis else np.arange(n_traces)


def _restricted(section: LabelledSection, columns: npt.NDArray[np.bool_]) -> LabelledSection:
    return replace(section, targets=np.where(columns, section.targets, np.uint8(IGNORE)))


def _with_targets(sections: list[LabelledSection]) -> tuple[LabelledSection, ...]:
    return tuple(s for s in sections if (s.targets != IGNORE).any())


def _profile(sections: Sequence[LabelledSection], axis: Axis, n_classes: int) -> Counts:
    """Labelled samples per line across `axis` and class, shape (n_lines, n_classes)."""
    n_lines = max(int(_positions(s, axis).max()) for s in sections) + 1
    profile = np.zeros((n_lines, n_classes), np.int64)
    for section in sections:
        columns = np.stack([(section.targets == c).sum(axis=0) for c in range(n_classes)], axis=1)
        np.add.at(profile, _positions(section, axis), columns)
    return profile


def _candidates(profile: Counts, axis: Axis, fraction: float) -> Iterator[Block]:
    lines = np.flatnonzero(profile.sum(axis=1))
    cumulative = np.concatenate([[0], np.cumsum(profile.sum(axis=1))])
    wanted = max(fraction * cumulative[-1], 1)
    picked = np.unique(np.linspace(0, len(lines) - 1, _CANDIDATES_PER_AXIS).round().astype(np.intp))
    for start in lines[picked]:
        stop = int(np.searchsorted(cumulative, cumulative[start] + wanted))
        if stop < len(cumulative):
            yield Block(axis, int(start), stop)


def _score(profile: Counts, block: Block, fraction: float) -> tuple[int, int] | None:
    total = profile.sum(axis=0)
    validation = profile[block.start : block.stop].sum(axis=0)
    spent = profile[max(block.start - block.guard, 0) : block.stop + block.guard].sum(axis=0)
    kept = total - spent
    too_much = validation.sum() > 2 * fraction * total.sum() or kept.sum() < _LEAST_KEPT * total.sum()
    if too_much or validation.sum() < _LEAST_VALIDATION or (kept < _LEAST_KEPT_PER_CLASS * total).any():
        return None
    return int((validation >= 16).sum()), int(kept.sum())
