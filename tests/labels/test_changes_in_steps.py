"""A change of many sections done bit by bit is still one step, and never in the way of another."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.store import LabelStore

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 12), LineNumbers.regular(1, 1, 6), 8, 0.0, 4.0)
WHOLE = Box.whole((8, 6))
N_LINES = len(GEOMETRY.inlines)


def paint(store: LabelStore, index: int, class_id: int) -> None:
    store.apply(SectionKey(Axis.INLINE, index), WHOLE, np.ones(WHOLE.shape, np.bool_), class_id)


@pytest.fixture
def store() -> LabelStore:
    """Every inline is of class 1, made in one step."""
    made = LabelStore(GEOMETRY)
    with made.grouped():
        for index in range(N_LINES):
            paint(made, index, 1)
    return made


def labels(store: LabelStore) -> np.ndarray:
    return np.stack([store.section(SectionKey(Axis.INLINE, index)) for index in range(N_LINES)])


def test_each_turn_does_some_and_the_last_one_completes_the_step(store) -> None:
    keys = store.begin_undo()
    assert len(keys) == N_LINES
    assert (labels(store) == 1).all()
    for done in range(1, N_LINES):
        assert not store.proceed(0.0)
        assert store.moved == (done, N_LINES)
        assert np.count_nonzero(labels(store).any(axis=(1, 2))) == N_LINES - done
    assert store.proceed(0.0)
    assert store.moved is None
    assert store.revision == 0
    assert not store.can_undo
    assert store.begin_redo() == tuple(reversed(keys))
    assert store.proceed()
    assert (labels(store) == 1).all()


def test_painting_meanwhile_comes_after_the_whole_undo(store) -> None:
    store.begin_undo()
    store.proceed(0.0)
    paint(store, 3, 2)
    assert store.moved is None
    assert store.counts() == {1: 0, 2: 48, 3: 0}
    store.undo()
    assert not labels(store).any()
    assert store.revision == 0


def test_a_stroke_begun_meanwhile_knows_the_labels_it_begins_on(store) -> None:
    store.begin_undo()
    store.proceed(0.0)
    store.begin_stroke()
    paint(store, 3, 2)
    store.end_stroke()
    store.undo()
    assert store.revision == 0


def test_another_undo_meanwhile_is_the_step_before(store) -> None:
    paint(store, 5, 2)
    paint(store, 6, 2)
    store.begin_undo()
    store.begin_undo()
    store.begin_undo()
    store.proceed(0.0)
    store.redo()
    assert store.counts() == {1: N_LINES * 48, 2: 0, 3: 0}


def test_a_snapshot_is_never_of_the_middle(store) -> None:
    store.begin_undo()
    store.proceed(0.0)
    snapshot = store.snapshot()
    assert snapshot.revision == 0
    assert not any(snapshot.sections.values())


def test_what_listens_may_paint(store) -> None:
    """A view that follows the first change must not tear the step apart."""
    painted = []

    def follow(_key, _box) -> None:
        if not painted:
            painted.append(1)
            paint(store, 0, 3)

    store.section_changed.connect(follow)
    store.undo()
    assert store.counts() == {1: 0, 2: 0, 3: 48}


CHANGES = pytest.mark.parametrize(
    ("begin", "left"),
    [(lambda s: s.begin_merge(1, 2), 2), (lambda s: s.begin_remove(1), 0)],
    ids=["merge", "remove"],
)


@CHANGES
def test_a_class_goes_bit_by_bit_and_is_one_step_that_can_be_undone(store, begin, left) -> None:
    scheme, revision = store.scheme, store.revision
    begin(store)
    assert (labels(store) == 1).all()
    for done in range(1, N_LINES + 1):
        assert not store.proceed(0.0)
        assert store.moved == (done, N_LINES + 1)
        assert np.count_nonzero((labels(store) == left).all(axis=(1, 2))) == done
        assert store.scheme == scheme
        assert store.can_undo
    assert store.proceed(0.0)
    assert store.scheme.ids == (2, 3)
    store.undo()
    assert (labels(store) == 1).all()
    assert (store.scheme, store.revision) == (scheme, revision)
    store.redo()
    assert (labels(store) == left).all()
    assert store.scheme.ids == (2, 3)


@CHANGES
def test_painting_meanwhile_is_a_step_after_it(store, begin, left) -> None:
    begin(store)
    store.proceed(0.0)
    paint(store, 3, 3)
    assert store.moved is None
    store.undo()
    assert (labels(store) == left).all()
    store.undo()
    assert (labels(store) == 1).all()


@CHANGES
def test_what_is_done_meanwhile_to_a_class_that_goes_is_refused_and_brings_nothing_back(
    store, begin, left
) -> None:
    for late in (
        lambda: paint(store, 3, 1),
        lambda: store.rename_class(1, "Salt"),
        lambda: store.recolour_class(1, "#123456"),
        lambda: store.merge_class(1, 3),
        lambda: store.remove_class(1),
    ):
        begin(store)
        store.proceed(0.0)
        with pytest.raises(LabelError):
            late()
        assert store.scheme.ids == (2, 3)
        assert (labels(store) == left).all()
        store.undo()


def test_a_class_added_while_another_goes_stays(store) -> None:
    store.begin_remove(1)
    store.proceed(0.0)
    store.add_class("Salt")
    assert {facies.name for facies in store.scheme.classes} == {"Facies 2", "Facies 3", "Salt"}
    assert not labels(store).any()


@CHANGES
def test_inside_a_group_it_is_a_part_of_that_step(store, begin, left) -> None:
    with store.grouped():
        paint(store, 0, 3)
        begin(store)
        assert store.moved is None
    assert (labels(store)[1:] == left).all()
    store.undo()
    assert (labels(store) == 1).all()


def test_a_journal_of_a_merge_cut_short_loses_no_label(store) -> None:
    entries = []
    store.state.record = entries.append
    store.begin_merge(1, 2)
    store.proceed(0.0)
    rebuilt = LabelStore(GEOMETRY)
    for index in range(N_LINES):
        paint(rebuilt, index, 1)
    for entry in entries:
        rebuilt.state.replay(entry)
    assert (labels(rebuilt)[0] == 2).all()
    assert (labels(rebuilt)[1:] == 1).all()
    assert {1, 2} <= set(rebuilt.scheme.ids)
