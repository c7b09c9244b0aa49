from __future__ import annotations

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.gui.clusters.cluster_facts import anomaly_rows, label_groups
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.store import LabelStore
from seisview.project.clusters import ClusterPoints
from seisview.workflows.clustering.anomalies import Anomaly

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 60), LineNumbers.regular(1, 1, 40), 32, 0.0, 4.0)


def points_on(lines: list[int]) -> ClusterPoints:
    """Points at crosslines 4, 12, ... and samples 4, 12, ... of some inlines."""
    places = [(line, x, z) for line in lines for x in range(4, 40, 8) for z in range(4, 32, 8)]
    n = len(places)
    return ClusterPoints(
        np.zeros((n, 2), np.float32), np.array(places, np.int32), np.ones(n, np.int32), np.ones(n, np.float32)
    )


def paint(store: LabelStore, axis: Axis, index: int, class_id: int) -> None:
    shape = GEOMETRY.section_shape(axis)
    store.apply(SectionKey(axis, index), Box.whole(shape), np.ones(shape, bool), class_id)


@pytest.fixture
def store() -> LabelStore:
    return LabelStore(GEOMETRY, FaciesScheme.named(["Mud", "Sand", "Salt"]))


def test_points_take_the_label_of_the_section_they_lie_on_or_beside(store: LabelStore) -> None:
    points = points_on([0, 20, 40])
    paint(store, Axis.INLINE, 22, 1)
    groups = label_groups(points, store, 4)
    on_line = points.places[:, 0] == 20
    assert (groups[on_line] == 1).all()
    assert not groups[~on_line].any()


def test_a_section_between_the_lines_with_points_colours_the_nearest(store: LabelStore) -> None:
    points = points_on([0, 20, 40])
    paint(store, Axis.INLINE, 29, 2)
    groups = label_groups(points, store, 4)
    assert set(points.places[groups == 2, 0]) == {20}


def test_crosslines_and_slices_count_too(store: LabelStore) -> None:
    points = points_on([0, 20, 40])
    paint(store, Axis.CROSSLINE, 12, 1)
    paint(store, Axis.SAMPLE, 20, 3)
    groups = label_groups(points, store, 0)
    assert (groups[points.places[:, 2] == 20] == 3).all()
    assert (groups[(points.places[:, 1] == 12) & (points.places[:, 2] != 20)] == 1).all()
    assert not groups[(points.places[:, 1] != 12) & (points.places[:, 2] != 20)].any()


def test_a_survey_full_of_labels_is_read_on_the_lines_with_points_only(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = points_on([0, 20, 40])
    for index in range(60):
        paint(store, Axis.INLINE, index, 1 + index % 3)
    reads = []
    read = LabelStore.section
    monkeypatch.setattr(LabelStore, "section", lambda *asked: reads.append(asked[1]) or read(*asked))
    groups = label_groups(points, store, 4)
    assert sorted(key.index for key in reads) == [0, 20, 40]
    assert np.array_equal(groups, 1 + points.places[:, 0] % 3)


def test_a_row_of_the_unusual_is_short_enough_to_keep_its_unit() -> None:
    (row,) = anomaly_rows([Anomaly(2.0, (9, 19, 16))], GEOMETRY, 7.35)
    assert row[0] == "14.7  10/20/64 ms"
    assert "inline 10, crossline 20, 64 ms" in row[1]
