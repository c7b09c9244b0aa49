from __future__ import annotations

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis
from seisview.learn.dips import section_dips, steepest_dip
from seisview.progress import Progress
from tests.learn.surveys import ArrayVolume


@pytest.mark.parametrize("dip", [-0.8, -0.3, 0.0, 0.5])
def test_dips_of_plane_beds_are_found(dip: float) -> None:
    rows, columns = np.indices((120, 90))
    found = section_dips(np.sin((rows - dip * columns) / 2.5).astype(np.float32))
    assert np.median(found) == pytest.approx(dip, abs=0.03)


def test_what_is_not_bedded_has_no_dip() -> None:
    noise = np.random.default_rng(0).standard_normal((120, 90)).astype(np.float32)
    assert len(section_dips(noise)) < 30
    assert len(section_dips(np.zeros((50, 50), np.float32))) == 0
    assert len(section_dips(np.ones((50, 1), np.float32))) == 0


def test_a_survey_dips_as_it_does_along_its_steeper_axis() -> None:
    """Flat on every inline, steep on every crossline: labels of an inline alone would not show it."""
    inline, _, sample = np.meshgrid(np.arange(60.0), np.arange(70.0), np.arange(90.0), indexing="ij")
    volume = ArrayVolume(np.sin((sample - 0.6 * inline) / 2.5).astype(np.float32))
    found = steepest_dip(volume, measure_amplitudes(volume), Progress())
    assert found == pytest.approx(0.6, abs=0.1)
    assert {key.axis for key in volume.reads} == {Axis.INLINE, Axis.CROSSLINE}


def test_a_survey_of_one_trace_is_no_trouble() -> None:
    volume = ArrayVolume(np.random.default_rng(0).standard_normal((1, 1, 64)).astype(np.float32))
    assert steepest_dip(volume, measure_amplitudes(volume), Progress()) == 0.0
