"""Filters for looking: levels even out, bands are kept without shift, and what is missing stays missing."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.display_filters import (
    DISPLAY_FILTERS,
    OFF,
    band_passed,
    display_filter,
    gain_controlled,
)
from seisview.data.geometry import Domain

INTERVAL_S = 0.004
TIMES = np.arange(500) * INTERVAL_S


def wave(frequency: float) -> np.ndarray:
    return np.repeat(np.sin(2 * np.pi * frequency * TIMES)[:, None], 3, axis=1).astype(np.float32)


def strength(values: np.ndarray) -> float:
    return float(np.sqrt((values[100:400] ** 2).mean()))


def test_off_gives_the_amplitudes_themselves() -> None:
    section = wave(20)
    assert OFF.apply(section, 4.0) is section


def test_weak_and_strong_times_become_alike() -> None:
    section = wave(25)
    section[250:] *= 20
    level = float(np.sqrt((section**2).mean()))
    even = gain_controlled(section, 63)
    for part in (even[60:200], even[300:440]):
        assert np.sqrt((part**2).mean()) == pytest.approx(level, rel=0.05)
    assert even.dtype == np.float32
    np.testing.assert_array_equal(np.sign(even), np.sign(section))


def test_silence_and_gaps_stay_what_they_are() -> None:
    section = wave(25)
    section[:, 1] = 0
    section[40:60, 2] = np.nan
    for chosen in DISPLAY_FILTERS:
        shown = chosen.apply(section, 4.0)
        assert not shown[:, 1].any()
        np.testing.assert_array_equal(np.isnan(shown), np.isnan(section))


def test_a_dead_section_stays_dead() -> None:
    assert not gain_controlled(np.zeros((40, 3), np.float32), 11).any()


@pytest.mark.parametrize(
    ("frequency", "kept"), [(3.0, 0.0), (12.0, 1.0), (25.0, 1.0), (38.0, 1.0), (70.0, 0.0)]
)
def test_a_band_keeps_its_frequencies_where_they_are(frequency: float, kept: float) -> None:
    section = wave(frequency)
    shown = band_passed(section, INTERVAL_S, 10.0, 40.0)
    assert strength(shown) == pytest.approx(kept * strength(section), abs=0.06)
    if kept:  # zero phase
        np.testing.assert_allclose(shown[100:400], section[100:400], atol=0.12)


def test_a_strong_end_does_not_come_in_at_the_top() -> None:
    section = np.zeros((200, 1), np.float32)
    section[-3:] = 100
    assert np.abs(band_passed(section, INTERVAL_S, 10.0, 40.0)[:20]).max() < 1.5


def test_names_are_remembered_and_unknown_ones_are_off() -> None:
    assert [display_filter(known.name) for known in DISPLAY_FILTERS] == list(DISPLAY_FILTERS)
    assert display_filter("magic") is OFF


def test_what_it_is_called_and_where_it_can_be_used() -> None:
    agc, band = display_filter("agc_250"), display_filter("band_10_40")
    assert (agc.title(Domain.TIME), agc.title(Domain.DEPTH)) == ("AGC 250 ms", "AGC 250 m")
    assert band.title() == "band-pass 10 to 40 Hz"
    assert [agc.fits(d) for d in Domain] == [True, True, True]
    assert [band.fits(d) for d in Domain] == [True, False, False]
