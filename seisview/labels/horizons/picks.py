"""Picks of a horizon on a section, and how they are joined to a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from seisview.labels.horizons.following import Place, Rows, straight_line
from seisview.labels.horizons.strips import FloatArray

Joining = Callable[[Place, Place], Rows]
"""Samples on the traces between two places, both included, such as :func:`follow_reflection` gives."""

SNAP_REACH = 3
"""Samples from a click within which a peak or trough is taken for what was meant."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A place on a horizon.

    Attributes
    ----------
    trace : int
        Column of the section.
    sample : float
        Row of the section; may lie between two.
    straight : bool
        Whether it is joined by a straight line to the neighbours that were picked before it.
    """

    trace: int
    sample: float
    straight: bool = False

    @property
    def place(self) -> Place:
        """Trace and sample."""
        return self.trace, self.sample


def snapped(amplitude: FloatArray, pick: Pick, polarity: int = 0, reach: int = SNAP_REACH) -> Pick:
    """Move a pick to the nearest peak or trough of its trace.

    Parameters
    ----------
    amplitude : ndarray of float32, shape (n_samples, n_traces)
    pick : Pick
        One that is joined straight stays where it is.
    polarity : int
        1: only to a peak, -1: only to a trough, 0: to either.
    reach : int
        Samples up and down.

    Returns
    -------
    Pick
        The same where there is none within reach.
    """
    if pick.straight:
        return pick
    trace = np.nan_to_num(amplitude[:, pick.trace], posinf=0, neginf=0)
    inner, above, below = trace[1:-1], trace[:-2], trace[2:]
    peaks = (inner > 0) & (inner >= above) & (inner >= below) & (polarity >= 0)
    troughs = (inner < 0) & (inner <= above) & (inner <= below) & (polarity <= 0)
    found = np.flatnonzero(peaks | troughs) + 1
    distance = np.abs(found - pick.sample)
    if not len(found) or distance.min() > reach:
        return pick
    return Pick(pick.trace, float(found[distance.argmin()]))


def polarity_at(amplitude: FloatArray, pick: Pick) -> int:
    """1 where the amplitude is positive, -1 where it is negative, 0 where it is neither."""
    row = min(max(round(pick.sample), 0), len(amplitude) - 1)
    return int(np.sign(np.nan_to_num(amplitude[row, pick.trace])))


def join_picks(picks: Sequence[Pick], n_traces: int, joining: Joining, reach: int | None = None) -> Rows:
    """Join the picks of a horizon, neighbour to neighbour.

    Parameters
    ----------
    picks : sequence of Pick
        In the order in which they were picked; of two on one trace the later counts.
    n_traces : int
        Of the section.
    joining : callable
        Gives the samples between two places; straight picks are joined by straight lines all the same.
    reach : int, optional
        Join picks no further apart than so many traces; default: all.

    Returns
    -------
    ndarray of float32, shape (n_traces,)
        Sample on every trace; NaN before the first pick, after the last and in gaps that stay open.
    """
    rows = np.full(n_traces, np.nan, np.float32)
    latest = {pick.trace: number for number, pick in enumerate(picks)}
    numbers = [latest[trace] for trace in sorted(latest)]
    for number in numbers:
        rows[picks[number].trace] = picks[number].sample
    for one, two in pairwise(numbers):
        first, last = picks[one], picks[two]
        apart = last.trace - first.trace
        if apart > 1 and (reach is None or apart <= reach):
            join = straight_line if picks[max(one, two)].straight else joining
            rows[first.trace : last.trace + 1] = join(first.place, last.place)
    return rows
