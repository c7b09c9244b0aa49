"""Faults: where they lie, and how rock is put back to where it was before they moved.

The idea of deforming a flat model by vector fields of folding and faulting is that of Wu et al., "Building
realistic structure models to train convolutional neural networks for seismic structural interpretation",
Geophysics 85(4), 2020. Here every deformation is written as its inverse: for a point of today it gives the
place where that rock was before, so that any property can be looked up exactly at any sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisview.data.synthesis.fields import Array, BoolArray, Extent, Generator

_HANGING_SHARE = 0.75  # of the displacement; the rest lifts the footwall
_MASK_HALF_WIDTH = 0.75  # samples or traces, whichever the fault crosses
_LEAST_THROW = 1.0  # samples: a fault that shifts rock by less is not in the mask


@dataclass(frozen=True, slots=True)
class Fault:
    """A normal fault with finite extent, planar or listric.

    Attributes
    ----------
    centre : (float, float, float)
        Inline, crossline and sample of the point of largest displacement.
    azimuth : float
        Direction of dip in the map, radians from the inline axis.
    slope : float
        Samples per trace at the centre.
    listric_depth : float or None
        Samples over which the dip of a listric fault falls to 1/e; None for a planar fault.
    throw : float
        Largest vertical displacement in samples.
    half_length, half_height : float
        Extent along strike in traces and along dip in samples; displacement falls to zero there.
    reach : float
        Traces over which the displacement fades away from the fault (drag, rollover).
    bend : (float, float, float)
        Amplitude and wavelength in traces, and phase, of the undulation along strike.
    """

    centre: tuple[float, float, float]
    azimuth: float
    slope: float
    listric_depth: float | None
    throw: float
    half_length: float
    half_height: float
    reach: float
    bend: tuple[float, float, float]

    def restore(self, i: Array, j: Array, k: Array) -> tuple[Array, Array, Array, BoolArray]:
        """Positions before this fault moved, and which samples lie on it.

        Parameters
        ----------
        i, j, k : ndarray of float32
            Inline, crossline and sample positions, equal shapes.

        Returns
        -------
        i, j, k : ndarray of float32
            Positions before the movement.
        on_fault : ndarray of bool
        """
        across, along = self._local(i, j)
        surface, run = self._surface(along, k)
        distance = across - surface
        throw = self._throw_at(along, k)
        on_fault = (np.abs(distance) < _MASK_HALF_WIDTH * np.sqrt(1 + run * run)) & (throw > _LEAST_THROW)
        fade = np.exp(-np.abs(distance) / np.float32(self.reach))
        share = np.where(distance > 0, np.float32(_HANGING_SHARE), np.float32(_HANGING_SHARE - 1))
        slip = throw * fade * share
        heave = slip * run
        cos, sin = np.float32(np.cos(self.azimuth)), np.float32(np.sin(self.azimuth))
        return i - heave * cos, j - heave * sin, k - slip, on_fault

    def _local(self, i: Array, j: Array) -> tuple[Array, Array]:
        cos, sin = np.float32(np.cos(self.azimuth)), np.float32(np.sin(self.azimuth))
        di, dj = i - np.float32(self.centre[0]), j - np.float32(self.centre[1])
        return di * cos + dj * sin, dj * cos - di * sin

    def _surface(self, along: Array, k: Array) -> tuple[Array, Array]:
        """Distance down dip of the fault surface in traces, and traces per sample there."""
        amplitude, wavelength, phase = self.bend
        bend = np.float32(amplitude) * np.sin(along * np.float32(2 * np.pi / wavelength) + np.float32(phase))
        down = k - np.float32(self.centre[2])
        run = np.float32(1 / self.slope)
        if self.listric_depth is None:
            return down * run + bend, np.full_like(k, run)
        scale = np.float32(self.listric_depth)
        growth = np.exp(np.minimum(down / scale, np.float32(2.5)))
        return run * scale * (growth - 1) + bend, run * growth

    def _throw_at(self, along: Array, k: Array) -> Array:
        vertical = (k - np.float32(self.centre[2])) / np.float32(self.half_height)
        lateral = along / np.float32(self.half_length)
        inside = np.maximum(1 - lateral * lateral - vertical * vertical, 0)
        result: Array = np.float32(self.throw) * inside
        return result


def draw_faults(rng: Generator, extent: Extent, count: int) -> tuple[Fault, ...]:
    """Draw `count` faults, oldest first, in two crossing sets of strike; each fourth is listric."""
    strikes = rng.uniform(0, np.pi) + np.array([0.0, rng.uniform(0.6, 1.3)])
    return tuple(
        _draw_fault(rng, extent, float(strikes[int(n % 3 == 2)]), listric=n % 4 == 3) for n in range(count)
    )


def _draw_fault(rng: Generator, extent: Extent, strike: float, listric: bool) -> Fault:
    side, height = extent.lateral, extent.n_samples
    steep = height / side * rng.uniform(1.3, 2.6)  # the same look at every size of survey
    return Fault(
        centre=(*extent.random_position(rng), float(rng.uniform(0.25, 0.75) * height)),
        azimuth=strike + float(rng.normal(0, 0.15)) + (np.pi if rng.random() < 0.5 else 0.0),
        slope=steep,
        listric_depth=float(rng.uniform(0.3, 0.5) * height) if listric else None,
        throw=float(rng.uniform(0.035, 0.09) * height * (1.3 if listric else 1.0)),
        half_length=float(rng.uniform(0.3, 0.75) * side),
        half_height=float(rng.uniform(0.4, 0.9) * height),
        reach=float(rng.uniform(0.25, 0.8) * side),
        bend=(
            float(rng.uniform(0.003, 0.014) * side),
            float(rng.uniform(0.4, 1.0) * side),
            rng.uniform(0, 6),
        ),
    )


def restore_all(
    faults: tuple[Fault, ...], i: Array, j: Array, k: Array
) -> tuple[Array, Array, Array, BoolArray]:
    """Undo all faults, the youngest first; see :meth:`Fault.restore`."""
    on_any = np.zeros(k.shape, bool)
    for fault in reversed(faults):
        i, j, k, on_fault = fault.restore(i, j, k)
        on_any |= on_fault
    return i, j, k, on_any
