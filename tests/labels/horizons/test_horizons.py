"""Horizons on a section: picks, the reflection between them, and what lies between two."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.horizons.between import between_horizons, in_order
from seisview.labels.horizons.following import follow_reflection, straight_line
from seisview.labels.horizons.picks import Pick, join_picks, polarity_at, snapped
from seisview.labels.horizons.strips import Strip

N_SAMPLES, N_TRACES = 120, 80
TRACES = np.arange(N_TRACES)
WAVY = 50 + 12 * np.sin(TRACES / 12)


def reflection(rows: np.ndarray, strength: float | np.ndarray = 1.0) -> np.ndarray:
    """A section with one reflection: a wavelet of six samples' period along `rows`."""
    away = (np.arange(N_SAMPLES)[:, None] - rows) * 2 * np.pi / 6
    return (strength * np.cos(away) * np.exp(-(away**2) / 18)).astype(np.float32)


def test_a_reflection_is_followed_over_hill_and_valley() -> None:
    rows = follow_reflection(reflection(WAVY), (0, WAVY[0]), (79, WAVY[79]))
    assert rows.dtype == np.float32
    assert np.abs(rows - WAVY).max() <= 1
    assert np.abs(straight_line((0, WAVY[0]), (79, WAVY[79])) - WAVY).mean() > 6


@pytest.mark.parametrize("quarter", [0, 1.5, 3])
def test_it_is_followed_at_the_phase_that_was_picked(quarter: float) -> None:
    section = reflection(WAVY)
    rows = follow_reflection(section, (0, WAVY[0] + quarter), (79, WAVY[79] + quarter))
    assert np.abs(rows - WAVY - quarter).mean() < 0.6


def test_a_stronger_reflection_nearby_does_not_lead_astray() -> None:
    section = reflection(WAVY, 0.2) + reflection(np.full(N_TRACES, 75.0), 5.0)
    assert np.abs(follow_reflection(section, (0, WAVY[0]), (79, WAVY[79])) - WAVY).max() <= 1


@pytest.mark.parametrize("dip", [-1.3, 0.0, 0.4, 1.7])
@pytest.mark.parametrize("slope", [-0.6, 0.0, 1.1])
def test_dips_are_those_of_the_reflections_whatever_the_slope_of_the_line(dip: float, slope: float) -> None:
    waves = (np.arange(400)[:, None] - 200 - dip * TRACES) * 2 * np.pi / 8
    line = (200 + slope * TRACES).astype(np.float32)
    dips = Strip.along(np.sin(waves).astype(np.float32), 0, line, half_height=20).dips()
    assert dips.shape == (41, N_TRACES - 1)
    np.testing.assert_allclose(dips[10:31], dip, atol=0.1)


def test_a_gap_and_what_is_not_finite_are_bridged() -> None:
    section = reflection(WAVY)
    section[:, 30:36] = 0
    section[:, 50] = np.nan
    rows = follow_reflection(section, (0, WAVY[0]), (79, WAVY[79]))
    assert np.isfinite(rows).all()
    assert np.abs(rows - WAVY).mean() < 1


def test_the_ends_are_where_they_were_put_and_the_path_stays_on_the_section() -> None:
    section = reflection(np.full(N_TRACES, 2.0))
    rows = follow_reflection(section, (3, 2.4), (70, 118.7))
    assert (rows[0], rows[-1]) == (np.float32(2.4), np.float32(118.7))
    assert len(rows) == 68
    assert rows.min() >= 0
    assert rows.max() <= N_SAMPLES - 1


