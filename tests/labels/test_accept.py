"""Which predicted samples become labels: by class, confidence and area, and never over the hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import LabelError
from seisview.labels.accept import AcceptRule, accept_prediction, count_changes
from seisview.labels.boxes import Box
from seisview.labels.edits import write_edits
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore
from seisview.labels.strokes import polygon_mask

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 6), LineNumbers.regular(1, 1, 20), 30, 0.0, 4.0)
SHAPE = (30, 20)
KEY = SectionKey(Axis.INLINE, 3)


def _prediction(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 4, SHAPE).astype(np.uint8), rng.integers(0, 256, SHAPE).astype(np.uint8)


def _spread(edit, shape=SHAPE) -> np.ndarray:
    labels = np.zeros(shape, np.uint8)
    if edit is not None:
        labels[edit.box.slices][edit.mask] = edit.values[edit.mask]
    return labels


@given(
    st.integers(0, 1000),
    st.sampled_from([0.0, 0.5, 0.8, 0.999, 1.0]),
    st.none() | st.frozensets(st.integers(1, 3)),
    st.booleans(),
)
def test_exactly_what_the_rule_says_is_taken(seed: int, least: float, classes, in_polygon: bool) -> None:
    facies, confidence = _prediction(seed)
    within = polygon_mask([(2, 3), (25, 5), (20, 18)], SHAPE) if in_polygon else None
    inside = np.ones(SHAPE, bool)
    if within is not None:
        inside = np.zeros(SHAPE, bool)
        inside[within[0].slices] = within[1]
    expected = np.where(inside & (confidence >= round(least * 255)), facies, 0)
    if classes is not None:
        expected[~np.isin(facies, list(classes))] = 0
    edit = accept_prediction(KEY, facies, confidence, AcceptRule.of(least, classes), within)
    assert np.array_equal(_spread(edit), expected)
    assert (edit is None) == (not expected.any())
    if edit is not None:
        assert edit.box == Box.around(expected != 0)


def test_confidence_of_files_and_of_networks_mean_the_same() -> None:
    facies, confidence = _prediction()
    rule = AcceptRule.of(0.8)
    stored = accept_prediction(KEY, facies, confidence, rule)
    fresh = accept_prediction(KEY, facies, (confidence / 255).astype(np.float32), rule)
    assert np.array_equal(_spread(stored), _spread(fresh))


def test_hand_painted_samples_stay_and_the_count_says_so() -> None:
    store = LabelStore(GEOMETRY)
    store.apply(KEY, Box(0, 15, 0, 20), np.ones((15, 20), bool), 3)
    edit = accept_prediction(KEY, np.ones(SHAPE, np.uint8), np.full(SHAPE, 255, np.uint8), AcceptRule())
    assert edit is not None
    promised = count_changes(edit, store.section(KEY, edit.box), store.provenance(KEY, edit.box))
    assert write_edits(store, [edit], Provenance.ACCEPTED) == promised == 15 * 20
    assert store.counts() == {1: 300, 2: 0, 3: 300}
    assert count_changes(edit, store.section(KEY, edit.box), store.provenance(KEY, edit.box)) == 0
    store.undo()
    assert store.counts() == {1: 0, 2: 0, 3: 300}


def test_impossible_wishes_are_refused() -> None:
    facies, confidence = _prediction()
    with pytest.raises(LabelError, match="does not exist"):
        AcceptRule.of(80.0)
    with pytest.raises(LabelError, match="does not fit"):
        accept_prediction(KEY, facies, confidence[:5], AcceptRule())
    with pytest.raises(LabelError, match="outside"):
        accept_prediction(KEY, facies, confidence, AcceptRule(), (Box(25, 35, 0, 2), np.ones((10, 2), bool)))
    nothing = Box(0, 0, 0, 0), np.zeros((0, 0), bool)
    assert accept_prediction(KEY, facies, confidence, AcceptRule(), nothing) is None
