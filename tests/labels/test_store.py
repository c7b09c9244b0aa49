"""The label store against a dense volume, its undo, its classes and its cost."""

import time

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.errors import GeometryError, LabelError
from seisview.labels.boxes import Box, crossing
from seisview.labels.facies import FaciesScheme
from seisview.labels.operations import Entry, decode, encode
from seisview.labels.provenance import Provenance
from seisview.labels.samples import SharedSamples
from seisview.labels.state import LabelState
from seisview.labels.store import LabelStore
from seisview.labels.strokes import brush_mask
from seisview.labels.tiles import TiledMask


def _geometry(n_inlines: int, n_crosslines: int, n_samples: int) -> SurveyGeometry:
    return SurveyGeometry(
        LineNumbers.regular(100, 2, n_inlines),
        LineNumbers.regular(500, -1, n_crosslines),
        n_samples,
        0.0,
        4.0,
    )


SMALL = _geometry(5, 19, 34)
INLINE2 = SectionKey(Axis.INLINE, 2)


def _paint(store: LabelStore, key: SectionKey, row: int, column: int, class_id: int, size: int = 3) -> None:
    rows, columns = store.geometry.section_shape(key.axis)
    box = Box(row, min(row + size, rows), column, min(column + size, columns))
    store.apply(key, box, np.ones(box.shape, bool), class_id)


def _all_keys(geometry: SurveyGeometry) -> list[SectionKey]:
    return [SectionKey(axis, i) for axis in Axis for i in range(geometry.count(axis))]


def _assert_same(store: LabelStore, dense: np.ndarray, origins: np.ndarray) -> None:
    for key in _all_keys(store.geometry):
        np.testing.assert_array_equal(store.section(key), section_of(dense, key), err_msg=str(key))
        np.testing.assert_array_equal(store.provenance(key), section_of(origins, key), err_msg=str(key))
    counts = np.bincount(dense.ravel(), minlength=256)
    assert store.counts() == {i: counts[i] for i in store.scheme.ids}
    assert list(store.provenance_counts().values()) == np.bincount(origins.ravel(), minlength=4)[1:].tolist()


# Who gives way to whom: an interpolated label to an accepted one, both to the hand.
STRENGTH = np.array([0, 3, 1, 2])


def _write_dense(
    labels: np.ndarray, origins: np.ndarray, mask: np.ndarray, values: np.ndarray, who: Provenance
) -> None:
    """The same as a write of the store, on plain arrays."""
    free = mask & (STRENGTH[origins] <= STRENGTH[who])
    labels[free] = values[free]
    origins[free] = np.where(values != 0, who, 0)[free]


