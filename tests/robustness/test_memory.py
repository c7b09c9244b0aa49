"""Predicting and exporting take as much memory for a large survey as for a small one."""

from __future__ import annotations

import sys

import pytest

from seisview.benchmarks.streaming_memory import BOUND_MB, SECTION, peaks_of

_SMALL, _LARGE = 32, 256


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process's own memory from cached files"
)
def test_peak_memory_does_not_grow_with_the_survey() -> None:
    more = (_LARGE - _SMALL) * SECTION[0] * (4 * SECTION[1] + 240) / 1e6
    assert more > 1.5 * BOUND_MB, "the bound could not show a survey held in memory"
    small, large = peaks_of(_SMALL), peaks_of(_LARGE)
    assert large[0] - small[0] < BOUND_MB, "predicting"
    assert large[1] - small[1] < BOUND_MB, "exporting"
