from __future__ import annotations

import numpy as np
import pytest

from seisview.learn.metrics import ConfusionMatrix


def test_scores_of_a_matrix_worked_out_by_hand() -> None:
    matrix = ConfusionMatrix(3)
    matrix.add(np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 2]))
    assert matrix.counts.tolist() == [[2, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert matrix.pixel_accuracy == pytest.approx(4 / 6)
    assert matrix.mean_class_accuracy == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert matrix.iou.tolist() == pytest.approx([2 / 4, 1 / 3, 1])
    assert matrix.mean_iou == pytest.approx((1 / 2 + 1 / 3 + 1) / 3)
    assert matrix.frequency_weighted_iou == pytest.approx((3 * 0.5 + 2 / 3 + 1) / 6)
    assert matrix.f1.tolist() == pytest.approx([4 / 6, 1 / 2, 1])


def test_sections_add_up_to_one_matrix() -> None:
    """Not an average of per-section scores, which would give the absent class a say (system A's defect)."""
    generator = np.random.default_rng(0)
    truth, predicted = generator.integers(0, 4, (2, 6, 50))
    whole, parts = ConfusionMatrix(4), ConfusionMatrix(4)
    whole.add(truth, predicted)
    for t, p in zip(truth, predicted, strict=True):
        parts.add(t, p)
    assert parts.mean_iou == whole.mean_iou


def test_a_class_that_never_occurs_is_left_out_of_the_means() -> None:
    matrix = ConfusionMatrix(3)
    matrix.add(np.array([0, 1]), np.array([0, 1]))
    assert np.isnan(matrix.iou[2])
    assert matrix.mean_iou == 1.0
    assert matrix.mean_class_accuracy == 1.0


def test_a_class_that_is_only_predicted_counts_as_wrong() -> None:
    matrix = ConfusionMatrix(2)
    matrix.add(np.array([0, 0]), np.array([0, 1]))
    assert matrix.iou.tolist() == [0.5, 0.0]


def test_unlabelled_samples_are_ignored_and_missing_answers_are_misses() -> None:
    matrix = ConfusionMatrix(2)
    matrix.add(np.array([255, -1, 0, 0, 1]), np.array([0, 0, 0, 255, 1]))
    assert matrix.support.tolist() == [2, 1]
    assert matrix.pixel_accuracy == pytest.approx(2 / 3)
    assert matrix.iou.tolist() == [0.5, 1.0]
    assert matrix.precision.tolist() == [1.0, 1.0]


def test_the_first_number_beyond_the_classes_is_unlabelled_and_not_predicted_too() -> None:
    matrix = ConfusionMatrix(2)
    matrix.add(np.array([2, 2, -1, 0, 1, 1]), np.array([0, 2, 1, 0, 2, 1]))
    assert matrix.counts.tolist() == [[1, 0], [0, 1]]
    assert matrix.missed.tolist() == [0, 1]


def test_missing_answers_lower_the_weighted_score_too() -> None:
    matrix = ConfusionMatrix(2)
    matrix.add(np.array([0, 0, 0, 1]), np.array([0, 0, -1, 1]))
    assert matrix.iou.tolist() == pytest.approx([2 / 3, 1])
    assert matrix.frequency_weighted_iou == pytest.approx(3 / 4 * 2 / 3 + 1 / 4)


def test_nothing_compared_gives_no_scores() -> None:
    scores = ConfusionMatrix(2).summary()
    assert all(np.isnan(value) for value in scores.values())


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="shapes differ"):
        ConfusionMatrix(2).add(np.zeros(2, int), np.zeros(3, int))
