"""Line numbers, indices, times and axis order: one place converts them, and it does so right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seisview.data.geometry import Axis, Domain, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.data.map_transform import MapTransform
from seisview.errors import GeometryError

DOWN = LineNumbers((1020, 1016, 1012, 1010))
GEOMETRY = SurveyGeometry(DOWN, LineNumbers.regular(300, 5, 6), 8, 100.0, 4.0)
KEYS = [SectionKey(axis, index) for axis in Axis for index in range(GEOMETRY.count(axis))]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.axis}-{key.index}")
def test_shape_view_and_voxel_agree_on_the_axes(key: SectionKey) -> None:
    volume = np.arange(4 * 6 * 8).reshape(GEOMETRY.shape)
    section = section_of(volume, key)
    assert section.shape == GEOMETRY.section_shape(key.axis)
    for row, column in np.ndindex(section.shape):
        assert section[row, column] == volume[GEOMETRY.voxel(key, row, column)]
    section[...] = -1
    assert (section_of(volume, key) == -1).all(), "a view writes to its volume"


def test_sections_are_counted_by_axis() -> None:
    assert [GEOMETRY.count(axis) for axis in Axis] == [4, 6, 8]
    GEOMETRY.check(SectionKey(Axis.CROSSLINE, 5))
    for axis, index in ((Axis.INLINE, 4), (Axis.CROSSLINE, 6), (Axis.SAMPLE, 8), (Axis.INLINE, -1)):
        with pytest.raises(GeometryError, match=f"no {axis} section at index {index}"):
            GEOMETRY.check(SectionKey(axis, index))


def test_line_numbers_may_decrease_and_be_irregular() -> None:
    assert (DOWN.first, DOWN.last, DOWN.step) == (1020, 1010, -4)
    assert [DOWN.index_of(DOWN.number_at(index)) for index in range(4)] == [0, 1, 2, 3]
    assert [DOWN.nearest_index(number) for number in (5000, 1017, 1013.9, 1010.9, -1)] == [0, 1, 2, 3, 3]
    for index in (-1, 4):
        with pytest.raises(GeometryError, match=r"outside 0\.\.3"):
            DOWN.number_at(index)
    with pytest.raises(GeometryError, match="no inline 1011") as told:
        GEOMETRY.exact_key(Axis.INLINE, 1011)
    assert told.value.hint == "Inlines run from 1010 to 1020 in steps of 4."


def test_times_run_from_the_first_sample_to_the_last_and_no_further() -> None:
    assert GEOMETRY.sample_end == GEOMETRY.sample_at(7) == 128.0
    assert [GEOMETRY.nearest_sample(time) for time in (-50, 100, 101.9, 102.1, 128, 500)] == [
        0,
        0,
        0,
        1,
        7,
        7,
    ]
    for index in range(8):
        key = SectionKey(Axis.SAMPLE, index)
        assert GEOMETRY.key_for(Axis.SAMPLE, GEOMETRY.number_of(key)) == key


def test_what_sections_are_called() -> None:
    assert GEOMETRY.title(SectionKey(Axis.INLINE, 1)) == "inline 1016"
    assert GEOMETRY.title(SectionKey(Axis.CROSSLINE, 2)) == "crossline 310"
    assert GEOMETRY.title(SectionKey(Axis.SAMPLE, 3)) == "112 ms"
    assert replace(GEOMETRY, domain=Domain.DEPTH).title(SectionKey(Axis.SAMPLE, 3)) == "112 m"
    counted = replace(GEOMETRY, domain=Domain.SAMPLE, sample_start=0.0, sample_interval=1.0)
    assert counted.title(SectionKey(Axis.SAMPLE, 3)) == "sample 3"


def test_map_coordinates_take_the_inline_first() -> None:
    placed = replace(GEOMETRY, transform=MapTransform(1000.0, 2000.0, 10.0, 1.0, 0.5, 20.0))
    assert placed.xy(2, 3) == (1000.0 + 2 * 10.0 + 3 * 0.5, 2000.0 + 2 * 1.0 + 3 * 20.0)
    assert GEOMETRY.xy(2, 3) is None


@pytest.mark.parametrize(("numbers", "says"), [((), "without lines"), ((3, 4, 3), "repeats a line number")])
def test_impossible_line_numbers_are_refused(numbers: tuple[int, ...], says: str) -> None:
    with pytest.raises(GeometryError, match=says):
        LineNumbers(numbers)
