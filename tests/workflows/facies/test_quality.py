"""Quality on labels that no training saw: every sample once, hold-outs and validation block apart."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import LabelError
from seisview.labels.facies import FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.samples.splits import Block
from seisview.workflows.facies.quality import assess, block_truths, holdout_truths, labels_beyond

INLINE, OTHER, CROSSLINE = (
    SectionKey(Axis.INLINE, 2),
    SectionKey(Axis.INLINE, 9),
    SectionKey(Axis.CROSSLINE, 4),
)
SCHEME = FaciesScheme.named(["Mud", "Sand", "Salt"])


def snapshot(*held: SectionKey) -> LabelSnapshot:
    sections = {}
    for key in (INLINE, OTHER, CROSSLINE):
        mask = np.ones((20, 12), np.uint8)
        mask[10:] = 2
        sections[key] = mask
    return LabelSnapshot(SCHEME, MappingProxyType(sections), 3, frozenset(held))


def says(class_id: int) -> Callable[[SectionKey], np.ndarray]:
    return lambda _key: np.full((20, 12), class_id, np.uint8)


def test_scores_and_names_of_what_occurs() -> None:
    report = assess(holdout_truths(snapshot(INLINE)), says(3), SCHEME.classes)
    assert [c.name for c in report.classes] == ["Mud", "Sand", "Salt"]
    assert report.matrix.counts.tolist() == [[0, 0, 120], [0, 0, 120], [0, 0, 0]]
    assert report.places[1, 3][0].key == INLINE
    assert report.to_dict()["pixel_accuracy"] == 0.0


def test_a_sample_on_two_sections_counts_once() -> None:
    report = assess(holdout_truths(snapshot(INLINE, CROSSLINE)), says(1), SCHEME.classes)
    assert report.n_samples == 2 * 240 - 20
    assert report.sections == (CROSSLINE, INLINE)


def test_only_hold_outs_or_only_the_block() -> None:
    labels = snapshot(OTHER)
    assert [key for key, _ in holdout_truths(labels)] == [OTHER]
    block = Block(Axis.CROSSLINE, 3, 6)
    found = dict(block_truths(labels, block))
    assert set(found) == {INLINE, CROSSLINE}  # the hold-out is not in it
    assert found[INLINE].any(axis=0).tolist() == [False] * 3 + [True] * 3 + [False] * 6
    assert found[CROSSLINE].all()
    assert block_truths(labels, Block(Axis.INLINE, 5, 8))[0][0] == CROSSLINE


def test_labels_of_a_block_and_its_guard_band_are_not_carried_to_it() -> None:
    labels = {INLINE: np.ones((20, 40), np.uint8), CROSSLINE: np.ones((20, 12), np.uint8)}
    across = labels_beyond(labels, Block(Axis.CROSSLINE, 20, 25))
    assert np.flatnonzero(across[INLINE].any(axis=0)).tolist() == [*range(12), *range(33, 40)]
    assert across[CROSSLINE].all()  # line 4 is far from the block
    along = labels_beyond(labels, Block(Axis.INLINE, 0, 3))
    assert not along[INLINE].any()
    assert np.flatnonzero(along[CROSSLINE].any(axis=0)).tolist() == [11]


def test_traces_that_were_not_predicted_are_left_out_and_holes_are_misses() -> None:
    def half(_key: SectionKey) -> np.ndarray:
        facies = np.ones((20, 12), np.uint8)
        facies[:, 6:] = 0
        facies[:5, :6] = 0
        return facies

    report = assess(holdout_truths(snapshot(INLINE)), half, SCHEME.classes)
    assert report.n_not_predicted == 120
    assert report.matrix.missed.tolist() == [30, 0]
    assert report.places[1, 0][0].n_samples == 30


def test_nothing_to_compare_is_said() -> None:
    with pytest.raises(LabelError, match="nothing to compare"):
        assess(holdout_truths(snapshot()), says(1))
    with pytest.raises(LabelError, match="nothing to compare"):
        assess(holdout_truths(snapshot(INLINE)), says(0))
