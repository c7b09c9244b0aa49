"""A strip of a section along a line: the phase of its amplitudes, and how its reflections dip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
ComplexArray = npt.NDArray[np.complexfloating]
Indices = npt.NDArray[np.intp]

_PAD = 16  # samples more on both sides, so that the phase is right up to the edge of the strip
_SMOOTHED = (4, 2)  # samples and traces either way over which a dip is taken
_SLOWEST = 0.05  # radians per sample: where the phase hardly turns, it says nothing about dip
_STEEPEST = 6.0  # samples per trace


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Samples above and below a line.

    Attributes
    ----------
    tops : ndarray of int, shape (n_traces,)
        Row of the section that row 0 of the strip is, trace by trace.
    analytic : ndarray of complex64, shape (height, n_traces)
        The analytic signal: its angle is the instantaneous phase.
    """

    tops: Indices
    analytic: ComplexArray

    @classmethod
    def along(cls, amplitude: FloatArray, first_trace: int, line: FloatArray, half_height: int) -> Strip:
        """Cut the strip around a line that begins on some trace; beyond the section its edge goes on."""
        tops = np.rint(line).astype(np.intp) - half_height
        rows = np.arange(-_PAD, 2 * half_height + 1 + _PAD)[:, None] + tops
        traces = first_trace + np.arange(len(line))
        cut = amplitude[np.clip(rows, 0, len(amplitude) - 1), traces]
        return cls(tops, analytic_signal(np.nan_to_num(cut, posinf=0, neginf=0))[_PAD:-_PAD])

    def dips(self) -> FloatArray:
        """Samples by which reflections go down from every trace to the next, shape (height, n_traces - 1).

        Ratio of the phase's change along and down the strip, both averaged over neighbours, strong ones
        more (Barnes, "The calculation of instantaneous frequency and instantaneous bandwidth", Geophysics
        57(11), 1992, in two directions).
        """
        phasor = self.analytic
        down = np.angle(_sum_around(phasor[1:] * phasor[:-1].conj()))
        down = np.concatenate([down, down[-1:]])[:, :-1]
        across = phasor[:, 1:] * phasor[:, :-1].conj()
        offset = np.diff(self.tops)
        moved = np.flatnonzero(offset)
        across[:, moved] *= np.exp(-1j * offset[moved] * down[:, moved])
        turned = np.where(np.abs(down) < _SLOWEST, np.inf, down)
        dips: FloatArray = np.clip(-np.angle(_sum_around(across)) / turned, -_STEEPEST, _STEEPEST)
        return dips


def analytic_signal(traces: FloatArray) -> ComplexArray:
    """As ``scipy.signal.hilbert`` along axis 0, whose import takes a second that a click should not."""
    positive = np.fft.rfft(traces, axis=0)
    positive[1 : (len(traces) + 1) // 2] *= 2
    spectrum = np.zeros(traces.shape, positive.dtype)
    spectrum[: len(positive)] = positive
    return np.fft.ifft(spectrum, axis=0)


def _sum_around(values: ComplexArray) -> ComplexArray:
    """Sums over the neighbours of every element, fewer at the edges."""
    for axis, reach in enumerate(_SMOOTHED):
        count = values.shape[axis]
        sums = np.concatenate([np.zeros_like(values.take([0], axis)), values.cumsum(axis)], axis)
        places = np.arange(count)
        upper, lower = np.minimum(places + reach + 1, count), np.maximum(places - reach, 0)
        values = sums.take(upper, axis) - sums.take(lower, axis)
    return values
