"""Axes by their names, as notebooks write them: a string must never name another section than its axis."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import seisview as sv
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.errors import GeometryError

GEOMETRY = SurveyGeometry(LineNumbers((100, 101, 102)), LineNumbers((300, 301, 302, 303)), 5, 0.0, 4.0)
CUBE = np.arange(60).reshape(GEOMETRY.shape)


@pytest.mark.parametrize("axis", list(Axis))
def test_a_name_stands_for_its_axis_in_keys_and_reading(axis: Axis) -> None:
    named = SectionKey(axis.value, 1)  # type: ignore[arg-type]
    assert named == SectionKey(axis, 1)
    np.testing.assert_array_equal(section_of(CUBE, named), section_of(CUBE, SectionKey(axis, 1)))
    assert GEOMETRY.title(named) == GEOMETRY.title(SectionKey(axis, 1))


@pytest.mark.parametrize(("name", "number"), [("inline", 102), ("crossline", 302)])
def test_lines_are_found_by_the_name_of_their_axis(name: str, number: int) -> None:
    assert GEOMETRY.exact_key(name, number) == SectionKey(Axis(name), 2)  # type: ignore[arg-type]
    assert GEOMETRY.key_for(name, number) == SectionKey(Axis(name), 2)  # type: ignore[arg-type]
    assert GEOMETRY.key_for("sample", 8.0) == SectionKey(Axis.SAMPLE, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [lambda: SectionKey("inlines", 1), lambda: GEOMETRY.lines("il")])  # type: ignore[arg-type]
def test_no_such_axis_is_said_in_words(make: Callable[[], object]) -> None:
    with pytest.raises(GeometryError, match="There is no axis") as raised:
        make()
    assert raised.value.hint == "Choose one of inline, crossline, sample."


def test_configurations_take_names_of_axes() -> None:
    assert sv.PredictConfig(axis="crossline").axis is Axis.CROSSLINE
    assert sv.FeatureConfig(axis="inline").axis is Axis.INLINE
    assert sv.SearchConfig(axes=("crossline",)).axes[0] is Axis.CROSSLINE
    assert sv.PretrainConfig(axes=["inline"]).to_dict()["axes"] == ["inline"]
    assert sv.ClusterLabels(("1",), "Sand", axis="crossline").axis is Axis.CROSSLINE
