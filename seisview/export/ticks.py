"""Round numbers for the axes of a drawn section, at the places where they belong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: fractional index of the row or column, and what stands beside it."""

    index: float
    text: str


@dataclass(frozen=True, slots=True)
class AxisDescription:
    """One axis of a drawn section.

    Attributes
    ----------
    label : str
        Name and unit, e.g. ``"Two-way time (ms)"``.
    numbers : tuple of float
        Line number, time or depth of every row or column.
    """

    label: str
    numbers: tuple[float, ...]

    def ticks(self, n_wanted: int) -> list[Tick]:
        """About `n_wanted` round numbers along the axis, also where numbers decrease or skip."""
        numbers = np.asarray(self.numbers, np.float64)
        if len(numbers) == 1:
            return [Tick(0.0, f"{numbers[0]:g}")]
        order = np.argsort(numbers)
        low, high = numbers[order[0]], numbers[order[-1]]
        step = round_step((high - low) / max(n_wanted, 1))
        first = math.ceil(low / step - 1e-9)
        wanted = np.arange(first, math.floor(high / step + 1e-9) + 1) * step
        places = np.interp(wanted, numbers[order], order.astype(np.float64))
        return [Tick(float(i), f"{v:g}") for i, v in zip(places, wanted, strict=True)]


def round_step(step: float) -> float:
    """Return the smallest of 1, 2, 5, 10 ... times a power of ten that is not below `step`."""
    if step <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * m for m in (1.0, 2.0, 5.0, 10.0) if power * m >= step * (1 - 1e-9))


def section_axes(geometry: SurveyGeometry, key: SectionKey) -> tuple[AxisDescription, AxisDescription]:
    """(horizontal, vertical) axes of a section, in the units of the survey."""
    inlines = AxisDescription("Inline", _floats(geometry.inlines.numbers))
    crosslines = AxisDescription("Crossline", _floats(geometry.crosslines.numbers))
    if key.axis is Axis.SAMPLE:
        return inlines, crosslines
    unit = geometry.domain.unit
    label = {"ms": "Two-way time (ms)", "m": "Depth (m)"}.get(unit, "Sample")
    positions = tuple(geometry.sample_at(i) for i in range(geometry.n_samples))
    vertical = AxisDescription(label, positions)
    return (crosslines if key.axis is Axis.INLINE else inlines), vertical


def _floats(numbers: Sequence[int]) -> tuple[float, ...]:
    return tuple(float(n) for n in numbers)
