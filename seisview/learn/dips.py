"""How steeply a survey dips, from its amplitudes alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.progress import Progress

FloatArray = npt.NDArray[np.float32]

_SECTIONS_PER_AXIS = 3
_PERCENTILE = 95.0
_WINDOW = (9.0, 5.0)
_LEAST_COHERENCE = 0.6
_EVERY = 4
_STEEPEST = 3.0


def steepest_dip(volume: Volume, statistics: AmplitudeStatistics, progress: Progress) -> float:
    """How many samples the steeper reflections shift from trace to trace, on inlines and crosslines alike.

    Labels are often all on sections of one axis, along which beds may be flat, while they dip on sections of
    the other: a network must have seen such dips. Measured on a few sections of each axis.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of `volume`.
    progress : Progress

    Returns
    -------
    float
        The 95th percentile of the absolute dip where reflections are coherent; 0 where none are.
    """
    keys = progress.track(_sampled(volume), "Measuring dips")
    found = [section_dips(statistics.normalise(volume.read_section(key))) for key in keys]
    dips = np.abs(np.concatenate(found))
    return float(np.percentile(dips, _PERCENTILE)) if len(dips) else 0.0


def section_dips(section: FloatArray) -> FloatArray:
    """Dips of a section where its reflections are coherent, from its structure tensor.

    Parameters
    ----------
    section : ndarray of float32, shape (n_samples, n_traces)

    Returns
    -------
    ndarray of float32, shape (n,)
        Samples per trace, positive downwards to the right, at every fourth sample and trace.
    """
    from scipy.ndimage import gaussian_filter

    if min(section.shape) < 2:
        return np.zeros(0, np.float32)
    # Aliasing turns dips of steep high frequencies round: they are smoothed away first.
    down, across = np.gradient(gaussian_filter(section, (1.5, 0.0)))
    products = (down * down, across * across, down * across)
    vertical, lateral, both = (gaussian_filter(p, _WINDOW)[::_EVERY, ::_EVERY] for p in products)
    energy = vertical + lateral
    coherence = np.hypot(vertical - lateral, 2 * both) / np.maximum(energy, 1e-12)
    # The eigenvector of the larger eigenvalue is across the beds.
    angle = 0.5 * np.arctan2(2 * both, vertical - lateral)
    dips = -np.tan(angle)
    clear = (coherence > _LEAST_COHERENCE) & (energy > 0.1 * energy.mean()) & (np.abs(dips) < _STEEPEST)
    return np.asarray(dips[clear], np.float32)


def _sampled(volume: Volume) -> list[SectionKey]:
    axes = (Axis.INLINE,) if volume.geometry.is_2d else (Axis.INLINE, Axis.CROSSLINE)
    keys = []
    for axis in axes:
        count = volume.geometry.count(axis)
        places = {round(count * (i + 0.5) / _SECTIONS_PER_AXIS - 0.5) for i in range(_SECTIONS_PER_AXIS)}
        keys += [SectionKey(axis, min(max(place, 0), count - 1)) for place in sorted(places)]
    return keys