class StoreAgainstDenseVolume(RuleBasedStateMachine):
    """Random painting, undo, redo and class edits; a plain 3-D array is the truth, its copies the history."""

    keys = st.sampled_from(_all_keys(SMALL))

    @initialize(working_bytes=st.sampled_from([0, 5000, 10**9]))
    def begin(self, working_bytes: int) -> None:
        self.store = LabelStore(SMALL)
        self.store.state.samples = SharedSamples(SMALL, working_bytes)
        self.store.state.origins = SharedSamples(SMALL, working_bytes)
        self.entries: list[Entry] = []
        self.store.state.record = lambda entry: self.entries.append(decode(encode(entry)))
        self.dense = np.zeros((2, *SMALL.shape), np.uint8)
        self.past: list[tuple] = []
        self.future: list[tuple] = []

    def _remember(self, before: tuple) -> None:
        if not np.array_equal(before[0], self.dense) or before[1:3] != (
            self.store.scheme,
            self.store.holdout,
        ):
            self.past.append(before)
            self.future.clear()

    def _now(self) -> tuple:
        return self.dense.copy(), self.store.scheme, self.store.holdout, self.store.revision

    def _stroke(self, data: st.DataObject, key: SectionKey) -> None:
        shape = SMALL.section_shape(key.axis)
        row0, row1 = sorted(data.draw(st.tuples(*[st.integers(0, shape[0])] * 2)))
        column0, column1 = sorted(data.draw(st.tuples(*[st.integers(0, shape[1])] * 2)))
        box = Box(row0, row1, column0, column1)
        seed = data.draw(st.integers(0, 99))
        rng = np.random.default_rng(seed)
        mask = rng.random(box.shape) < data.draw(st.sampled_from([0.1, 1.0]))
        view, origins = (section_of(part, key)[box.slices] for part in self.dense)
        if data.draw(st.booleans()):
            class_id = data.draw(st.sampled_from([0, *self.store.scheme.ids]))
            self.store.apply(key, box, mask, class_id)
            _write_dense(view, origins, mask, np.full(box.shape, class_id), Provenance.HAND)
        else:
            values = rng.choice(np.array([0, *self.store.scheme.ids], np.uint8), box.shape)
            who = data.draw(st.sampled_from(list(Provenance)[1:]))
            self.store.write(key, box, mask, values, who)
            _write_dense(view, origins, mask, values, who)

    @rule(key=keys, data=st.data())
    def paint(self, key: SectionKey, data: st.DataObject) -> None:
        before = self._now()
        self._stroke(data, key)
        self._remember(before)

    @rule(key=keys, data=st.data(), n_dabs=st.integers(1, 4))
    def stroke(self, key: SectionKey, data: st.DataObject, n_dabs: int) -> None:
        before = self._now()
        self.store.begin_stroke()
        changed = False
        for _ in range(n_dabs):
            dense = self.dense.copy()
            self._stroke(data, key)
            changed |= not np.array_equal(dense, self.dense)
        self.store.end_stroke()
        if changed:
            self.past.append(before)
            self.future.clear()

    @rule(keys=st.lists(keys, min_size=1, max_size=3, unique=True), data=st.data())
    def many_sections_at_once(self, keys: list[SectionKey], data: st.DataObject) -> None:
        before = self._now()
        changed = False
        with self.store.grouped():
            for key in keys:
                dense = self.dense.copy()
                self._stroke(data, key)
                changed |= not np.array_equal(dense, self.dense)
        if changed:
            self.past.append(before)
            self.future.clear()

    @rule()
    def undo(self) -> None:
        self.store.undo()
        if self.past:
            self.future.append(self._now_after_undo())
            self.dense, scheme, holdout, revision = self.past.pop()
            self.dense = self.dense.copy()
            assert (self.store.scheme, self.store.holdout) == (scheme, holdout)
            assert self.store.revision == revision

    def _now_after_undo(self) -> tuple:
        return self.dense.copy(), *self.top

    @rule()
    def redo(self) -> None:
        before = self._now()
        self.store.redo()
        if self.future:
            self.past.append(before)
            self.dense, scheme, holdout, revision = self.future.pop()
            self.dense = self.dense.copy()
            assert (self.store.scheme, self.store.holdout) == (scheme, holdout)
            assert self.store.revision == revision

    @rule(name=st.sampled_from(["Sand", "Shale", "Salt"]))
    def add_class(self, name: str) -> None:
        before = self._now()
        try:
            self.store.add_class(name)
        except LabelError:
            return
        self._remember(before)

    @rule(data=st.data())
    def remove_class(self, data: st.DataObject) -> None:
        if not self.store.scheme.ids:
            return
        before = self._now()
        class_id = data.draw(st.sampled_from(self.store.scheme.ids))
        self.store.remove_class(class_id)
        self.dense[:, self.dense[0] == class_id] = 0
        self._remember(before)

    @rule(data=st.data())
    def merge_class(self, data: st.DataObject) -> None:
        if len(self.store.scheme.ids) < 2:
            return
        before = self._now()
        gone, kept = data.draw(st.permutations(self.store.scheme.ids))[:2]
        self.store.merge_class(gone, kept)
        self.dense[0, self.dense[0] == gone] = kept
        self._remember(before)

    @rule(key=keys, held_out=st.booleans())
    def hold_out(self, key: SectionKey, held_out: bool) -> None:
        before = self._now()
        self.store.set_holdout(key, held_out)
        self._remember(before)

    @invariant()
    def same_everywhere(self) -> None:
        if not hasattr(self, "store"):
            return
        self.top = (self.store.scheme, self.store.holdout, self.store.revision)
        _assert_same(self.store, *self.dense)
        assert (self.store.can_undo, self.store.can_redo) == (bool(self.past), bool(self.future))

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        replayed = LabelState(SMALL, FaciesScheme.default())
        for entry in self.entries:
            replayed.replay(entry)
        twin = LabelStore.around(replayed)
        _assert_same(twin, *self.dense)
        assert (twin.scheme, twin.holdout, twin.revision) == self.top
        assert twin.labelled_sections() == self.store.labelled_sections()
        assert twin.painted_sections() == self.store.painted_sections()
        self._assert_snapshot_is_right()
        while self.store.can_undo:
            self.store.undo()
        assert not self.store.labelled_sections()
        assert not any(self.store.counts().values())
        assert not any(self.store.provenance_counts().values())
        assert not self.store.state.derived

    def _assert_snapshot_is_right(self) -> None:
        snapshot = self.store.snapshot()
        assert tuple(snapshot.provenance) == self.store.labelled_sections()
        assert snapshot.painted_sections == tuple(sorted(self.store.painted_sections()))
        for key, origins in snapshot.provenance.items():
            assert np.array_equal(origins, section_of(self.dense[1], key))


