"""Every window is compared exactly; hits keep apart in all three directions."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import ModelError
from seisview.labels.boxes import Box
from seisview.labels.patches import Patch
from seisview.learn.matching import window_search
from seisview.learn.matching.config import Region, SearchConfig
from seisview.learn.matching.hits import best_windows
from seisview.learn.matching.similarity import unit_rows
from seisview.learn.matching.window_search import Field, WindowSearch


class Features:
    cell = (8, 8)
    is_metric = False

    def __init__(self, shape=(12, 9, 10, 5), axis=Axis.INLINE, every=1, seed=0):
        self.axis = axis
        self.lines = range(0, shape[0] * every, every)
        self.dimensions = shape[3]
        self.done = np.ones(shape[0], np.bool_)
        rng = np.random.default_rng(seed)
        base = rng.normal(size=(1, *shape[1:])) + 0.3 * rng.normal(size=shape)
        self._array = base.astype(np.float16)

    def array(self):
        return self._array


def brute_force(search: WindowSearch, query: np.ndarray) -> np.ndarray:
    array = search.features.array().astype(np.float32)
    h, w = search.window
    lines, rows, columns, _ = array.shape
    out = np.empty((lines, rows - h + 1, columns - w + 1), np.float32)
    for index in np.ndindex(out.shape):
        line, r, c = index
        pooled = array[line, r : r + h, c : c + w].mean(axis=(0, 1))
        out[index] = unit_rows(search.whitening.apply(pooled[None]))[0] @ query
    return out


def test_similarities_are_exact_and_the_same_the_second_time():
    search = WindowSearch(Features(), (24, 32))
    assert search.window == (3, 4)
    query = search.embed(search.features.array()[4], Box(16, 40, 24, 56))
    first = search.search(query).similarity
    assert search.is_prepared
    np.testing.assert_allclose(first, brute_force(search, query), atol=2e-3)
    np.testing.assert_allclose(search.search(query).similarity, first, atol=1e-6)
    assert first[4, 2, 3] == pytest.approx(1.0, abs=1e-3)  # the patch finds itself


def test_a_first_look_sees_some_lines_and_then_all(monkeypatch):
    monkeypatch.setattr(window_search, "_QUICK_CELLS", 300)
    search = WindowSearch(Features(), (16, 16))
    query = search.embed(search.features.array()[4], Box(16, 32, 24, 40))
    quick = search.search(query, quick=True).similarity
    assert 0 < np.isfinite(quick).any(axis=(1, 2)).sum() < 12
    whole = search.search(query).similarity
    seen = np.isfinite(quick)
    np.testing.assert_allclose(quick[seen], whole[seen], atol=1e-6)
    assert search.quick_stride == 1


def test_lines_that_are_not_there_and_cells_without_a_trace_are_never_hits():
    features = Features()
    features.done[3] = False
    features._array[5, :, 6:] = 0  # no live trace there
    search = WindowSearch(features, (16, 16))
    query = search.embed(features.array()[0], Box(0, 16, 0, 16))
    similarity = search.search(query).similarity
    assert not np.isfinite(similarity[3]).any()
    assert not np.isfinite(similarity[5, :, 5:]).any()
    assert np.isfinite(similarity[5, :, :5]).all()
    features.done[3] = True  # made meanwhile
    assert np.isfinite(search.search(query).similarity[3]).all()
    features.done[:] = False
    with pytest.raises(ModelError):
        WindowSearch(features, (16, 16))


def test_confidences_lie_between_and_rise_with_similarity():
    search = WindowSearch(Features(), (16, 16))
    query = search.embed(search.features.array()[4], Box(16, 32, 24, 40))
    hits = best_windows([search.search(query)], SearchConfig(top=10))
    sure = [hit.confidence for hit in hits]
    assert sure == sorted(sure, reverse=True)
    assert 0 < sure[-1] < sure[0] < 1


def hits_of(similarity: np.ndarray, config: SearchConfig, queries=(), search=None):
    search = search or WindowSearch(Features(shape=(*similarity.shape[:1], 9, 10, 5)), (16, 16))
    return best_windows([Field(search, similarity.astype(np.float32))], config, queries), search


def test_hits_do_not_overlap_in_any_of_three_directions():
    rng = np.random.default_rng(0)
    similarity = rng.random((136, 8, 9))
    hits, _ = hits_of(similarity, SearchConfig(top=200, overlap=1.0))
    assert hits[0].similarity == pytest.approx(similarity.max(), abs=1e-6)
    centres = np.array([hit.patch.centre for hit in hits])
    for number, centre in enumerate(centres):
        apart = np.abs(np.delete(centres, number, 0) - centre)
        assert (apart >= 16 - 0.5).any(axis=1).all()
    scores = [hit.similarity for hit in hits]
    assert scores == sorted(scores, reverse=True)
    # greedy and complete: whatever is left out is near a better hit
    left = np.argwhere(np.isfinite(similarity))
    assert len(hits) < len(left)


def test_the_query_neighbourhood_is_left_out_only_when_asked():
    similarity = np.zeros((40, 8, 9))
    similarity[20, 3, 4] = 1.0
    search = WindowSearch(Features(shape=(40, 9, 10, 5)), (16, 16))
    query = (search.patch_of(20, 3, 4),)
    with_it, _ = hits_of(similarity, SearchConfig(top=1, exclude_query=False), query, search)
    without, _ = hits_of(similarity, SearchConfig(top=1), query, search)
    assert with_it[0].similarity == 1.0
    assert without[0].similarity == 0.0
    away = np.abs(np.subtract(without[0].patch.centre, query[0].centre))
    assert (away >= 15.5).any()


def test_a_region_holds_the_centres():
    similarity = np.random.default_rng(1).random((40, 8, 9))
    region = Region(inlines=(10, 20), crosslines=(16, 60), samples=(20, 50))
    hits, _ = hits_of(similarity, SearchConfig(top=50, region=region))
    assert hits
    for inline, crossline, sample in (hit.patch.centre for hit in hits):
        assert 10 <= inline < 20
        assert 16 <= crossline < 60
        assert 20 <= sample < 50


def test_both_directions_strike_out_each_other():
    inlines = WindowSearch(Features(shape=(80, 9, 10, 5)), (16, 16))
    crosslines = WindowSearch(Features(shape=(80, 9, 10, 5), axis=Axis.CROSSLINE), (16, 16))
    fields = []
    for search in (inlines, crosslines):
        values = np.full((80, 8, 9), -1.0, np.float32)
        fields.append(Field(search, values))
    fields[0].similarity[40, 3, 4] = 0.9  # inline 40, crosslines 32..48
    fields[1].similarity[40, 3, 4] = 0.8  # crossline 40, inlines 32..48: the same place
    fields[1].similarity[70, 0, 0] = 0.7
    hits = best_windows(fields, SearchConfig(top=2))
    assert [hit.similarity for hit in hits] == pytest.approx([0.9, 0.7])
    assert hits[1].patch.key == SectionKey(Axis.CROSSLINE, 70)


def test_patches_are_moved_inside_and_say_where_they_are():
    patch = Patch.around(SectionKey(Axis.INLINE, 3), (1, 98), (16, 20), (50, 100))
    assert patch.box == Box(0, 16, 80, 100)
    assert patch.centre == (3.0, 89.5, 7.5)


def test_a_small_survey_has_hits_too_although_a_patch_is_as_wide_as_it():
    search = WindowSearch(Features((24, 8, 9, 5)), (24, 32))
    query = search.embed(search.features.array()[4], Box(16, 40, 24, 56))
    hits = best_windows([search.search(query)], SearchConfig(top=50, exclude_query=False))
    lines = {hit.patch.key.index for hit in hits}
    assert len(hits) > 20  # with 24 lines between hits there were only as many as lie beside each other
    assert len(lines) > 6
    for first in hits:
        near = [h for h in hits if h is not first and abs(h.patch.key.index - first.patch.key.index) < 2]
        assert all(h.patch.box != first.patch.box for h in near)  # never the same thing a line further on