def test_a_click_is_taken_to_the_nearest_peak_or_trough() -> None:
    section = reflection(np.full(N_TRACES, 60.0))
    assert snapped(section, Pick(5, 61.3)) == Pick(5, 60.0)
    assert snapped(section, Pick(5, 62.6)) == Pick(5, 63.0)
    assert polarity_at(section, Pick(5, 60.0)) == 1
    assert polarity_at(section, Pick(5, 63.0)) == -1
    assert snapped(section, Pick(5, 62.6), polarity=1) == Pick(5, 60.0)
    assert snapped(section, Pick(5, 61.3, straight=True)) == Pick(5, 61.3, straight=True)
    assert snapped(section, Pick(5, 10.0)) == Pick(5, 10.0)  # nothing there


def test_picks_are_joined_neighbour_to_neighbour_in_whatever_order_they_came() -> None:
    follow = partial(follow_reflection, reflection(WAVY))
    picks = [Pick(70, WAVY[70]), Pick(5, WAVY[5]), Pick(40, WAVY[40])]
    rows = join_picks(picks, N_TRACES, follow)
    assert np.isnan(rows[:5]).all()
    assert np.isnan(rows[71:]).all()
    assert np.abs(rows[5:71] - WAVY[5:71]).max() <= 1
    again = join_picks([*picks, Pick(5, 90.0)], N_TRACES, straight_line)
    assert again[5] == 90  # the later of two on one trace


def test_a_straight_pick_is_joined_straight_to_those_before_it_only() -> None:
    follow = partial(follow_reflection, reflection(WAVY))
    picks = [Pick(0, WAVY[0]), Pick(40, WAVY[40], straight=True), Pick(79, WAVY[79])]
    rows = join_picks(picks, N_TRACES, follow)
    np.testing.assert_allclose(rows[:41], np.linspace(WAVY[0], WAVY[40], 41), rtol=1e-5)
    assert np.abs(rows[40:] - WAVY[40:]).max() <= 1


def test_picks_too_far_apart_leave_a_gap_open() -> None:
    picks = [Pick(0, 10), Pick(1, 11), Pick(10, 20), Pick(13, 23)]
    rows = join_picks(picks, 20, straight_line, reach=3)
    np.testing.assert_array_equal(np.flatnonzero(np.isfinite(rows)), [0, 1, 10, 11, 12, 13])


def test_what_lies_between_includes_both_horizons_on_the_traces_that_both_cover() -> None:
    upper, lower = np.full(8, 3.0, np.float32), np.full(8, 6.2, np.float32)
    upper[0] = lower[7] = np.nan
    lower[3] = 2.0  # pinched out
    box, mask = between_horizons(upper, lower, (10, 8))
    whole = np.zeros((10, 8), bool)
    whole[box.slices] = mask
    expected = np.zeros((10, 8), bool)
    expected[3:7, [1, 2, 4, 5, 6]] = True
    np.testing.assert_array_equal(whole, expected)


def test_the_rounding_of_a_table_costs_no_sample() -> None:
    upper, lower = np.full(3, 10.004, np.float32), np.full(3, 19.996, np.float32)
    box, mask = between_horizons(upper, lower, (30, 3))
    assert box == Box(10, 21, 0, 3)
    assert mask.all()


def test_without_one_horizon_it_goes_as_far_as_the_section() -> None:
    line = np.full(4, 2.0, np.float32)
    assert between_horizons(None, line, (10, 4))[0].slices == (slice(0, 3), slice(0, 4))
    assert between_horizons(line, None, (10, 4))[0].slices == (slice(2, 10), slice(0, 4))
    with pytest.raises(LabelError, match="no horizon"):
        between_horizons(None, None, (10, 4))
    with pytest.raises(LabelError, match="does not fit"):
        between_horizons(line, None, (10, 5))
    assert between_horizons(np.full(4, np.nan, np.float32), line, (10, 4))[0].is_empty


def test_horizons_drawn_in_the_wrong_order_are_put_right() -> None:
    upper, lower = np.array([1, 1, 5], np.float32), np.array([4, 4, 4], np.float32)
    assert in_order(lower, upper)[0] is upper
    assert in_order(upper, lower)[0] is upper
    assert in_order(None, lower) == (None, lower)
