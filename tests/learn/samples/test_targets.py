from __future__ import annotations

import numpy as np
import pytest

from seisview.errors import LabelError
from seisview.learn.samples.targets import IGNORE, ClassTargets


def test_arbitrary_ids_become_contiguous_targets_and_back() -> None:
    mask = np.array([[0, 3, 255], [7, 3, 0]], np.uint8)
    targets = ClassTargets.of([mask])
    assert targets.ids == (3, 7, 255)
    encoded = targets.encode(mask)
    assert encoded.tolist() == [[IGNORE, 0, 2], [1, 0, IGNORE]]
    labelled = mask != 0
    assert (targets.decode(encoded[labelled]) == mask[labelled]).all()


def test_all_255_classes_fit_beside_ignore() -> None:
    mask = np.arange(256, dtype=np.uint8)
    targets = ClassTargets.of([mask])
    assert len(targets) == 255
    assert targets.encode(mask).tolist() == [IGNORE, *range(255)]


def test_a_class_that_was_not_trained_is_ignored() -> None:
    assert ClassTargets((2, 4)).encode(np.array([3], np.uint8)).tolist() == [IGNORE]


def test_no_labels() -> None:
    with pytest.raises(LabelError, match="no labels") as caught:
        ClassTargets.of([np.zeros((3, 3), np.uint8)])
    assert "two classes" in caught.value.hint


def test_one_class_only() -> None:
    with pytest.raises(LabelError, match="Only one class") as caught:
        ClassTargets.of([np.full((3, 3), 2, np.uint8)])
    assert "two classes" in caught.value.hint
