"""Vectors of the cells of a section, for clusters: hand-made, from the feature cache, or of windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.data.patches.scale import per_image_scale
from seisview.data.volume import Volume
from seisview.learn.clustering.attributes import cell_character
from seisview.learn.clustering.config import PatchFeatureConfig, SurveyFeatureConfig
from seisview.learn.features.projection import Projection
from seisview.learn.samples.live import live_cells

if TYPE_CHECKING:
    from seisview.learn.features.patch_network import PatchNetwork

FloatArray = npt.NDArray[np.float32]
Check = Callable[[], None]
Read = Callable[[SectionKey, Check], npt.NDArray[np.floating]]

CELL = 8
WINDOW_STRIDE = 16


class VectorSource(Protocol):
    """What gives vectors of any vertical section."""

    @property
    def cell(self) -> int:
        """Samples and traces that share a vector."""

    @property
    def axis(self) -> Axis:
        """Across which sections are read fastest."""

    def vectors(self, key: SectionKey, check: Check) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """Vectors (cell rows, cell columns, channels), and which cell columns hold data."""


class AttributeSource:
    """Energy, frequency and continuity of cells: what interpreters tell facies by, in one cheap pass.

    Three channels do better than many here: distances of a hundred correlated ones follow the largest scale,
    and clusters then follow depth.
    """

    cell, axis = CELL, Axis.INLINE

    def __init__(self, volume: Volume, statistics: AmplitudeStatistics) -> None:
        self._volume, self._statistics = volume, statistics

    def vectors(self, key: SectionKey, check: Check) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """See :class:`VectorSource`."""
        check()
        section = self._volume.read_section(key)
        return cell_character(self._statistics.normalise(section), CELL), live_cells(section, CELL)


class FeatureSource:
    """Dense features, from the cache or computed.

    Parameters
    ----------
    read : callable
        Gives the features of a section.
    projection : Projection
        What took channels to features.
    axis : Axis
        Across which they are stored.
    """

    cell = CELL

    def __init__(self, read: Read, projection: Projection, axis: Axis) -> None:
        self._read, self.projection, self.axis = read, projection, axis

    def vectors(self, key: SectionKey, check: Check) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """See :class:`VectorSource`."""
        stored = np.asarray(self._read(key, check), np.float32)
        return stored, np.asarray(stored.any(axis=(0, 2)))


class WindowSource:
    """Windows around points of a grid, through a network as system B does, or as they are."""

    cell, axis = WINDOW_STRIDE, Axis.INLINE

    def __init__(self, volume: Volume, statistics: AmplitudeStatistics, config: SurveyFeatureConfig) -> None:
        self._volume, self._statistics, self._config = volume, statistics, config
        self._network = None if config.raw else _network(config)

    def vectors(self, key: SectionKey, check: Check) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """See :class:`VectorSource`."""
        section = self._volume.read_section(key)
        windows = section_windows(self._statistics.normalise(section), self._config.window)
        rows, columns = windows.shape[:2]
        flat = windows.reshape(rows * columns, *windows.shape[2:])
        if self._config.per_image:
            flat = np.stack([per_image_scale(window) for window in flat])
        if self._network is None:
            found = flat.reshape(len(flat), -1)
        else:
            parts = [self._network.pooled(flat[i : i + 64], check) for i in range(0, len(flat), 64)]
            found = np.concatenate(parts)
        return found.reshape(rows, columns, -1), live_cells(section, WINDOW_STRIDE)


def _network(config: SurveyFeatureConfig) -> PatchNetwork:
    from seisview.learn.device import choose_device
    from seisview.learn.features.patch_network import PatchNetwork

    patches = PatchFeatureConfig("deep", False, config.backbone, config.weights, config.seed)
    return PatchNetwork(patches, choose_device(config.device, 1))


def section_windows(section: FloatArray, window: tuple[int, int]) -> FloatArray:
    """Windows around the middles of cells of 16 x 16 samples; the section is continued by reflection.

    Returns
    -------
    ndarray of float32, shape (cell rows, cell columns, *window)
        A read-only view.
    """
    rows, columns = (-(-side // WINDOW_STRIDE) for side in section.shape)
    pads = []
    for side, count, length in zip(section.shape, (rows, columns), window, strict=True):
        before = max(0, length // 2 - WINDOW_STRIDE // 2)
        pads.append((before, max(0, (count - 1) * WINDOW_STRIDE + length - before - side)))
    padded = section
    while any(after or before for before, after in pads):
        step = [(min(b, n - 1), min(a, n - 1)) for (b, a), n in zip(pads, padded.shape, strict=True)]
        if not any(b or a for b, a in step):  # a section of one sample cannot be reflected
            padded = np.pad(padded, pads, mode="edge")
            break
        padded = np.pad(padded, step, mode="reflect")
        pads = [(b - s, a - t) for (b, a), (s, t) in zip(pads, step, strict=True)]
    views = np.lib.stride_tricks.sliding_window_view(padded, window)
    return views[::WINDOW_STRIDE, ::WINDOW_STRIDE][:rows, :columns]


def cell_depth(n_rows: int, n_columns: int) -> FloatArray:
    """Depth of every cell of a section, -1 at the top to 1 at the bottom, shape (n_rows * n_columns,)."""
    depth = np.linspace(-1, 1, n_rows, dtype=np.float32) if n_rows > 1 else np.zeros(1, np.float32)
    return np.repeat(depth, n_columns)


def on_samples(cells: npt.NDArray[np.uint8], cell: int, shape: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Give every sample of a section the value of its cell."""
    return np.repeat(np.repeat(cells, cell, axis=0), cell, axis=1)[: shape[0], : shape[1]]
