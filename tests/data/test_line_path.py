"""Which traces lie along a line drawn across the survey."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seisview.data.line_path import traces_along
from tests.gui.survey_fixtures import GEOMETRY


def test_line_along_a_crossline_takes_every_trace_once():
    path = traces_along([(2, 5), (9, 5)], GEOMETRY)
    assert path.inlines.tolist() == list(range(2, 10))
    assert set(path.crosslines) == {5}


def test_corner_is_not_repeated_and_neighbours_touch():
    path = traces_along([(0, 0), (6, 12), (11, 3)], GEOMETRY)
    steps = np.abs(np.diff([path.inlines, path.crosslines], axis=1))
    assert steps.max() == 1
    assert (steps.sum(axis=0) > 0).all()
    assert (6, 12) in set(zip(path.inlines.tolist(), path.crosslines.tolist(), strict=True))


def test_places_outside_are_moved_to_the_edge():
    path = traces_along([(-5, -5), (40, 40)], GEOMETRY)
    assert (path.inlines[0], path.crosslines[0]) == (0, 0)
    assert (path.inlines[-1], path.crosslines[-1]) == (11, 15)


@pytest.mark.parametrize("vertices", [[], [(3, 3)], [(3, 3), (3.2, 2.9)], [(3, 3), (3, 3), (3, 3)]])
def test_line_without_length_is_none(vertices):
    assert traces_along(vertices, GEOMETRY) is None


def test_distance_is_in_map_units_or_in_traces():
    path = traces_along([(0, 0), (0, 4)], GEOMETRY)
    np.testing.assert_allclose(path.distance, 12.5 * np.arange(5))
    assert path.has_coordinates
    plain = traces_along([(0, 0), (0, 4)], replace(GEOMETRY, transform=None))
    assert plain.distance.tolist() == [0, 1, 2, 3, 4]
    assert not plain.has_coordinates