TestStoreAgainstDenseVolume = StoreAgainstDenseVolume.TestCase
TestStoreAgainstDenseVolume.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


def test_painting_on_an_inline_shows_on_what_crosses_it() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 10, 4, 2)
    assert store.section(SectionKey(Axis.CROSSLINE, 5))[11, 2] == 2
    assert store.section(SectionKey(Axis.SAMPLE, 12))[6, 2] == 2
    assert store.labelled_sections() == (INLINE2,)
    assert store.class_fractions(INLINE2)[2] == pytest.approx(9 / (34 * 19))


def test_crossing_names_the_same_samples_on_both_sections() -> None:
    volume = np.arange(np.prod(SMALL.shape)).reshape(SMALL.shape)
    for key in (INLINE2, SectionKey(Axis.CROSSLINE, 7), SectionKey(Axis.SAMPLE, 30)):
        box = Box(2, 15, 1, 4)
        for other in _all_keys(SMALL):
            lines = crossing(key, box, other)
            shared = np.intersect1d(section_of(volume, key)[box.slices], section_of(volume, other))
            if lines is None:
                assert other.axis is key.axis or not len(shared)
            else:
                here, there = (
                    section_of(volume, k)[b.slices].ravel() for k, b in zip((key, other), lines, strict=True)
                )
                assert np.array_equal(here, there)
                assert np.array_equal(np.sort(here), shared)


def test_the_signal_tells_the_smallest_box_that_changed() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 10, 4, 1)
    heard = []
    store.section_changed.connect(lambda key, box: heard.append((key, box)))
    _paint(store, INLINE2, 10, 6, 1)
    assert heard == [(INLINE2, Box(10, 13, 7, 9))]
    _paint(store, INLINE2, 10, 6, 1)
    assert len(heard) == 1
    store.undo()
    assert heard[1:] == [(INLINE2, Box(10, 13, 7, 9))]


def test_a_stroke_is_one_step_and_a_section_change_closes_it() -> None:
    store = LabelStore(SMALL)
    store.begin_stroke()
    for column in range(4):
        _paint(store, INLINE2, 3, column, 1)
    other = SectionKey(Axis.INLINE, 3)
    _paint(store, other, 3, 3, 2)
    _paint(store, other, 8, 3, 2)
    assert store.undo() == (other,)
    assert store.labelled_sections() == (INLINE2,)
    assert store.undo() == (INLINE2,)
    assert not store.can_undo
    assert store.redo() == (INLINE2,)
    assert store.section(INLINE2)[3:6, :6].all()
    store.end_stroke()
    store.end_stroke()


def test_an_open_stroke_can_be_undone() -> None:
    store = LabelStore(SMALL)
    store.begin_stroke()
    _paint(store, INLINE2, 3, 3, 1)
    assert store.can_undo
    store.undo()
    assert not store.section(INLINE2).any()
    assert store.can_redo


def test_a_dab_that_is_undone_leaves_no_labelled_section_behind() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 0, 0, 1, 40)
    crossline = SectionKey(Axis.CROSSLINE, 4)
    _paint(store, crossline, 5, 4, 2)
    assert crossline in store.labelled_sections()
    store.undo()
    assert store.labelled_sections() == (INLINE2,)


