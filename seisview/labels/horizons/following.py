"""Follows a reflection from one place to another.

First the dip of the reflections leads from either end towards the other; between, what both say is mixed.
Around that line the path is sought whose phase (Taner, Koehler & Sheriff, "Complex seismic trace analysis",
Geophysics 44(6), 1979) is that of the two ends, whether the reflection is strong or weak there. Dip alone
drifts; phase alone jumps from one reflection to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.labels.horizons.cheapest_path import cheapest_path
from seisview.labels.horizons.strips import FloatArray, Indices, Strip

Rows = npt.NDArray[np.float32]
Place = tuple[int, float]
"""Trace (column of the section) and sample (row, which may lie between two)."""

_OUTSIDE = np.float32(1e6)
_SILENCE = 0.02  # of the strength at the two ends: what is much weaker has no phase to speak of
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class FollowConfig:
    """How far a reflection is followed away from the straight line between two places.

    Attributes
    ----------
    half_height : int
        Samples above and below the straight line that are looked at.
    lock_height : int
        Samples above and below the line along the dip where the phase is looked at.
    steepest : int
        Samples per trace by which the path may be steeper than the dip.
    cost_per_step : float
        Of one such sample; phase that is wrong by 90 degrees costs 1 per trace.
    """

    half_height: int = 36
    lock_height: int = 5
    steepest: int = 3
    cost_per_step: float = 1.0


def follow_reflection(
    amplitude: FloatArray, first: Place, last: Place, config: FollowConfig | None = None
) -> Rows:
    """Follow the reflection that passes through two places of a section.

    Parameters
    ----------
    amplitude : ndarray of float32, shape (n_samples, n_traces)
        What is not finite counts as 0.
    first, last : (int, float)
        Trace and sample; the last lies on a later trace.
    config : FollowConfig, optional

    Returns
    -------
    ndarray of float32, shape (last trace - first trace + 1,)
        Sample on every trace: whole numbers, but for the two ends, which are the given ones.
    """
    config = config or FollowConfig()
    strip = Strip.along(amplitude, first[0], straight_line(first, last), config.half_height)
    around = np.arange(-config.lock_height, config.lock_height + 1)[:, None]
    window = around + np.rint(_led_by_dip(strip, first[1], last[1])).astype(np.intp)
    cost = _phase_cost(strip, window)
    cost[(window < 0) | (window >= len(amplitude))] = _OUTSIDE
    path = cheapest_path(cost, config.steepest, config.cost_per_step)
    rows = window[path, np.arange(len(path))].astype(np.float32)
    rows = np.clip(rows, 0, len(amplitude) - 1)
    rows[0], rows[-1] = first[1], last[1]
    return rows


def straight_line(first: Place, last: Place) -> Rows:
    """Samples on the straight line between two places; as :func:`follow_reflection`."""
    return np.linspace(first[1], last[1], last[0] - first[0] + 1, dtype=np.float32)


def _led_by_dip(strip: Strip, first: float, last: float) -> npt.NDArray[np.float64]:
    """Rows that follow the dip from both ends, mixed by how near each end is."""
    dips = strip.dips()
    onwards = _shot(dips, strip.tops, first)
    back = _shot(-dips[:, ::-1], strip.tops[::-1], last)[::-1]
    share = np.linspace(0, 1, len(strip.tops))
    mixed: npt.NDArray[np.float64] = (1 - share) * onwards + share * back
    return mixed


def _shot(steps: FloatArray, tops: Indices, start: float) -> npt.NDArray[np.float64]:
    """Rows from a start, each a step from the one before, kept inside the strip."""
    deepest = len(steps) - 1
    row, rows = start, [start]
    for trace, (top, next_top) in enumerate(zip(tops[:-1].tolist(), tops[1:].tolist(), strict=True)):
        row += float(steps[min(max(round(row - top), 0), deepest), trace])
        row = min(max(row, next_top), next_top + deepest)
        rows.append(row)
    return np.asarray(rows)


def _phase_cost(strip: Strip, window: Indices) -> FloatArray:
    """How much the phase differs from that at the middle of a window's two ends: 0 to 2."""
    height, count = strip.analytic.shape
    rows = window - strip.tops
    signal = strip.analytic[np.clip(rows, 0, height - 1), np.arange(count)]
    strength, middle = np.abs(signal), len(window) // 2
    phasor = signal / (strength + _SILENCE * strength[middle, [0, -1]].mean() + _TINY)
    share = np.linspace(0, 1, count)
    wanted = phasor[middle, 0] * (1 - share) + phasor[middle, -1] * share
    wanted /= np.abs(wanted) + _TINY
    cost: FloatArray = (1 - (phasor * wanted.conj()).real).astype(np.float32)
    cost[(rows < 0) | (rows >= height)] = _OUTSIDE
    return cost
