"""An undo that is carried out bit by bit is still one step, and never in the way of another change."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
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
