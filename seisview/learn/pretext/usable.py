"""Which parts of a survey pretraining may use: apart from hold-outs, and training apart from validation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.learn.samples.labelled import GUARD_LINES
from seisview.learn.samples.splits import Block

Mask = npt.NDArray[np.bool_]

_LONGEST_GAP = 8
"""Traces: a longer run of dead ones divides a section."""


@dataclass(frozen=True, slots=True)
class Box:
    """Rows and columns of a section, half-open."""

    top: int
    bottom: int
    left: int
    right: int


def validation_block(
    geometry: SurveyGeometry, fraction: float, generator: np.random.Generator
) -> Block | None:
    """Lines at one end of a survey, across its longer side, so that what is left stays wide.

    Returns
    -------
    Block or None
        None when `fraction` is 0 or the survey is too small to be divided.
    """
    axis = max((Axis.INLINE, Axis.CROSSLINE), key=geometry.count)
    count = geometry.count(axis)
    size = round(fraction * count)
    at_the_end = bool(generator.integers(2))
    if size < 1 or count < 16:
        return None
    guard = min(GUARD_LINES, count // 8)
    return Block(axis, count - size, count, guard) if at_the_end else Block(axis, 0, size, guard)


def usable_boxes(
    section: npt.NDArray[np.float32], key: SectionKey, columns: Mask, holdout: Iterable[SectionKey]
) -> list[Box]:
    """Rectangles of a section without hold-outs and dead ground.

    Parameters
    ----------
    section : ndarray of float32, shape (n_samples, n_traces)
    key : SectionKey
    columns : ndarray of bool, shape (n_traces,)
        Columns that may be used otherwise.
    holdout : iterable of SectionKey
        Neither they nor what lies within :data:`seisview.learn.samples.labelled.GUARD_LINES` of them is used;
        of a slice the one row.
    """
    rows, columns = np.ones(section.shape[0], bool), columns & _live(section)
    for held in holdout:
        if held.axis is Axis.SAMPLE:
            rows[held.index] = False
        elif held.axis is not key.axis:
            columns[max(held.index - GUARD_LINES, 0) : held.index + GUARD_LINES + 1] = False
        elif abs(held.index - key.index) <= GUARD_LINES:
            return []
    return [Box(*vertical, *lateral) for vertical in runs(rows) for lateral in runs(columns)]


def columns_of(key: SectionKey, block: Block | None, n_traces: int) -> tuple[Mask, Mask]:
    """Which columns of a section are for training, and which for validation."""
    everywhere = np.ones(n_traces, bool)
    if block is None:
        return everywhere, ~everywhere
    positions = np.full(n_traces, key.index) if key.axis is block.axis else np.arange(n_traces)
    return block.outside(positions), block.inside(positions)


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Half-open ranges over which a mask is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def _live(section: npt.NDArray[np.float32]) -> Mask:
    """Columns that hold data, single dead traces among them included."""
    live = np.asarray(section.any(axis=0))
    for start, stop in runs(~live):
        if start > 0 and stop < len(live) and stop - start < _LONGEST_GAP:
            live[start:stop] = True
    return live
