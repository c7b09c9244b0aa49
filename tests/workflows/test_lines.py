from __future__ import annotations

import pytest

from seisview.data.geometry import Axis, LineNumbers, SurveyGeometry
from seisview.errors import GeometryError
from seisview.workflows.lines import LineSelection

LINES = LineNumbers.regular(100, 2, 10)


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        ("104", (2,)),
        ("100, 104,118", (0, 2, 9)),
        ("104:108", (2, 3, 4)),
        ("108:104", (2, 3, 4)),
        (":103", (0, 1)),
        ("115:", (8, 9)),
        ("100:118:6", (0, 3, 6, 9)),
        ("100,110:112", (0, 5, 6)),
        (":", tuple(range(10))),
    ],
)
def test_choices(text: str, indices: tuple[int, ...]) -> None:
    assert LineSelection.parse(text).indices(LINES) == indices


def test_decreasing_lines_and_ranges() -> None:
    falling = LineNumbers.regular(118, -2, 10)
    assert LineSelection.parse("104:108").index_range(falling) == (5, 8)


@pytest.mark.parametrize("text", ["", "a", "1:2:3:4", "1:2:0", "1.5", ","])
def test_wrong_writing(text: str) -> None:
    with pytest.raises(GeometryError):
        LineSelection.parse(text).indices(LINES)


def test_no_line_names_the_range() -> None:
    geometry = SurveyGeometry(LINES, LINES, 4, 0.0, 4.0)
    with pytest.raises(GeometryError) as caught:
        LineSelection.parse("101").keys(geometry, Axis.INLINE)
    assert "100 to 118" in caught.value.hint