def test_a_stroke_of_many_dabs_that_is_undone_leaves_no_labelled_section_behind() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 0, 0, 1, 40)
    crossline = SectionKey(Axis.CROSSLINE, 4)
    store.begin_stroke()
    for row in range(5, 20, 2):
        _paint(store, crossline, row, 3, 2)
    store.end_stroke()
    store.undo()
    assert store.labelled_sections() == (INLINE2,)
    store.redo()
    assert crossline in store.labelled_sections()


def test_erasing_on_a_section_that_was_not_painted_makes_none_of_it() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 0, 0, 1, 40)
    crossline = SectionKey(Axis.CROSSLINE, 4)
    _paint(store, crossline, 5, 2, 0)
    assert not store.section(INLINE2)[5:8, 4].any()
    assert store.section(crossline)[:, 2].any()
    assert store.labelled_sections() == (INLINE2,)


def test_inside_a_group_there_is_nothing_to_undo_or_redo() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 0, 0, 1)
    _paint(store, INLINE2, 9, 9, 2)
    store.undo()
    with store.grouped():
        assert store.undo() == ()
        assert store.redo() == ()
        _paint(store, INLINE2, 20, 9, 3)
    assert set(np.unique(store.section(INLINE2))) == {0, 1, 3}
    store.undo()
    assert set(np.unique(store.section(INLINE2))) == {0, 1}


def test_what_was_undone_cannot_be_redone_after_something_else() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 0, 0, 1)
    store.undo()
    _paint(store, INLINE2, 9, 9, 2)
    assert not store.can_redo
    assert store.redo() == ()
    assert set(np.unique(store.section(INLINE2))) == {0, 2}


def test_removing_a_class_clears_it_everywhere_and_undo_brings_it_back() -> None:
    store = LabelStore(SMALL)
    for index in range(4):
        _paint(store, SectionKey(Axis.INLINE, index), index, 2, 1 + index % 2, 6)
    before = {key: store.section(key) for key in store.labelled_sections()}
    scheme, revision = store.scheme, store.revision
    store.remove_class(2)
    assert store.scheme.ids == (1, 3)
    assert 2 not in np.concatenate([store.section(key).ravel() for key in before])
    assert store.revision != revision
    store.undo()
    assert store.scheme == scheme
    assert store.revision == revision
    for key, labels in before.items():
        assert np.array_equal(store.section(key), labels)


def test_merging_a_class_keeps_who_painted_it_and_undo_brings_it_back() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 0, 0, 1)
    box = Box(5, 8, 0, 3)
    store.write(INLINE2, box, np.ones(box.shape, bool), np.full(box.shape, 2, np.uint8), Provenance.ACCEPTED)
    before, scheme, revision = store.section(INLINE2), store.scheme, store.revision
    origins = store.provenance(INLINE2)
    store.merge_class(2, 3)
    assert store.scheme.ids == (1, 3)
    assert np.array_equal(store.section(INLINE2), np.where(before == 2, 3, before))
    assert np.array_equal(store.provenance(INLINE2), origins)
    assert store.revision != revision
    store.undo()
    assert (store.scheme, store.revision) == (scheme, revision)
    assert np.array_equal(store.section(INLINE2), before)
    store.redo()
    assert np.array_equal(store.provenance(INLINE2), origins)


def test_names_and_colours_make_no_result_out_of_date() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 0, 0, 1)
    revision = store.revision
    store.rename_class(1, "Mudstone")
    store.recolour_class(1, "#123456")
    store.set_holdout(INLINE2)
    assert store.revision == revision
    _paint(store, INLINE2, 9, 9, 1)
    assert store.revision != revision


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda s: _paint(s, SectionKey(Axis.INLINE, 99), 0, 0, 1), GeometryError),
        (lambda s: s.section(SectionKey(Axis.SAMPLE, -1)), GeometryError),
        (lambda s: s.apply(INLINE2, Box(0, 2, 0, 2), np.ones((2, 2), bool), 9), LabelError),
        (lambda s: s.apply(INLINE2, Box(0, 2, 0, 2), np.ones((3, 2), bool), 1), LabelError),
        (lambda s: s.apply(INLINE2, Box(30, 40, 0, 2), np.ones((10, 2), bool), 1), LabelError),
        (lambda s: s.apply(INLINE2, Box(33, 35, 0, 2), np.ones((2, 2), bool), 1), LabelError),
        (lambda s: s.set_holdout(SectionKey(Axis.INLINE, 99)), GeometryError),
        (
            lambda s: s.write(INLINE2, Box(0, 1, 0, 1), np.ones((1, 1), bool), np.full((1, 1), 77, np.uint8)),
            LabelError,
        ),
        (lambda s: s.merge_class(1, 1), LabelError),
        (lambda s: s.merge_class(1, 9), LabelError),
    ],
)
def test_impossible_edits_are_refused_and_change_nothing(change, error) -> None:
    store = LabelStore(SMALL)
    with pytest.raises(error):
        change(store)
    assert store.revision == 0
    assert not store.can_undo


