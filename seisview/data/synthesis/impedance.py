"""Layered rock: random beds, packages of beds, and their lateral change of facies and thickness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.synthesis.fields import Array, Extent, Generator

N_MODES = 4
"""Smooth maps that the lateral change of facies is mixed from."""

_PER_SAMPLE = 4  # table entries per sample: beds thinner than a sample still count
_SEQUENCES = 2
_REACH = 4.0  # length of the table of one sequence, in record lengths


@dataclass(frozen=True, slots=True)
class BedStyle:
    """Bed thickness in samples (smallest, largest) and spread of the logarithm of impedance."""

    thickness: tuple[float, float]
    contrast: float


SHALE = BedStyle((1.5, 4.5), 0.026)
SAND = BedStyle((3.5, 11.0), 0.09)


class Stratigraphy:
    """Rock by depositional level: bed tables, packages of facies, and how packages change sideways.

    A level is a depth in samples at the time of deposition. Levels of the older sequence lie
    :attr:`offset` above those of the younger, so that one table holds both.

    Parameters
    ----------
    rng : Generator
    extent : Extent
    """

    def __init__(self, rng: Generator, extent: Extent) -> None:
        self.offset = _REACH * extent.n_samples
        self._origin = -0.5 * self.offset
        n_entries = int(_SEQUENCES * self.offset * _PER_SAMPLE) + 2
        markers = _markers(rng, n_entries)
        self._sums = {style: _running_sum(_beds(rng, n_entries, style) + markers) for style in (SHALE, SAND)}
        self._package = _packages(rng, n_entries, extent)
        n_packages = int(self._package[-1]) + 1
        self._bias = _alternating(rng, n_packages)
        self._within = _position_within(self._package)
        self._weights = rng.normal(0, 0.55, (n_packages + 1, N_MODES)).astype(np.float32)
        self._fingers = _fingers(rng, n_entries)
        self._strength = rng.uniform(0.8, 1.3, n_packages).astype(np.float32)

    def _entry(self, level: Array) -> Array:
        entry: Array = np.clip((level - np.float32(self._origin)) * _PER_SAMPLE, 0, len(self._package) - 1.01)
        return entry

    def sandiness(self, level: Array, modes: list[Array]) -> Array:
        """Positive where the rock is sand-prone, negative where it is shale-prone."""
        entry = self._entry(level).astype(np.int32)
        package, within = self._package[entry], self._within[entry]
        result: Array = self._bias[package] + self._fingers[entry]
        for number, mode in enumerate(modes):
            upper, lower = self._weights[package, number], self._weights[package + 1, number]
            result += (upper + (lower - upper) * within) * mode
        return result

    def strength(self, level: Array) -> Array:
        """Factor on the contrasts of the package a level belongs to."""
        result: Array = self._strength[self._package[self._entry(level).astype(np.int32)]]
        return result

    def log_impedance(self, style: BedStyle, level: Array, thickness: Array) -> Array:
        """Mean logarithm of impedance over `thickness` levels around each level, so that thin beds count."""
        sums = self._sums[style]
        half = thickness * np.float32(0.5)
        upper, lower = self._entry(level - half), self._entry(level + half)
        mean: Array = (_look_up(sums, lower) - _look_up(sums, upper)) / np.maximum(lower - upper, 0.01)
        return mean


def _look_up(table: Array, position: Array) -> Array:
    index = position.astype(np.int32)
    first = table[index]
    first += (table[index + 1] - first) * (position - index)
    return first


def _running_sum(values: npt.NDArray[np.float64]) -> Array:
    return np.concatenate([[0.0], np.cumsum(values)]).astype(np.float32)


def _beds(rng: Generator, n_entries: int, style: BedStyle) -> npt.NDArray[np.float64]:
    """One value per table entry, constant within a bed; heavy-tailed, as logs are."""
    low, high = (bound * _PER_SAMPLE for bound in style.thickness)
    thickness = np.exp(rng.uniform(np.log(low), np.log(high), int(n_entries / low) + 1)).round().astype(int)
    values = style.contrast * (0.3 + 0.7 * rng.gamma(1.4, 1 / 1.4, len(thickness)))
    values[1::2] *= -1  # hard and soft beds alternate
    return np.repeat(values, np.maximum(thickness, 1))[:n_entries]


def _markers(rng: Generator, n_entries: int) -> npt.NDArray[np.float64]:
    """A few regional beds of strong contrast that stand out in every facies."""
    result = np.zeros(n_entries)
    for start in rng.integers(0, n_entries, max(2, n_entries // (90 * _PER_SAMPLE))):
        result[start : start + int(rng.uniform(2, 5) * _PER_SAMPLE)] += rng.choice([-1, 1]) * 0.12
    return result


def _packages(rng: Generator, n_entries: int, extent: Extent) -> npt.NDArray[np.int32]:
    scale = extent.n_samples * _PER_SAMPLE
    lengths = rng.uniform(0.06, 0.2, int(n_entries / (0.06 * scale)) + 1) * scale
    bounds = np.cumsum(np.maximum(lengths, 4 * _PER_SAMPLE)).astype(int)
    return np.searchsorted(bounds, np.arange(n_entries), side="right").astype(np.int32)


def _position_within(package: npt.NDArray[np.int32]) -> Array:
    """0 at the top of each package, towards 1 at its base: facies belts shift sideways with it."""
    starts = np.flatnonzero(np.diff(package, prepend=-1))
    lengths = np.diff(np.append(starts, len(package)))
    since_top = np.arange(len(package)) - np.repeat(starts, lengths)
    return np.asarray(since_top / np.repeat(lengths, lengths), np.float32)


def _fingers(rng: Generator, n_entries: int) -> Array:
    """Bed by bed, how far sand reaches into shale: the two interfinger."""
    lengths = rng.integers(3 * _PER_SAMPLE, 7 * _PER_SAMPLE, n_entries // (3 * _PER_SAMPLE) + 1)
    return np.repeat(rng.uniform(-0.12, 0.12, len(lengths)), lengths)[:n_entries].astype(np.float32)


def _alternating(rng: Generator, count: int) -> Array:
    sign = np.where(np.arange(count) % 2 == rng.integers(2), 1.0, -1.0)
    return (sign * rng.uniform(0.1, 0.7, count)).astype(np.float32)
