"""A survey opens on a section that shows the ground, not on one that is a trace wide."""

from __future__ import annotations

import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.gui.view.first_section import first_section


@pytest.mark.parametrize(
    ("n_inlines", "n_crosslines", "first"),
    [
        (210, 617, SectionKey(Axis.INLINE, 105)),
        (210, 1, SectionKey(Axis.CROSSLINE, 0)),
        (210, 3, SectionKey(Axis.CROSSLINE, 1)),
        (3, 617, SectionKey(Axis.INLINE, 1)),
        (617, 40, SectionKey(Axis.INLINE, 308)),
        (2, 3, SectionKey(Axis.INLINE, 1)),
        (1, 1, SectionKey(Axis.INLINE, 0)),
    ],
)
def test_a_section_of_hardly_a_trace_is_not_the_first_seen(n_inlines, n_crosslines, first) -> None:
    numbers = (LineNumbers.regular(10, 1, n) for n in (n_inlines, n_crosslines))
    assert first_section(SurveyGeometry(*numbers, 100, 0.0, 4.0)) == first
