"""Filters for looking only: gain control and band-pass of a section on screen.

What networks learn from, what is picked and what is exported are the amplitudes of the survey.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Domain

FloatArray = npt.NDArray[np.float32]

_LEAST_WINDOW = 5
_TAPER = 0.3
"""Width of the slopes of a band, as a share of its corner frequency."""


@dataclass(frozen=True, slots=True)
class DisplayFilter:
    """A filter by name.

    Attributes
    ----------
    name : str
        Stored with the survey's display.
    kind : {"off", "agc", "band"}
    low, high : float
        Corners of the band in Hz. Of gain control `low` is the window in ms; in m in depth, in samples where
        the vertical axis is not known.
    """

    name: str
    kind: Literal["off", "agc", "band"] = "off"
    low: float = 0.0
    high: float = 0.0

    def title(self, domain: Domain = Domain.TIME) -> str:
        """What it is called, e.g. ``"AGC 250 ms"``; empty when it is off."""
        if self.kind == "agc":
            return f"AGC {self.low:g} {domain.unit or 'samples'}"
        return f"band-pass {self.low:g} to {self.high:g} Hz" if self.kind == "band" else ""

    def fits(self, domain: Domain) -> bool:
        """Whether it can be used: frequencies are those of time."""
        return self.kind != "band" or domain is Domain.TIME

    def apply(self, amplitude: FloatArray, interval: float) -> FloatArray:
        """Filter a vertical section.

        Parameters
        ----------
        amplitude : ndarray of float32, shape (n_samples, n_traces)
        interval : float
            Distance of samples in ms or m.

        Returns
        -------
        ndarray of float32, same shape
            NaN where it was; the given array itself when the filter is off.
        """
        if self.kind == "agc":
            return gain_controlled(amplitude, max(round(self.low / interval), _LEAST_WINDOW))
        if self.kind == "band":
            return band_passed(amplitude, interval / 1000.0, self.low, self.high)
        return amplitude


OFF = DisplayFilter("off")
DISPLAY_FILTERS = (
    OFF,
    DisplayFilter("agc_250", "agc", 250.0),
    DisplayFilter("agc_500", "agc", 500.0),
    DisplayFilter("band_5_25", "band", 5.0, 25.0),
    DisplayFilter("band_10_40", "band", 10.0, 40.0),
    DisplayFilter("band_20_80", "band", 20.0, 80.0),
)


def display_filter(name: str) -> DisplayFilter:
    """The filter of that name; none for a name that is not known."""
    return next((known for known in DISPLAY_FILTERS if known.name == name), OFF)


def gain_controlled(amplitude: FloatArray, window: int) -> FloatArray:
    """Bring the root mean square in a sliding window to that of the section, trace by trace.

    Parameters
    ----------
    amplitude : ndarray of float32, shape (n_samples, n_traces)
    window : int
        In samples.
    """
    values = np.nan_to_num(amplitude, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float64)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values**2, axis=0)])
    rows = np.arange(len(values))
    first = np.maximum(rows - window // 2, 0)
    last = np.minimum(rows + window // 2 + 1, len(values))
    local = np.sqrt(np.maximum(sums[last] - sums[first], 0.0) / (last - first)[:, None])
    level = float(np.sqrt((values**2).mean()))
    # Nothing is raised from nothing: silence stays silence.
    shown: FloatArray = (amplitude * (level / np.maximum(local, 1e-3 * level + 1e-30))).astype(np.float32)
    return shown


def band_passed(amplitude: FloatArray, interval_s: float, low: float, high: float) -> FloatArray:
    """Keep the frequencies of a band, without shift in time (zero phase), with cosine slopes.

    Parameters
    ----------
    amplitude : ndarray of float32, shape (n_samples, n_traces)
    interval_s : float
    low, high : float
        Corners in Hz.
    """
    n_samples = len(amplitude)
    padded = n_samples + round(3.0 / (low * interval_s))  # what leaks over the end does not come in above
    spectrum = np.fft.rfft(np.nan_to_num(amplitude), padded, axis=0)
    frequency = np.fft.rfftfreq(padded, interval_s)
    rising = np.clip((frequency - low * (1 - _TAPER)) / (low * _TAPER), 0, 1)
    falling = np.clip((high * (1 + _TAPER) - frequency) / (high * _TAPER), 0, 1)
    weight = (0.5 - 0.5 * np.cos(np.pi * rising)) * (0.5 - 0.5 * np.cos(np.pi * falling))
    kept = np.fft.irfft(spectrum * weight[:, None], padded, axis=0)[:n_samples]
    kept[np.isnan(amplitude)] = np.nan
    shown: FloatArray = kept.astype(np.float32)
    return shown
