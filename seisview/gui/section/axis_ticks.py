"""Where an axis is marked, and with which numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from seisview.gui.section.section_picture import AxisScale


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis.

    Attributes
    ----------
    position : float
        Index along the axis; between two indices only on continuous axes.
    text : str
    """

    position: float
    text: str


def ticks(scale: AxisScale, first: float, last: float, spacing: float) -> tuple[Tick, ...]:
    """Marks for the part of an axis that is on screen.

    Parameters
    ----------
    scale : AxisScale
    first, last : float
        Indices at the ends of the screen; may lie outside the axis.
    spacing : float
        Smallest distance between two marks, in indices.

    Returns
    -------
    tuple of Tick
        In order of position. On a continuous axis at round numbers; on an axis of lines at lines, the
        first and the last line on screen always among them.
    """
    low, high = max(math.ceil(first), 0), min(math.floor(last), len(scale) - 1)
    if low > high:
        return ()
    if scale.continuous and len(scale) > 1:
        return _round_ticks(scale, max(first, 0.0), min(last, len(scale) - 1.0), spacing)
    return _line_ticks(scale, low, high, spacing)


def nice_step(least: float) -> float:
    """Smallest of 1, 2 and 5 times a power of ten that is not below `least` (positive)."""
    power = 10.0 ** math.floor(math.log10(least))
    for factor in (1.0, 2.0, 5.0):
        if factor * power >= least * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def number_text(number: float) -> str:
    """A line number, time or depth without needless digits."""
    return f"{number:.10g}"


def _round_ticks(scale: AxisScale, first: float, last: float, spacing: float) -> tuple[Tick, ...]:
    if is_uneven(scale):
        return _interpolated_ticks(scale, first, last, spacing)
    start, interval = float(scale.numbers[0]), float(scale.numbers[1] - scale.numbers[0])
    step = nice_step(spacing * abs(interval))
    ends = sorted((start + first * interval, start + last * interval))
    multiples = range(math.ceil(ends[0] / step - 1e-6), math.floor(ends[1] / step + 1e-6) + 1)
    found = [Tick((m * step - start) / interval, number_text(round(m * step, 9))) for m in multiples]
    return tuple(sorted(found, key=lambda tick: tick.position))


def is_uneven(scale: AxisScale) -> bool:
    """Whether its numbers grow by steps that differ, so that few of them are round."""
    steps = np.diff(scale.numbers)
    return len(steps) > 1 and bool(np.ptp(steps) > 1e-6 * np.abs(steps).max())


def _interpolated_ticks(scale: AxisScale, first: float, last: float, spacing: float) -> tuple[Tick, ...]:
    """Round numbers on an axis that grows by uneven steps, such as the distance along a crooked line."""
    indices = np.arange(len(scale))
    low, high = np.interp([first, last], indices, scale.numbers)
    mean_step = (scale.numbers[-1] - scale.numbers[0]) / (len(scale) - 1)
    step = nice_step(spacing * mean_step)
    multiples = np.arange(math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6) + 1) * step
    places = np.interp(multiples, scale.numbers, indices)
    return tuple(Tick(float(p), number_text(round(m, 9))) for p, m in zip(places, multiples, strict=True))


def _line_ticks(scale: AxisScale, low: int, high: int, spacing: float) -> tuple[Tick, ...]:
    inner = [
        i for i in _line_indices(scale, low, high, spacing) if i - low >= spacing and high - i >= spacing
    ]
    chosen = [low, *inner, high] if high - low >= spacing else [low]
    return tuple(Tick(float(i), number_text(float(scale.numbers[i]))) for i in chosen)


def _line_indices(scale: AxisScale, low: int, high: int, spacing: float) -> range:
    """Evenly spaced indices, at round line numbers where the numbering is regular."""
    stride = int(nice_step(max(spacing, 1.0)))
    phase = 0
    differences = np.diff(scale.numbers)
    if len(differences) and (differences == differences[0]).all():
        step = abs(float(differences[0]))
        stride = _round_stride(step, spacing, stride)
        # Odd numbers in steps of two never meet a multiple of ten: count from what all have in common.
        above = (scale.numbers[: stride + 1] - scale.numbers.min() % step) % (stride * step)
        phase = int(np.argmin(above))
    return range(low + (phase - low) % stride, high + 1, stride)


def _round_stride(step: float, spacing: float, otherwise: int) -> int:
    """Indices between marks whose numbers differ by a round number, where that is not too coarse."""
    number = nice_step(max(spacing, 1.0) * step)
    for _ in range(3):
        if number % step == 0:
            return int(number / step)
        number = nice_step(number * 1.01)
    return otherwise
