"""Interpolation between two sections: known shapes, whole partitions, and nobody's work overwritten."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import Cancelled, LabelError
from seisview.labels.boxes import Box
from seisview.labels.edits import write_edits
from seisview.labels.interpolate import (
    ShapesBetween,
    interpolate_labels,
    interpolation_ends,
    signed_distance,
)
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore
from seisview.progress import Progress

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 11), LineNumbers.regular(1, 1, 90), 70, 0.0, 4.0)
SHAPE = (70, 90)
ENDS = SectionKey(Axis.INLINE, 0), SectionKey(Axis.INLINE, 10)


def _disc(row: float, column: float, radius: float, class_id: int = 1) -> np.ndarray:
    rows, columns = np.ogrid[: SHAPE[0], : SHAPE[1]]
    return (((rows - row) ** 2 + (columns - column) ** 2 <= radius**2) * class_id).astype(np.uint8)


def _assert_about_equal(found: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    """Every sample that differs lies within `tolerance` of the expected outline."""
    wrong = (found != 0) != (expected != 0)
    assert not wrong.any() or np.abs(signed_distance(expected != 0)[wrong]).max() < tolerance


def _write(store: LabelStore, key: SectionKey, labels: np.ndarray, who: Provenance = Provenance.HAND) -> None:
    store.write(key, Box.whole(labels.shape), labels != 0, labels, who)


def _interpolated(store: LabelStore, ends: tuple[SectionKey, SectionKey] = ENDS) -> int:
    return write_edits(store, interpolate_labels(store.snapshot(), *ends), Provenance.INTERPOLATED)


@pytest.mark.parametrize("fraction", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("step", [(0, 0), (6, 8), (0, 50), (35, -40)])
def test_a_moving_growing_disc_stays_a_disc(fraction: float, step: tuple[int, int]) -> None:
    first, last = (18, 45 - step[1] / 2), (18 + step[0], 45 + step[1] / 2)
    between = ShapesBetween(_disc(*first, 10), _disc(*last, 16)).at(fraction)
    middle = [a + fraction * (b - a) for a, b in zip(first, last, strict=True)]
    _assert_about_equal(between, _disc(*middle, 10 + 6 * fraction), 1.5)


def test_two_discs_that_move_apart_keep_their_classes() -> None:
    first = _disc(20, 30, 8, 1) + _disc(50, 30, 8, 2)
    last = _disc(20, 60, 8, 1) + _disc(50, 10, 8, 2)
    between = ShapesBetween(first, last).at(0.5)
    _assert_about_equal(between == 1, _disc(20, 45, 8), 1.5)
    _assert_about_equal(between == 2, _disc(50, 20, 8), 1.5)


def test_dipping_layers_stay_whole_and_without_gaps() -> None:
    rows = np.arange(SHAPE[0])[:, None]
    columns = np.arange(SHAPE[1])[None, :]

    def layers(depth: float) -> np.ndarray:
        top = depth + 0.1 * columns
        return (1 + (rows > top) + (rows > top + 4) + (rows > top + 20)).astype(np.uint8)

    # The second layer, four samples thick, moves by five times its thickness.
    between = ShapesBetween(layers(5), layers(25)).at(0.5)
    assert between.all()
    expected = layers(15)
    assert np.mean(between == expected) > 0.98
    assert np.mean(between[expected == 2] == 2) > 0.9


def test_a_class_at_one_end_only_pinches_out_halfway() -> None:
    shapes = ShapesBetween(_disc(30, 40, 12) + _disc(30, 75, 6, 2), _disc(30, 40, 12))
    _assert_about_equal(shapes.at(0.25) == 2, _disc(30, 75, 4), 1.5)
    assert not (shapes.at(0.55) == 2).any()
    _assert_about_equal(shapes.at(0.55) == 1, _disc(30, 40, 12), 1.5)


def test_a_body_that_stays_is_not_dragged_along_by_one_that_vanishes() -> None:
    first = _disc(30, 20, 10) + _disc(30, 70, 10)
    between = ShapesBetween(first, _disc(30, 20, 10)).at(0.5)
    _assert_about_equal(np.where(np.arange(90) < 45, between, 0), _disc(30, 20, 10), 1.5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_the_ends_are_met_and_nothing_is_made_up(seed: int, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(int(whole), 4, (2, 5, 6))
    first, last = np.kron(coarse, np.ones((14, 15), int)).astype(np.uint8)
    shapes = ShapesBetween(first, last)
    assert np.array_equal(shapes.at(0.0), first)
    assert np.array_equal(shapes.at(1.0), last)
    between = shapes.at(0.4)
    assert set(np.unique(between)) <= set(np.unique([first, last]))
    same = (first == last) & (first != 0)
    if whole:
        assert between.all()
    if (first == last).all():
        assert np.array_equal(between[same], first[same])


def test_every_section_between_is_labelled_in_one_step() -> None:
    store = LabelStore(GEOMETRY)
    _write(store, ENDS[0], _disc(30, 30, 10))
    _write(store, ENDS[1], _disc(30, 40, 15))
    n_labelled = sum(store.counts().values())
    n_new = _interpolated(store)
    assert n_new == store.provenance_counts()[Provenance.INTERPOLATED] > 9 * 300
    assert store.painted_sections() == ENDS
    assert len(store.labelled_sections()) == 11
    _assert_about_equal(store.section(SectionKey(Axis.INLINE, 5)), _disc(30, 35, 12.5), 1.5)
    assert len(set(store.undo())) == 9
    assert sum(store.counts().values()) == n_labelled
    assert len(store.redo()) == 9
    assert store.provenance_counts()[Provenance.INTERPOLATED] == n_new


def test_what_was_painted_or_accepted_in_between_stays_even_when_painted_meanwhile() -> None:
    store = LabelStore(GEOMETRY)
    for key in ENDS:
        _write(store, key, _disc(30, 40, 15))
    crossline, five = SectionKey(Axis.CROSSLINE, 40), SectionKey(Axis.INLINE, 5)
    store.apply(crossline, Box(25, 30, 0, 11), np.ones((5, 11), bool), 2)
    edits = interpolate_labels(store.snapshot(), *ENDS)
    _write(store, five, _disc(30, 40, 3, 3))
    store.write(
        five, Box(40, 42, 30, 50), np.ones((2, 20), bool), np.full((2, 20), 2, np.uint8), Provenance.ACCEPTED
    )
    before = store.section(five), store.provenance(five)
    write_edits(store, edits, Provenance.INTERPOLATED)
    labels, origins = store.section(five), store.provenance(five)
    kept = before[1] != 0
    assert np.array_equal(labels[kept], before[0][kept])
    assert np.array_equal(origins[kept], before[1][kept])
    assert (origins[~kept & (labels != 0)] == Provenance.INTERPOLATED).all()
    assert (store.section(crossline)[25:30] == 2).sum() >= 5 * 10


def test_interpolating_again_replaces_what_was_interpolated_before() -> None:
    store = LabelStore(GEOMETRY)
    _write(store, ENDS[0], _disc(30, 20, 10))
    _write(store, ENDS[1], _disc(30, 20, 10))
    _interpolated(store)
    store.apply(ENDS[1], Box.whole(SHAPE), np.ones(SHAPE, bool), 0)
    _write(store, ENDS[1], _disc(30, 40, 10))
    _interpolated(store)
    _assert_about_equal(store.section(SectionKey(Axis.INLINE, 5)), _disc(30, 30, 10), 1.5)


def test_held_out_sections_and_classes_removed_meanwhile_are_left_out() -> None:
    store = LabelStore(GEOMETRY)
    for key in ENDS:
        _write(store, key, _disc(30, 20, 10) + _disc(30, 60, 10, 2))
    store.set_holdout(SectionKey(Axis.INLINE, 4))
    edits = interpolate_labels(store.snapshot(), *ENDS)
    store.remove_class(2)
    write_edits(store, edits, Provenance.INTERPOLATED)
    assert len(store.labelled_sections()) == 10
    assert SectionKey(Axis.INLINE, 4) not in store.labelled_sections()
    assert not (store.section(SectionKey(Axis.INLINE, 5)) == 2).any()


@pytest.mark.parametrize(
    ("painted", "at", "expected"),
    [
        ((2, 6, 9), 2, (2, 6)),
        ((2, 6, 9), 6, (6, 9)),
        ((2, 6, 9), 9, (6, 9)),
        ((2, 6, 9), 4, (2, 6)),
        ((2, 6, 9), 1, None),
        ((2,), 2, None),
        ((), 2, None),
    ],
)
def test_ends_are_the_painted_sections_around(painted, at, expected) -> None:
    keys = [SectionKey(Axis.CROSSLINE, i) for i in painted] + [SectionKey(Axis.INLINE, 3)]
    found = interpolation_ends(keys, SectionKey(Axis.CROSSLINE, at))
    assert (None if found is None else tuple(key.index for key in found)) == expected
    assert found is None or {key.axis for key in found} == {Axis.CROSSLINE}


def test_impossible_ends_are_refused_and_the_job_can_be_stopped() -> None:
    store = LabelStore(GEOMETRY)
    for index in (0, 1, 10):
        _write(store, SectionKey(Axis.INLINE, index), _disc(30, 20, 10))
    snapshot = store.snapshot()
    for ends in (
        (ENDS[0], SectionKey(Axis.CROSSLINE, 20)),
        (ENDS[0], SectionKey(Axis.INLINE, 1)),
        (ENDS[0], SectionKey(Axis.INLINE, 7)),
    ):
        with pytest.raises(LabelError) as caught:
            interpolate_labels(snapshot, *ends)
        assert caught.value.hint
    reports = []
    progress = Progress(
        on_report=lambda state: (reports.append(state), len(reports) > 4 and progress.cancel())
    )
    with pytest.raises(Cancelled):
        interpolate_labels(snapshot, *ENDS, progress)
    assert len(reports) == 5


def test_slices_and_crosslines_too() -> None:
    store = LabelStore(GEOMETRY)
    for index in (10, 20):
        labels = np.zeros(GEOMETRY.section_shape(Axis.SAMPLE), np.uint8)
        labels[30 + index : 60 + index, 3:8] = 2
        _write(store, SectionKey(Axis.SAMPLE, index), labels)
    n_new = _interpolated(store, (SectionKey(Axis.SAMPLE, 20), SectionKey(Axis.SAMPLE, 10)))
    assert n_new == 9 * 30 * 5
    assert (store.section(SectionKey(Axis.SAMPLE, 15))[46:74, 3:8] == 2).all()
