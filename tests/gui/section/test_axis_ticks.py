"""Axis marks: round times anywhere, line numbers at lines, both ends of an axis of lines."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seisview.gui.section.axis_ticks import is_uneven, nice_step, number_text, ticks
from seisview.gui.section.section_picture import AxisScale


def lines(numbers) -> AxisScale:
    return AxisScale("crossline", "", np.asarray(numbers, float))


def marks(scale, spacing, first=-0.5, last=None) -> dict[str, float]:
    last = len(scale) - 0.5 if last is None else last
    return {tick.text: tick.position for tick in ticks(scale, first, last, spacing)}


def test_round_line_numbers_and_both_ends() -> None:
    found = marks(lines(range(4003, 4618)), spacing=40)
    assert next(iter(found)) == "4003"
    assert list(found)[-1] == "4617"
    assert found["4003"] == 0
    assert found["4617"] == 614
    inner = [int(text) for text in list(found)[1:-1]]
    assert len(inner) >= 8
    assert all(number % 50 == 0 for number in inner)
    assert all(found[str(number)] == number - 4003 for number in inner)


def test_decreasing_numbers_stay_where_their_lines_are() -> None:
    found = marks(lines(range(2000, 1700, -5)), spacing=6)
    assert found["2000"] == 0
    assert found["1705"] == 59
    assert found["1950"] == 10
    assert list(found.values()) == sorted(found.values())


def test_irregular_numbers_are_labelled_at_their_index() -> None:
    numbers = [10, 11, 13, 40, 41, 42, 43, 90, 91, 200, 201]
    found = marks(lines(numbers), spacing=2)
    assert {"10", "201"} <= set(found)
    assert all(numbers[int(position)] == int(text) for text, position in found.items())


def test_odd_lines_in_steps_of_two_are_only_marked_where_there_is_a_line() -> None:
    found = marks(lines(range(1001, 1401, 2)), spacing=20)
    assert all(int(text) % 2 == 1 for text in found)
    assert {"1001", "1399"} <= set(found)
    assert len(found) > 5


def test_times_are_round_and_may_lie_between_samples() -> None:
    scale = AxisScale("time", "ms", 2.0 + 3.0 * np.arange(400), continuous=True)
    found = marks(scale, spacing=30)
    assert found["100"] == pytest.approx(98 / 3)
    assert list(found) == [str(n) for n in range(100, 1200, 100)]


def test_the_visible_part_of_an_axis_has_its_own_ends() -> None:
    found = marks(lines(range(100, 200)), spacing=5, first=20.3, last=61.0)
    assert next(iter(found)) == "121"
    assert list(found)[-1] == "161"


@pytest.mark.parametrize(("first", "last"), [(-50.0, -10.0), (200.0, 300.0)])
def test_nothing_is_marked_off_the_axis(first: float, last: float) -> None:
    assert ticks(lines(range(100)), first, last, 5.0) == ()


def test_one_line_is_marked_once() -> None:
    assert marks(lines([77]), spacing=0.1) == {"77": 0.0}


@given(
    first=st.integers(-1000, 100_000),
    step=st.integers(-40, 40).filter(bool),
    count=st.integers(1, 3000),
    spacing=st.floats(0.01, 500),
)
def test_marks_never_crowd_and_always_name_their_line(first, step, count, spacing) -> None:
    scale = lines(first + step * np.arange(count))
    found = ticks(scale, -0.5, count - 0.5, spacing)
    positions = [tick.position for tick in found]
    assert positions[0] == 0
    assert all(b - a >= spacing * 0.999 for a, b in itertools.pairwise(positions))
    assert all(tick.text == number_text(scale.numbers[int(tick.position)]) for tick in found)
    if count - 1 >= spacing:
        assert positions[-1] == count - 1


@pytest.mark.parametrize(("least", "step"), [(1, 1), (1.1, 2), (2.5, 5), (7, 10), (0.03, 0.05), (500, 500)])
def test_nice_steps(least: float, step: float) -> None:
    assert nice_step(least) == pytest.approx(step)


def test_a_distance_that_grows_unevenly_is_marked_at_round_numbers() -> None:
    steps = np.where(np.arange(60) < 30, 12.5, 17.7)
    distance = AxisScale("distance", "", np.concatenate([[0.0], np.cumsum(steps)]), continuous=True)
    found = ticks(distance, 0, 60, 12)
    assert [tick.text for tick in found] == ["0", "200", "400", "600", "800"]
    for tick in found:
        below = int(tick.position)
        share = tick.position - below
        step = steps[min(below, 59)]
        assert distance.numbers[below] + share * step == pytest.approx(float(tick.text))


@pytest.mark.parametrize("n_samples", [1, 2])
def test_an_axis_of_one_sample_is_even(n_samples: int) -> None:
    """A layout asks for it: an exception there ends the program."""
    assert not is_uneven(AxisScale("time", "ms", 4.0 * np.arange(n_samples), continuous=True))
