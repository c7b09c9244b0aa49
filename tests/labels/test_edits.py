"""Proposed labels: what is written of them, and what is left when making them fails."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import Cancelled, SeisviewError
from seisview.labels.boxes import Box
from seisview.labels.edits import SectionEdit, write_edits
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 6), LineNumbers.regular(1, 1, 8), 10, 0.0, 4.0)
WHOLE = Box(0, 10, 0, 8)


def edit(inline: int, class_id: int) -> SectionEdit:
    values = np.full(WHOLE.shape, class_id, np.uint8)
    return SectionEdit(SectionKey(Axis.INLINE, inline), WHOLE, np.ones(WHOLE.shape, bool), values)


@pytest.fixture
def store() -> LabelStore:
    return LabelStore(GEOMETRY)


def test_lines_of_held_out_sections_stay_free(store: LabelStore) -> None:
    store.set_holdout(SectionKey(Axis.CROSSLINE, 3))
    store.set_holdout(SectionKey(Axis.SAMPLE, 7))
    assert write_edits(store, [edit(1, 2)], Provenance.INTERPOLATED) == 9 * 7
    labels = store.section(SectionKey(Axis.INLINE, 1))
    free = labels == 0
    expected = np.zeros(WHOLE.shape, bool)
    expected[7] = expected[:, 3] = True
    np.testing.assert_array_equal(free, expected)


def test_classes_that_are_gone_are_left_out(store: LabelStore) -> None:
    mixed = edit(1, 2)
    mixed.values[:4] = 9
    assert write_edits(store, [mixed], Provenance.ACCEPTED) == 6 * 8
    assert store.counts()[2] == 6 * 8


@pytest.mark.parametrize("error", [Cancelled("stopped"), SeisviewError("The survey is gone.")])
def test_when_making_them_fails_the_labels_are_as_before(store: LabelStore, error: Exception) -> None:
    write_edits(store, [edit(4, 1)], Provenance.HAND)
    revision = store.revision

    def edits() -> Iterator[SectionEdit]:
        yield edit(1, 2)
        yield edit(2, 2)
        raise error

    with pytest.raises(type(error)):
        write_edits(store, edits(), Provenance.INTERPOLATED)
    assert store.revision == revision
    assert store.labelled_sections() == (SectionKey(Axis.INLINE, 4),)


def test_failing_before_the_first_takes_nothing_back(store: LabelStore) -> None:
    write_edits(store, [edit(4, 1)], Provenance.HAND)

    def edits() -> Iterator[SectionEdit]:
        raise SeisviewError("The survey is gone.")
        yield edit(1, 2)

    with pytest.raises(SeisviewError):
        write_edits(store, edits(), Provenance.INTERPOLATED)
    assert store.labelled_sections() == (SectionKey(Axis.INLINE, 4),)


def test_they_are_one_step_to_undo(store: LabelStore) -> None:
    write_edits(store, [edit(1, 2), edit(2, 3)], Provenance.ACCEPTED)
    store.undo()
    assert not store.labelled_sections()
