"""Facies of any section from the labels of others, each followed along the reflections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.learn.carrying.dip_field import DipField
from seisview.learn.carrying.following import rows_on_source

Mask = npt.NDArray[np.uint8]
Lines = npt.NDArray[np.float32]

_NEAREST_PARALLEL = 2
_TOLERATED = 2
"""Samples outside the survey that are put down to the error of following."""


@dataclass(frozen=True, slots=True, eq=False)
class CarriedLabels:
    """What the labels say about one section.

    Attributes
    ----------
    facies : ndarray of uint8, shape of the section
        Class ids; 0 where no label is carried to.
    lines : ndarray of float32, same shape
        How many lines away the labelled section is that it comes from; infinite where there is none.
    """

    facies: Mask
    lines: Lines


class Follow(Protocol):
    """Says where reflections come from: :func:`seisview.learn.carrying.following.rows_on_source`."""

    def __call__(self, field: DipField, source: SectionKey, target: SectionKey) -> npt.NDArray[np.float32]:
        """Rows of `source`, in the shape of the target."""


def carry_labels(
    masks: Mapping[SectionKey, Mask],
    field: DipField,
    target: SectionKey,
    follow: Follow = rows_on_source,
    every: int = 1,
    beyond: bool = True,
) -> CarriedLabels:
    """Carry labels to a section. Where several labelled sections say something, the nearest one holds.

    Parameters
    ----------
    masks : mapping of SectionKey to ndarray of uint8
        Labelled inlines and crosslines, 0 = unlabelled; labels on slices are not carried. That of the target
        itself, if it is among them, holds where it says something.
    field : DipField
        Of the survey.
    target : SectionKey
    follow : callable
        E.g. :class:`~seisview.learn.carrying.remembered.RememberedRows`, where the same sections come again.
    every : int
        Only every n-th row and column of the section, from the first: the answer is that much smaller.
    beyond : bool
        Reflections that come from above or below the survey take the label at its edge, as a guess that is
        better than none for a network; False: no label is carried along them.
    """
    shape = _shape(field, target)
    facies = np.zeros(tuple(-(-n // every) for n in shape), np.uint8)
    lines = np.full(facies.shape, np.inf, np.float32)
    for source in _sources(masks, target):
        found, away = _from_source(masks[source], field, (source, target), _How(follow, every, beyond))
        nearer = (found != 0) & (away < lines)
        np.copyto(facies, found, where=nearer)
        np.copyto(lines, away, where=nearer)
        if not lines.any():
            break  # labelled itself everywhere
    return CarriedLabels(facies, lines)


def _shape(field: DipField, target: SectionKey) -> tuple[int, int]:
    n_inlines, n_samples, n_crosslines = field.shape
    if target.axis is Axis.SAMPLE:
        return n_crosslines, n_inlines
    return n_samples, n_crosslines if target.axis is Axis.INLINE else n_inlines


def _sources(masks: Mapping[SectionKey, Mask], target: SectionKey) -> list[SectionKey]:
    """The nearest parallel sections on both sides, and all crossing ones."""
    usable = [key for key, mask in masks.items() if key.axis is not Axis.SAMPLE and mask.any()]
    parallel = [key for key in usable if key.axis is target.axis]
    before = sorted((k for k in parallel if k.index < target.index), key=lambda k: -k.index)
    after = sorted(k for k in parallel if k.index > target.index)
    itself = [k for k in parallel if k == target]
    crossing = sorted(key for key in usable if key.axis is not target.axis)
    return itself + before[:_NEAREST_PARALLEL] + after[:_NEAREST_PARALLEL] + crossing


class _How(NamedTuple):
    follow: Follow
    every: int
    beyond: bool


def _from_source(
    mask: Mask, field: DipField, between: tuple[SectionKey, SectionKey], how: _How
) -> tuple[Mask, Lines]:
    """Labels of one section at the target, and how many lines away they are (broadcasts to the target)."""
    (source, target), every = between, how.every
    if source == target:
        return mask[::every, ::every], np.zeros((1, 1), np.float32)
    rows = np.rint(how.follow(field, source, target)[::every, ::every]).astype(np.intp)
    columns, away = _along_source(field, source, target, every)
    inside = np.clip(rows, 0, len(mask) - 1)
    found: Mask = mask[inside, columns]
    if not how.beyond:
        found[np.abs(rows - inside) > _TOLERATED] = 0
    return found, away


def _along_source(
    field: DipField, source: SectionKey, target: SectionKey, every: int
) -> tuple[npt.NDArray[np.intp], Lines]:
    """Columns of the source for the samples of the target, and how far it is; both broadcast."""
    traces = np.arange(0, field.shape[2] if source.axis is Axis.INLINE else field.shape[0], every)
    if target.axis is source.axis:
        return traces[None, :], np.full((1, 1), abs(target.index - source.index), np.float32)
    lines = np.abs(np.arange(0, field.count(source.axis), every, dtype=np.float32) - source.index)
    if target.axis is not Axis.SAMPLE:
        return np.full((1, 1), target.index), lines[None, :]
    if source.axis is Axis.INLINE:
        return traces[:, None], lines[None, :]
    return traces[None, :], lines[:, None]
