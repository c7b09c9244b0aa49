"""Unlabelled sections of one or several surveys, as the pretext tasks draw from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.learn.pretext.usable import Box, columns_of, usable_boxes, validation_block
from seisview.learn.samples.splits import Block
from seisview.progress import Progress

MAX_SAMPLES = 1 << 28
"""Most samples kept in memory, as two bytes each."""

MAX_LINES = 160
"""Most lines per survey and axis, but of small sections as many as hold :data:`SAMPLES_PER_AXIS`."""

SAMPLES_PER_AXIS = 1 << 25
"""Neighbouring lines are near copies: reading more teaches little."""

LEAST_SIDE = 8
"""Pieces that are narrower or shorter show no geology."""


@dataclass(frozen=True, slots=True)
class PretextSurvey:
    """A survey to learn from.

    Attributes
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of the whole survey: every section is normalised by them.
    holdout : frozenset of SectionKey
        Sections that are never used, nor what lies near them.
    """

    volume: Volume
    statistics: AmplitudeStatistics
    holdout: frozenset[SectionKey] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A rectangle of a section that may be used.

    Attributes
    ----------
    survey : int
        Which survey it is of.
    key : SectionKey
    n_lines : int
        Lines of that survey along ``key.axis``.
    amplitude : ndarray of float16, shape (rows, columns)
        Normalised to -1..1.
    depth : ndarray of float32, shape (rows,)
        0 at the first sample of the survey, 1 at its last.
    """

    survey: int
    key: SectionKey
    n_lines: int
    amplitude: npt.NDArray[np.float16]
    depth: npt.NDArray[np.float32]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.amplitude.shape[0], self.amplitude.shape[1]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """What there is to learn from, and apart from it what learning is judged by."""

    train: tuple[Piece, ...]
    validation: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sections are taken.

    Attributes
    ----------
    axes : tuple of Axis
    validation_fraction : float
        Of each survey, as one block of lines at one of its ends.
    seed : int
    """

    axes: tuple[Axis, ...] = (Axis.INLINE, Axis.CROSSLINE)
    validation_fraction: float = 0.1
    seed: int = 0


def gather_pieces(surveys: Sequence[PretextSurvey], selection: Selection, progress: Progress) -> Pieces:
    """Read sections spread over all surveys, and cut away what may not be used.

    Raises
    ------
    ModelError
        If nothing can be used.
    VolumeError
        If a survey cannot be read.
    Cancelled
        If the job was asked to stop.
    """
    generator = np.random.default_rng([selection.seed, 7])
    most = MAX_SAMPLES // max(1, len(surveys))
    train: list[Piece] = []
    validation: list[Piece] = []
    for number, survey in enumerate(surveys):
        block = validation_block(survey.volume.geometry, selection.validation_fraction, generator)
        keys = _keys(survey.volume, selection.axes, most)
        which = f" of survey {number + 1} of {len(surveys)}" if len(surveys) > 1 else ""
        for key in progress.track(keys, f"Reading sections{which}"):
            for piece, judges in _cut(number, survey, key, block):
                (validation if judges else train).append(piece)
    if not train:
        raise ModelError(
            "There are no sections to learn from.",
            "The surveys are too small, or all of their sections are held out.",
        )
    return Pieces(tuple(train), tuple(validation))


def _keys(volume: Volume, axes: Sequence[Axis], most_samples: int) -> list[SectionKey]:
    """Lines spread evenly along each axis, as many as memory holds."""
    geometry = volume.geometry
    wanted = [axis for axis in axes if not geometry.is_2d or axis is Axis.INLINE]
    # Sections a few traces wide teach little beside much wider ones.
    widths = {axis: geometry.section_shape(axis)[1] for axis in wanted}
    wanted = [axis for axis in wanted if widths[axis] >= min(64, max(widths.values()) // 4)]
    keys = []
    for axis in wanted:
        rows, columns = geometry.section_shape(axis)
        count = geometry.count(axis)
        most_lines = max(1, most_samples // len(wanted) // (rows * columns))
        lines = min(count, most_lines, max(MAX_LINES, SAMPLES_PER_AXIS // (rows * columns)))
        picked = np.unique(np.linspace(0, count - 1, lines).round().astype(int))
        keys += [SectionKey(axis, int(index)) for index in picked]
    return keys


def _cut(
    number: int, survey: PretextSurvey, key: SectionKey, block: Block | None
) -> Iterator[tuple[Piece, bool]]:
    section = survey.volume.read_section(key)
    n_samples, n_traces = section.shape
    depth = np.linspace(0, 1, n_samples, dtype=np.float32)
    normalised = survey.statistics.normalise(section).astype(np.float16)
    n_lines = survey.volume.geometry.count(key.axis)
    for columns, judges in zip(columns_of(key, block, n_traces), (False, True), strict=True):
        for box in usable_boxes(section, key, columns, survey.holdout):
            if _is_large_enough(box):
                rows = slice(box.top, box.bottom)
                amplitude = normalised[rows, box.left : box.right].copy()
                yield Piece(number, key, n_lines, amplitude, depth[rows]), judges


def _is_large_enough(box: Box) -> bool:
    return min(box.bottom - box.top, box.right - box.left) >= LEAST_SIDE