def test_a_read_only_store_refuses_every_change() -> None:
    store = LabelStore(SMALL)
    store.read_only = True
    for change in (
        lambda: _paint(store, INLINE2, 0, 0, 1),
        lambda: store.remove_class(1),
        lambda: store.merge_class(1, 2),
        lambda: store.set_holdout(INLINE2),
        store.undo,
        store.redo,
    ):
        with pytest.raises(LabelError, match="another window"):
            change()


def test_a_snapshot_does_not_change_afterwards() -> None:
    store = LabelStore(SMALL)
    _paint(store, INLINE2, 0, 0, 1, 20)
    store.set_holdout(INLINE2)
    snapshot = store.snapshot()
    expected = store.section(INLINE2)
    _paint(store, INLINE2, 0, 0, 2, 20)
    store.remove_class(1)
    _paint(store, SectionKey(Axis.INLINE, 0), 0, 0, 2)
    assert list(snapshot.sections) == [INLINE2]
    assert np.array_equal(snapshot.sections[INLINE2], expected)
    assert snapshot.scheme.ids == (1, 2, 3)
    assert snapshot.class_counts() == {1: 20 * 19}
    assert snapshot.training_sections == ()
    with pytest.raises(ValueError, match="read-only"):
        snapshot.sections[INLINE2][0, 0] = 1


def test_undo_is_more_than_a_hundred_deep_across_sections() -> None:
    store = LabelStore(SMALL)
    for step in range(300):
        _paint(store, SectionKey(Axis.INLINE, step % 5), step % 30, step % 16, 1 + step % 3)
    n_undone = 0
    while store.undo():
        n_undone += 1
    assert n_undone >= 100
    assert not store.labelled_sections()


def test_undo_is_bounded_in_bytes_and_keeps_the_latest_step() -> None:
    store = LabelStore(SMALL, history_bytes=20_000)
    rng = np.random.default_rng(0)
    whole = Box(0, 34, 0, 19)
    for step in range(100):
        values = rng.integers(0, 4, whole.shape).astype(np.uint8)
        store.write(SectionKey(Axis.INLINE, step % 5), whole, np.ones(whole.shape, bool), values)
    assert store.history_nbytes <= 20_000
    before = store.section(SectionKey(Axis.INLINE, 4))
    assert store.undo()
    assert not np.array_equal(store.section(SectionKey(Axis.INLINE, 4)), before)


def test_the_last_step_can_be_undone_however_large_it_is() -> None:
    store = LabelStore(SMALL, history_bytes=10)
    _paint(store, INLINE2, 0, 0, 1, 20)
    store.undo()
    assert not store.labelled_sections()


def test_what_was_undone_and_given_up_takes_no_room_from_older_steps() -> None:
    store = LabelStore(SMALL, history_bytes=20_000)
    for step in range(5):
        _paint(store, INLINE2, 5 * step, 0, 1)
    for step in range(60):
        _paint(store, INLINE2, step % 30, 9, 2)
        store.undo()
    assert sum(bool(store.undo()) for _ in range(6)) == 5


def test_a_long_stroke_is_kept_as_one_small_edit() -> None:
    store = LabelStore(_geometry(4, 900, 700))
    store.begin_stroke()
    for column in range(50, 850, 4):
        box, mask = brush_mask([(300, column), (300, column + 4)], 10, 10, (700, 900))
        store.apply(SectionKey(Axis.INLINE, 1), box, mask, 1)
    store.end_stroke()
    assert store.history_nbytes < 10_000
    began = time.perf_counter()
    store.undo()
    assert time.perf_counter() - began < 0.05
    assert not store.labelled_sections()


