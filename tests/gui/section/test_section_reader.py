"""What is read for one view: amplitudes, and a prediction only where something was recorded."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.arrays.volumes import open_npy
from seisview.data.cache import SectionCache
from seisview.data.geometry import Axis, SectionKey
from seisview.gui.section.section_reader import SectionReader, SectionRequest

SHAPE = (6, 12, 20)


@pytest.mark.parametrize("axis", [Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE])
def test_no_facies_are_drawn_over_traces_that_hold_nothing(qtbot, tmp_path, axis) -> None:
    values = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    values[:, 9:] = 0
    values[4:] = 0
    np.save(tmp_path / "s.npy", values)
    volume = open_npy(tmp_path / "s.npy")
    shape = volume.geometry.section_shape(axis)
    everywhere = np.full(shape, 2, np.uint8)
    reader = SectionReader()
    try:
        with qtbot.waitSignal(reader.section_ready) as answered:
            key = SectionKey(axis, 2)
            request = SectionRequest(
                SectionCache(volume),
                key,
                volume.geometry.count(axis),
                1,
                lambda _key: (everywhere, everywhere),
            )
            reader.request(request)
        data = answered.args[0]
        recorded = np.ones(shape[1], bool)
        if axis is not Axis.SAMPLE:  # a slice may be zero where a trace is not
            recorded[9 if axis is Axis.INLINE else 4 :] = False
        for drawn in (data.facies, data.confidence):
            assert (drawn[:, recorded] == 2).all()
            assert not drawn[:, ~recorded].any()
        assert (everywhere == 2).all()
    finally:
        assert reader.shutdown()
        volume.close()
