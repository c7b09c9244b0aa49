"""From a section and its neighbours to features in which cosines say how alike places are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.learn.device import Device
from seisview.learn.features.config import TEXTURE_DIMENSIONS, FeatureConfig
from seisview.learn.features.projection import Projection
from seisview.learn.features.store import FeatureArray
from seisview.learn.samples.live import live_cells
from seisview.learn.texture.channels import REACH, texture_channels
from seisview.learn.texture.network import shipped_network
from seisview.progress import Progress

FloatArray = npt.NDArray[np.float32]

_KEPT = 4 * REACH + 2  # building goes outwards from the visible section on both sides


class TextureExtractor:
    """Makes texture features of sections of one survey; safe from several threads.

    Parameters
    ----------
    statistics : AmplitudeStatistics
        Of the survey.
    """

    device = Device("cpu", "float32", "hand-made channels and a small network")

    def __init__(self, statistics: AmplitudeStatistics) -> None:
        self._statistics = statistics
        self._network = shipped_network()
        self._read: OrderedDict[SectionKey, FloatArray] = OrderedDict()
        self._lock = Lock()

    def fit(self, _volume: Volume, _config: FeatureConfig, _progress: Progress) -> Projection:
        """Nothing is fitted: the network gives features as they are kept."""
        return Projection(
            np.zeros(TEXTURE_DIMENSIONS, np.float32), np.eye(TEXTURE_DIMENSIONS, dtype=np.float32)
        )

    def features_of(
        self, volume: Volume, key: SectionKey, _projection: Projection, check: Callable[[], None]
    ) -> FeatureArray:
        """Features of every cell of a section, float16, (cell rows, cell columns, TEXTURE_DIMENSIONS)."""
        last = volume.geometry.count(key.axis) - 1
        lines = []
        for index in range(key.index - REACH, key.index + REACH + 1):
            check()
            lines.append(self._section(volume, SectionKey(key.axis, min(max(index, 0), last))))
        channels = texture_channels([self._statistics.normalise(line) for line in lines])
        check()
        live = live_cells(lines[REACH])[None, :, None]
        features: FeatureArray = (self._network.apply(channels) * live).astype(np.float16)
        return features

    def _section(self, volume: Volume, key: SectionKey) -> FloatArray:
        with self._lock:
            if key in self._read:
                self._read.move_to_end(key)
                return self._read[key]
        section = volume.read_section(key)
        with self._lock:
            self._read[key] = section
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return section
