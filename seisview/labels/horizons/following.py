"""Follows a reflection from one place to another: the cheapest path through the phase of the amplitudes.

Where instantaneous phase (Taner, Koehler & Sheriff, Geophysics 44(6), 1979) is as at the two ends, the path
is cheap, whether the reflection is strong or weak there; dynamic programming finds the cheapest path of all,
as in dynamic time warping (Hale, Geophysics 78(2), 2013). A general search for paths through an array, such
as scikit-image's, takes three times as long, and may turn back along the traces, which no horizon does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float32]
FloatArray = npt.NDArray[np.float32]
Place = tuple[int, float]
"""Trace (column of the section) and sample (row, which may lie between two)."""

_PAD = 16  # samples more on both sides, so that the phase is right up to the edge of the window
_OUTSIDE = np.float32(1e6)
_SILENCE = 0.02  # of the strength at the two ends: what is much weaker has no phase to speak of
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class FollowConfig:
    """How far a reflection may stray from the straight line between two places.

    Attributes
    ----------
    half_height : int
        Samples above and below the line that are looked at.
    steepest : int
        Samples per trace by which the path may be steeper than the line.
    cost_per_step : float
        Of one such sample; phase that is wrong by 90 degrees costs 1 per trace.
    """

    half_height: int = 32
    steepest: int = 3
    cost_per_step: float = 0.05


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
    line = straight_line(first, last)
    window = np.arange(-config.half_height, config.half_height + 1)[:, None] + np.rint(line).astype(np.intp)
    cost = _phase_cost(amplitude, first[0], window)
    rows = window[_cheapest_path(cost, config), np.arange(len(line))].astype(np.float32)
    rows[0], rows[-1] = first[1], last[1]
    return rows


def straight_line(first: Place, last: Place) -> Rows:
    """Samples on the straight line between two places; as :func:`follow_reflection`."""
    return np.linspace(first[1], last[1], last[0] - first[0] + 1, dtype=np.float32)


def _phase_cost(amplitude: FloatArray, first_trace: int, window: npt.NDArray[np.intp]) -> FloatArray:
    """How much the phase in a window differs from that at the middle of its two ends: 0 to 2."""
    from scipy.signal import hilbert

    n_samples, traces = len(amplitude), first_trace + np.arange(window.shape[1])
    padded = np.arange(window[0, 0] - _PAD, window[-1, 0] + _PAD + 1)[:, None] + (window[0] - window[0, 0])
    around = np.nan_to_num(amplitude[np.clip(padded, 0, n_samples - 1), traces], posinf=0, neginf=0)
    analytic = hilbert(around, axis=0)[_PAD:-_PAD]
    strength, middle = np.abs(analytic), len(window) // 2
    phasor = analytic / (strength + _SILENCE * strength[middle, [0, -1]].mean() + _TINY)
    share = np.linspace(0, 1, window.shape[1])
    wanted = phasor[middle, 0] * (1 - share) + phasor[middle, -1] * share
    wanted /= np.abs(wanted) + _TINY
    cost: FloatArray = (1 - (phasor * wanted.conj()).real).astype(np.float32)
    cost[(window < 0) | (window >= n_samples)] = _OUTSIDE
    return cost


def _cheapest_path(cost: FloatArray, config: FollowConfig) -> npt.NDArray[np.intp]:
    """Row on every trace of the cheapest path from the middle of the first to the middle of the last."""
    height, count = cost.shape
    reach = config.steepest
    step = config.cost_per_step * np.abs(np.arange(-reach, reach + 1, dtype=np.float32))
    total = np.full((count, height + 2 * reach), np.inf, np.float32)
    total[0, reach + height // 2] = 0
    before = np.lib.stride_tricks.sliding_window_view(total, height, axis=1)
    ways = np.empty((2 * reach + 1, height), np.float32)
    by_trace = np.ascontiguousarray(cost.T)
    for trace in range(1, count):
        here = total[trace, reach : reach + height]
        np.add(before[trace - 1], step[:, None], out=ways)
        np.minimum.reduce(ways, axis=0, out=here)
        here += by_trace[trace]
    path = np.full(count, height // 2, np.intp)
    for trace in range(count - 1, 0, -1):
        row = path[trace]
        path[trace - 1] = row - reach + int((total[trace - 1, row : row + 2 * reach + 1] + step).argmin())
    return path
