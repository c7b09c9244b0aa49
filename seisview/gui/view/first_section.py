"""Which section of a survey is looked at first."""

from __future__ import annotations

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry

_FEWEST_TRACES = 8
"""Fewer make no picture of the ground."""


def first_section(geometry: SurveyGeometry) -> SectionKey:
    """The middle inline; the middle crossline where inlines have hardly a trace and crosslines have more."""
    n_inlines, n_crosslines, _ = geometry.shape
    narrow = n_crosslines < min(_FEWEST_TRACES, n_inlines)
    axis = Axis.CROSSLINE if narrow else Axis.INLINE
    return SectionKey(axis, geometry.count(axis) // 2)
