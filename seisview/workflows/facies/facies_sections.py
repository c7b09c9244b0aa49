"""Facies section by section: which sections, in which order, and where they go; whatever predicts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry, section_of
from seisview.errors import GeometryError
from seisview.learn.config import PredictConfig
from seisview.progress import Progress

Facies = npt.NDArray[np.uint8]
Confidence = npt.NDArray[np.float32]


class FaciesSink(Protocol):
    """Where predicted sections go, for example a result of the project."""

    def write_section(self, key: SectionKey, facies: Facies, confidence: Confidence) -> None:
        """Take class ids (0 = no data there) and confidence 0..1, both of the section's shape."""


class FaciesInMemory:
    """A sink for scripts and notebooks: every section that it was given, and the volume they make.

    Attributes
    ----------
    sections : dict of SectionKey to (ndarray of uint8, ndarray of float32)
        Facies and confidence, each of the section's shape.
    """

    def __init__(self) -> None:
        self.sections: dict[SectionKey, tuple[Facies, Confidence]] = {}

    def write_section(self, key: SectionKey, facies: Facies, confidence: Confidence) -> None:
        """Keep a section."""
        self.sections[key] = (facies, confidence)

    def volume(self, geometry: SurveyGeometry) -> Facies:
        """Return uint8 (inline, crossline, sample), 0 where no section was given."""
        volume = np.zeros(geometry.shape, np.uint8)
        for key, (facies, _) in self.sections.items():
            section_of(volume, key)[...] = facies
        return volume


@dataclass(frozen=True, slots=True)
class SectionPredicted:
    """Event: a section was predicted and given to the sink."""

    key: SectionKey


def sections_outwards(
    geometry: SurveyGeometry, first: SectionKey | None, config: PredictConfig, trained_axis: Axis
) -> tuple[SectionKey, ...]:
    """All sections to predict, nearest to `first` first.

    The axis is ``config.axis``, else that of `first` when it is vertical, else `trained_axis`; a 2-D line has
    only its inline section.
    """
    visible = first if first is not None and first.axis is not Axis.SAMPLE else None
    axis = config.axis or (visible.axis if visible else trained_axis)
    if geometry.is_2d:
        axis = Axis.INLINE
    count = geometry.count(axis)
    start, stop = config.lines or (0, count)
    if not 0 <= start < stop <= count:
        raise GeometryError(
            f"There are no {axis} sections {start} to {stop - 1}.", f"Indices run from 0 to {count - 1}."
        )
    middle = visible.index if visible and visible.axis is axis else (start + stop) // 2
    order = sorted(range(start, stop), key=lambda index: (abs(index - middle), index))
    return tuple(SectionKey(axis, index) for index in order)


def write_sections(
    keys: tuple[SectionKey, ...],
    judge: Callable[[SectionKey], tuple[Facies, Confidence]],
    sink: FaciesSink,
    progress: Progress,
    message: str = "Predicting facies",
) -> None:
    """Give sections to a sink one by one, and emit :class:`SectionPredicted` after each."""
    for key in progress.track(keys, message):
        sink.write_section(key, *judge(key))
        progress.emit(SectionPredicted(key))
