"""Reading a whole survey section by section, along all axes."""

from __future__ import annotations

import numpy as np

from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume


def read_cube(volume: Volume) -> np.ndarray:
    """The whole survey, from its inline sections; the other axes must agree."""
    geometry = volume.geometry
    inlines = [volume.read_section(SectionKey(Axis.INLINE, i)).T for i in range(geometry.shape[0])]
    whole = np.stack(inlines)
    for j in range(geometry.shape[1]):
        np.testing.assert_array_equal(volume.read_section(SectionKey(Axis.CROSSLINE, j)), whole[:, j].T)
    for k in range(geometry.shape[2]):
        np.testing.assert_array_equal(volume.read_section(SectionKey(Axis.SAMPLE, k)), whole[:, :, k].T)
    return whole
