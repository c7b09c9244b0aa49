"""The slice and the line that were cut out of the features last: the same until more features are there."""

from __future__ import annotations

from threading import Lock

import numpy as np
import numpy.typing as npt

from seisview.learn.features.slices import FeatureSlice, chosen_lines, cut_line, cut_slice
from seisview.learn.features.store import FeatureArray
from seisview.learn.features.volume import FeatureVolume

IntArray = npt.NDArray[np.intp]

_Chosen = tuple[tuple[int, ...], int]


class FeatureCuts:
    """Cuts slices and lines; safe from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._slice: tuple[FeatureVolume, _Chosen, int, FeatureSlice | None] | None = None
        self._line: tuple[FeatureVolume, _Chosen, IntArray, FeatureArray | None] | None = None

    def forget(self) -> None:
        """The survey is closed."""
        with self._lock:
            self._slice = self._line = None

    def slice_at(self, features: FeatureVolume, sample_index: int) -> FeatureSlice | None:
        """What a time or depth slice cuts out of the features that are there."""
        chosen = chosen_lines(features)
        with self._lock:
            kept = self._slice
        if kept is not None and kept[0] is features and kept[1:3] == (chosen, sample_index):
            return kept[3]
        cut = cut_slice(features, sample_index, *chosen)
        with self._lock:
            self._slice = (features, chosen, sample_index, cut)
        return cut

    def along(self, features: FeatureVolume, inlines: IntArray, crosslines: IntArray) -> FeatureArray | None:
        """What a line cuts out of them; `inlines` are the same array as long as the line is the same."""
        chosen = chosen_lines(features)
        with self._lock:
            kept = self._line
        if kept is not None and kept[0] is features and kept[1] == chosen and kept[2] is inlines:
            return kept[3]
        cut = cut_line(features, inlines, crosslines, *chosen)
        with self._lock:
            self._line = (features, chosen, inlines, cut)
        return cut
