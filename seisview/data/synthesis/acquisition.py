"""From rock to recorded amplitude: reflectivity, wavelet, attenuation, gas shadow, noise, footprint, gain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.synthesis.fields import Array, BoolArray, Extent, Generator, wave_map

_PAD = 24


@dataclass(frozen=True, slots=True)
class Recording:
    """How the survey was recorded.

    Attributes
    ----------
    sample_interval_ms : float
    peak_frequency_hz : float
        Of the wavelet at the surface.
    quality_factor : float
        Attenuation Q: amplitude falls by exp(-pi f t / Q).
    phase_deg : float
        Constant phase rotation of the wavelet.
    noise_level : float
        Deviation of the noise at mid-depth, as a share of the signal's.
    footprint_level : float
        Relative gain ripple of the acquisition footprint at the surface.
    amplitude_std : float
        Standard deviation of the finished amplitudes.
    """

    sample_interval_ms: float = 4.0
    peak_frequency_hz: float = 42.0
    quality_factor: float = 60.0
    phase_deg: float = 0.0
    noise_level: float = 0.15
    footprint_level: float = 0.12
    amplitude_std: float = 1000.0


def wavelet_matrix(n_samples: int, recording: Recording) -> Array:
    """Matrix that convolves a trace with a wavelet that ages with travel time.

    Row m, column n: amplitude at sample m of the wavelet of a reflector at sample n. The amplitude spectrum
    is Ricker's times exp(-pi f t / Q), gained back in part (as processing does), zero-phase but for
    ``phase_deg``.

    Returns
    -------
    ndarray of float32, shape (n_samples, n_samples)
    """
    length = 2 * n_samples
    interval_s = recording.sample_interval_ms / 1000
    frequency = np.fft.rfftfreq(length, interval_s)
    ricker = (frequency / recording.peak_frequency_hz) ** 2
    ricker *= np.exp(-ricker)
    ricker[-1] = 0
    time_s = np.arange(n_samples) * interval_s
    spectra = ricker * np.exp(-np.pi * time_s[:, None] * frequency / recording.quality_factor)
    energy = np.sqrt(np.square(spectra).sum(axis=1, keepdims=True))
    spectra = spectra / energy * (energy / energy[0]) ** 0.25
    shift = np.exp(-2j * np.pi * frequency * time_s[:, None] + 1j * np.deg2rad(recording.phase_deg))
    traces = np.fft.irfft(spectra * shift, length, axis=1)[:, :n_samples]
    return np.ascontiguousarray(traces.T, np.float32)


def reflectivity(log_impedance: Array) -> Array:
    """Normal-incidence reflection coefficients along the last axis, at the sample below each interface."""
    result = np.zeros_like(log_impedance)
    np.tanh(0.5 * np.diff(log_impedance, axis=-1), out=result[..., 1:])
    return result


def gas_shadow(gas: BoolArray) -> Array:
    """Transmission below gas along the last axis: 1 above, less the thicker the gas above is."""
    from scipy.ndimage import gaussian_filter1d

    n_samples = gas.shape[-1]
    above = np.cumsum(gas, axis=-1, dtype=np.float32) - gas
    recent = above.copy()
    reach = max(n_samples // 4, 1)  # deeper, undershooting rays heal the shadow
    recent[..., reach:] -= 0.75 * above[..., :-reach]
    recent = gaussian_filter1d(recent, 2.0, axis=-2)
    result: Array = np.exp(-recent * np.float32(0.05 * 256 / n_samples))
    return result


class Recorder:
    """Turns reflectivity into amplitude, a few inlines at a time; noise and gain are the same on every call.

    Parameters
    ----------
    rng : Generator
    extent : Extent
    recording : Recording
    """

    def __init__(self, rng: Generator, extent: Extent, recording: Recording) -> None:
        self._extent = extent
        self._recording = recording
        self._wavelets = wavelet_matrix(extent.n_samples, recording)
        survey = np.s_[_PAD:-_PAD, _PAD:-_PAD]
        gain = 0.16 * wave_map(rng, extent, 0.7) + 0.07 * wave_map(rng, extent, 0.2)
        self._gain: Array = np.exp(gain[survey]).astype(np.float32)
        self._footprint = _footprint(rng, extent)
        self._drift = float(rng.uniform(-0.25, 0.25))

    def signal(self, reflectivity: Array) -> Array:
        """Convolve with the wavelets, along the last axis."""
        result: Array = reflectivity @ self._wavelets.T
        return result

    def finish(self, amplitude: Array, rng: Generator) -> None:
        """Add noise, footprint and lateral gain, and scale; in place, to the whole survey.

        Parameters
        ----------
        amplitude : ndarray of float32, shape (n_inlines, n_crosslines, n_samples)
        rng : Generator
        """
        from scipy.ndimage import gaussian_filter1d

        for axis in (0, 1):  # what migration leaves of lateral resolution
            gaussian_filter1d(amplitude, 0.55, axis=axis, output=amplitude)
        level = np.float32(amplitude.std() * self._recording.noise_level)
        depth = np.linspace(0, 1, self._extent.n_samples, dtype=np.float32)
        noise = self._noise(rng) * (level * (0.6 + 0.8 * depth))
        amplitude += noise
        ripple = self._recording.footprint_level * np.exp(-3 * depth)
        for line, footprint, gain in zip(amplitude, self._footprint, self._gain, strict=True):
            line *= gain[:, None] * (1 + footprint[:, None] * ripple) * (1 + self._drift * (depth - 0.5))
        amplitude *= np.float32(self._recording.amplitude_std / amplitude.std())

    def _noise(self, rng: Generator) -> Array:
        """Noise in the band of the signal, partly coherent from trace to trace, of unit deviation."""
        from scipy.ndimage import gaussian_filter1d

        extent = self._extent
        shape = (extent.n_inlines, extent.n_crosslines, extent.n_samples)
        noise = rng.standard_normal(shape, np.float32)
        for line in noise:
            line[:] = line @ self._wavelets.T
        rough = noise / noise.std()
        for axis in (0, 1):
            gaussian_filter1d(noise, 1.5, axis=axis, output=noise)
        noise /= noise.std()
        noise += 0.6 * rough
        return noise


def _footprint(rng: Generator, extent: Extent) -> Array:
    """Map of unit deviation, periodic along the shooting and the receiver lines."""
    i, j = np.arange(extent.n_inlines), np.arange(extent.n_crosslines)
    along, across = rng.integers(4, 9, 2)
    stripes = np.cos(2 * np.pi * i / along + rng.uniform(0, 6))[:, None] * 1.2
    stripes = stripes + np.cos(2 * np.pi * j / across + rng.uniform(0, 6))[None, :] * 0.7
    stripes = stripes + 0.4 * rng.standard_normal((extent.n_inlines, 1))
    result: npt.NDArray[np.float64] = stripes / stripes.std()
    return result.astype(np.float32)
