"""Bodies that cut the layers: meandering channels with levees, mass transport, and gas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.synthesis.fields import Array, BoolArray, Extent, Generator, map_grids, wave_map


@dataclass(frozen=True, slots=True)
class Channel:
    """One storey of a channel complex.

    Attributes
    ----------
    top : float
        Depositional level of the banks.
    depth : ndarray
        Map of the incision below `top` in samples; 0 outside.
    levee : ndarray
        Map of the levee's height above `top` in samples.
    """

    top: float
    depth: Array
    levee: Array


@dataclass(frozen=True, slots=True)
class MassTransport:
    """A chaotic deposit: depositional level of its scoured base, and a map of its thickness in samples."""

    base: float
    thickness: Array


@dataclass(frozen=True, slots=True)
class GasCap:
    """Gas in one reservoir interval above a flat contact.

    Attributes
    ----------
    top, bottom : float
        Depositional levels of the reservoir.
    contact : float
        Sample of the gas-water contact (flat today).
    centre, radius : (float, float), float
        Position in the map and lateral reach, in traces.
    """

    top: float
    bottom: float
    contact: float
    centre: tuple[float, float]
    radius: float

    def contains(self, i: Array, j: Array, k: Array, level: Array) -> BoolArray:
        """Which samples hold gas, from their place today and their depositional level."""
        near = (i - self.centre[0]) ** 2 + (j - self.centre[1]) ** 2 < self.radius**2
        inside: BoolArray = near & (level >= self.top) & (level < self.bottom) & (k < self.contact)
        return inside


def draw_channel_complex(rng: Generator, extent: Extent, level: float) -> list[Channel]:
    """Draw two or three storeys of one meandering channel that migrates as it aggrades."""
    side, height = extent.lateral, extent.n_samples
    half_width = max(2.2, float(rng.uniform(0.035, 0.065)) * side)
    depth = max(4.0, float(rng.uniform(0.05, 0.085)) * height)
    path = _MeanderPath.draw(rng, extent)
    storeys = []
    for number in range(int(rng.integers(2, 4))):
        distance = _distance_map(extent, path.points(migration=0.35 * number))
        storeys.append(_storey(level - number * 0.55 * depth, distance, half_width, depth))
    return storeys


def _storey(top: float, distance: Array, half_width: float, depth: float) -> Channel:
    incision = depth * np.clip(1 - (distance / half_width) ** 2, 0, None) ** 0.7
    beyond = np.clip(distance - 0.8 * half_width, 0, None)
    levee = 0.3 * depth * np.exp(-beyond / (1.3 * half_width))
    return Channel(top, incision.astype(np.float32), levee.astype(np.float32))


@dataclass(frozen=True, slots=True)
class _MeanderPath:
    """A sine-generated curve (Langbein and Leopold, 1966) with wandering wavelength."""

    centre: tuple[float, float]
    azimuth: float
    swing: float
    length: float
    wavelength: float
    wander: npt.NDArray[np.float64]

    @classmethod
    def draw(cls, rng: Generator, extent: Extent) -> _MeanderPath:
        side = extent.lateral
        return cls(
            centre=extent.random_position(rng, 0.3),
            azimuth=float(rng.uniform(0, 2 * np.pi)),
            swing=float(rng.uniform(0.7, 1.35)),
            length=4.0 * side,
            wavelength=float(rng.uniform(0.35, 0.7)) * side,
            wander=rng.uniform(0, 2 * np.pi, 4),
        )

    def points(self, migration: float) -> npt.NDArray[np.float64]:
        """Positions along the channel, half a trace apart; `migration` moves the bends downstream."""
        s = np.arange(-self.length / 2, self.length / 2, 0.5)
        slow = 2 * np.pi * s / self.length
        phase = 2 * np.pi * s / self.wavelength - migration + 1.5 * np.sin(3 * slow + self.wander[0])
        swing = self.swing * (1 + 0.3 * np.sin(5 * slow + self.wander[1]))
        direction = self.azimuth + swing * np.sin(phase) + 0.35 * np.sin(2 * slow + self.wander[2])
        path = np.cumsum(np.stack([np.cos(direction), np.sin(direction)], axis=1) * 0.5, axis=0)
        return np.asarray(path - path[len(path) // 2] + np.asarray(self.centre))


def _distance_map(extent: Extent, points: npt.NDArray[np.float64]) -> Array:
    from scipy.spatial import cKDTree

    i, j = map_grids(extent)
    grid = np.stack(np.broadcast_arrays(i, j), axis=-1).reshape(-1, 2)
    distance, _ = cKDTree(points).query(grid)
    return np.asarray(distance, np.float32).reshape(i.shape[0], j.shape[1])


def draw_mass_transport(rng: Generator, extent: Extent, level: float) -> MassTransport:
    """Draw a chaotic deposit: lobate, thickest inside, with an erosive base and a hummocky top."""
    side, height = extent.lateral, extent.n_samples
    centre = extent.random_position(rng, 0.2)
    angle = rng.uniform(0, np.pi)
    radii = rng.uniform(0.25, 0.45, 2) * side
    i, j = map_grids(extent)
    a = ((i - centre[0]) * np.cos(angle) + (j - centre[1]) * np.sin(angle)) / radii[0]
    b = ((j - centre[1]) * np.cos(angle) - (i - centre[0]) * np.sin(angle)) / radii[1]
    shape = 1 - a * a - b * b + 0.35 * wave_map(rng, extent, 0.35)
    thickness = float(rng.uniform(0.1, 0.17)) * height * np.clip(shape, 0, 1) ** 0.5
    return MassTransport(level, thickness.astype(np.float32))
