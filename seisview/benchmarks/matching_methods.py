"""Ways of searching the same windows of a survey: what the program does, and simpler ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.report import BenchmarkOptions
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.learn.clustering.config import PatchFeatureConfig
from seisview.learn.features.patch_features import embed_patches
from seisview.learn.features.projection import fit_projection
from seisview.learn.matching.similarity import unit_rows
from seisview.learn.matching.window_search import WindowSearch
from seisview.learn.texture.channels import REACH, texture_channels

Floats = npt.NDArray[np.float32]
Place = tuple[int, int, int]

_COMPONENTS = 64
_FITTED_ON = 6000


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The windows of a survey, by line, row and column.

    Attributes
    ----------
    search : WindowSearch
        The program's own; knows where they lie.
    dense : callable
        Gives a search of the same windows on the features that previews and clusters use.
    volume : Volume
    statistics : AmplitudeStatistics
    options : BenchmarkOptions
    """

    search: WindowSearch
    dense: Callable[[], WindowSearch]
    volume: Volume
    statistics: AmplitudeStatistics
    options: BenchmarkOptions

    @property
    def shape(self) -> Place:
        """Lines, rows and columns of windows."""
        lines, rows, columns, _ = self.search.features.array().shape
        h, w = self.search.window
        return lines, rows - h + 1, columns - w + 1

    def channels(self, line: int) -> Floats:
        """Hand-made channels of the cells of a line and its neighbours."""
        axis, index = self.search.features.axis, self.search.features.lines[line]
        last = self.volume.geometry.count(axis) - 1
        near = (min(max(i, 0), last) for i in range(index - REACH, index + REACH + 1))
        sections = (self.volume.read_section(SectionKey(axis, i)) for i in near)
        return texture_channels([self.statistics.normalise(section) for section in sections])

    def images(self, line: int) -> Floats:
        """Amplitudes of the windows of a line, -1..1, (rows * columns, samples, traces)."""
        key = SectionKey(self.search.features.axis, self.search.features.lines[line])
        section = self.statistics.normalise(self.volume.read_section(key))
        (down, across), (h, w) = self.search.features.cell, self.search.window
        pad = [(0, -side % cell) for side, cell in zip(section.shape, (down, across), strict=True)]
        section = np.pad(section, pad, mode="symmetric")
        view = np.lib.stride_tricks.sliding_window_view(section, (h * down, w * across))[::down, ::across]
        return np.ascontiguousarray(view.reshape(-1, *view.shape[2:]), np.float32)


class Vectors(Protocol):
    """Windows that can be searched."""

    @property
    def background(self) -> Floats:
        """Vectors of some hundred windows of anywhere, (n, d)."""

    def vector(self, place: Place) -> Floats:
        """Vector of a window, of length 1."""

    def scores(self, query: Floats) -> Floats:
        """Cosine similarity of all windows to a query, (lines, rows, columns)."""


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """Windows as vectors of length 1.

    Attributes
    ----------
    vectors : ndarray of float32, shape (lines, rows, columns, d)
    """

    vectors: Floats

    @property
    def background(self) -> Floats:
        """See :class:`Vectors`."""
        flat = self.vectors.reshape(-1, self.vectors.shape[-1])
        rows = np.random.default_rng(0).choice(len(flat), min(300, len(flat)), replace=False)
        return np.asarray(flat[rows], np.float32)

    def vector(self, place: Place) -> Floats:
        """See :class:`Vectors`."""
        found: Floats = self.vectors[place]
        return found

    def scores(self, query: Floats) -> Floats:
        """See :class:`Vectors`."""
        return np.asarray(self.vectors @ query, np.float32)


class Cached:
    """The program's own way, through the search that the window uses."""

    def __init__(self, search: WindowSearch) -> None:
        self._search = search
        self.background = search.background

    def vector(self, place: Place) -> Floats:
        """See :class:`Vectors`."""
        section = self._search.features.array()[place[0]]
        return self._search.embed(section, self._search.patch_of(*place).box)

    def scores(self, query: Floats) -> Floats:
        """See :class:`Vectors`."""
        return self._search.search(query).similarity


def _by_vectors(windows: Windows, describe: Callable[[Floats], Floats], reduce: bool) -> Searched:
    lines, rows, columns = windows.shape
    parts = []
    for line in range(lines):
        windows.options.progress.check()
        parts.append(describe(windows.images(line)))
    flat = np.concatenate(parts)
    if reduce:
        sample = flat[:: max(1, len(flat) // _FITTED_ON)]
        flat = fit_projection(sample, [flat.shape[1]], [_COMPONENTS]).apply(flat)
    else:
        flat = flat - flat.mean(axis=0)
    return Searched(unit_rows(flat).reshape(lines, rows, columns, -1))


def _pixels(windows: Windows) -> Searched:
    return _by_vectors(windows, lambda images: images[:, ::2, ::2].reshape(len(images), -1), reduce=True)


def _spectrum(windows: Windows) -> Searched:
    config = PatchFeatureConfig(channels="spectrum")
    progress = windows.options.progress
    return _by_vectors(windows, lambda images: embed_patches(list(images), config, progress), reduce=True)


def _random_network(windows: Windows) -> Searched:
    config = PatchFeatureConfig(channels="deep", backbone="resnet50", weights="none")
    progress = windows.options.progress
    return _by_vectors(windows, lambda images: embed_patches(list(images), config, progress), reduce=False)


def _dense_as_they_are(windows: Windows) -> Cached:
    dense = windows.dense()
    return Cached(WindowSearch(dense.features, dense.size, 0.0))


def _by_hand(windows: Windows) -> Searched:
    """What the default's network sees, without what it learnt: standardised means and spreads over cells."""
    parts = []
    for line in range(windows.shape[0]):
        windows.options.progress.check()
        cells = windows.channels(line)
        view = np.lib.stride_tricks.sliding_window_view(cells, windows.search.window, axis=(0, 1))
        parts.append(np.concatenate([view.mean(axis=(-2, -1)), view.std(axis=(-2, -1))], axis=-1))
    flat = np.stack(parts)
    flat = (flat - flat.mean(axis=(0, 1, 2))) / (flat.std(axis=(0, 1, 2)) + 1e-6)
    return Searched(unit_rows(flat.reshape(-1, flat.shape[-1])).reshape(flat.shape))


METHODS: Mapping[str, Callable[[Windows], Vectors]] = MappingProxyType(
    {
        "pixels, PCA 64": _pixels,
        "log spectrum, PCA 64": _spectrum,
        "dense features, as they are": _dense_as_they_are,
        "dense features, whitened": lambda windows: Cached(windows.dense()),
        "the default's channels, not learnt": _by_hand,
        "default": lambda windows: Cached(windows.search),
        "ResNet-50, random weights": _random_network,
    }
)