def _layers(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Six dipping layers with rough boundaries: what an interpreter paints, at its most detailed."""
    rows = np.arange(shape[0])[:, None]
    depth = rng.uniform(0.1, 0.9, 5)[:, None, None] * shape[0]
    wave = 20 * np.sin(np.arange(shape[1]) / rng.uniform(20, 60, 5)[:, None] + rng.uniform(0, 6, 5)[:, None])
    return (1 + (rows > depth + wave[:, None, :]).sum(axis=0)).astype(np.uint8)


def test_forty_fully_painted_sections_stay_within_a_few_megabytes() -> None:
    # A fifth of the 200 sections of a 600 x 900 x 500 survey, so the bound is a fifth of 60 MB.
    geometry = _geometry(600, 900, 500)
    store = LabelStore(geometry, FaciesScheme.default(6))
    rng = np.random.default_rng(0)
    shape = geometry.section_shape(Axis.INLINE)
    everywhere = np.ones(shape, bool)
    for index in range(40):
        store.write(SectionKey(Axis.INLINE, 15 * index), Box.whole(shape), everywhere, _layers(rng, shape))
    assert 40 * 450_000 > 12 * 2**20 > store.nbytes


def test_idle_sections_are_packed_and_still_right() -> None:
    geometry = _geometry(30, 90, 80)
    samples = SharedSamples(geometry, working_bytes=20_000)
    rng = np.random.default_rng(0)
    dense = np.zeros(geometry.shape, np.uint8)
    box = Box(0, 80, 0, 90)
    for index in range(30):
        labels = np.repeat(rng.integers(0, 4, (80, 9)), 10, axis=1).astype(np.uint8)
        key = SectionKey(Axis.INLINE, index)
        samples.store(key)
        samples.write(key, box, np.ones(box.shape, bool), labels)
        dense[index] = labels.T
    assert samples.nbytes < 0.4 * dense.nbytes
    for key in _all_keys(geometry):
        assert np.array_equal(samples.read(key), section_of(dense, key))


def test_brush_on_a_large_section_crossed_by_many_takes_about_a_millisecond() -> None:
    store = LabelStore(_geometry(600, 900, 700))
    for index in range(0, 900, 9):
        _paint(store, SectionKey(Axis.CROSSLINE, index), 100, 100, 1, 20)
    rng = np.random.default_rng(0)
    times = []
    store.begin_stroke()
    for step in range(60):
        box, mask = brush_mask([rng.uniform(100, 600, 2)], 10, 10, (700, 900))
        began = time.perf_counter()
        store.apply(SectionKey(Axis.INLINE, 300), box, mask, 1 + step % 3)
        times.append(time.perf_counter() - began)
    # Typically 0.4 ms; the rest is room for a busy machine.
    assert np.median(times) < 3e-3


def test_tiles_grow_and_shrink_without_leaking() -> None:
    tiled = TiledMask((100, 70))
    whole = Box(0, 100, 0, 70)
    rng = np.random.default_rng(0)
    everywhere = np.ones(whole.shape, bool)
    for _ in range(20):
        noise = rng.integers(0, 9, whole.shape).astype(np.uint8)
        tiled.write(whole, everywhere, noise)
        assert np.array_equal(tiled.read(), noise)
    twin = tiled.share()
    size = tiled.nbytes
    assert size < 2.5 * noise.nbytes
    tiled.write(whole, everywhere, 0)
    assert not tiled.any()
    assert np.array_equal(twin.read(), noise)
    twin.pack()
    assert twin.is_packed
    assert np.array_equal(twin.read(), noise)
    tiled.pack()
    assert tiled.nbytes < 1000


def test_a_packed_section_is_painted_on_without_harm() -> None:
    whole, rng = Box(0, 64, 0, 64), np.random.default_rng(0)
    tiled, dense = TiledMask((64, 64)), np.zeros((64, 64), np.uint8)
    for _ in range(20):
        row, column = rng.integers(0, 48, 2).tolist()
        box = Box(row, row + 16, column, column + 16)
        noise = rng.integers(0, 3, box.shape).astype(np.uint8) * np.uint8(rng.random() < 0.7)
        tiled.write(box, np.ones(box.shape, bool), noise)
        dense[box.slices] = noise
        tiled.pack()
        assert np.array_equal(tiled.read(whole), dense)
