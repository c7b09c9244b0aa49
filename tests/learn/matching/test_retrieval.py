"""Metrics against another implementation, exact search against brute force, honest confidences."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch

from seisview.errors import ModelError
from seisview.learn.matching.confidence import (
    FIRST_HITS,
    REFINED_HITS,
    background_calibration,
    fit_calibration,
)
from seisview.learn.matching.retrieval_metrics import rank_weights, retrieval_scores, weighted_accuracy
from seisview.learn.matching.similarity import combined_query, top_k, unit_rows
from seisview.learn.segmentation.calibration import calibration_error


def test_scores_by_hand():
    similarity = np.array([[0.9, 0.8, 0.7, 0.6]])
    scores = retrieval_scores(similarity, np.array([1]), np.array([1, 0, 1, 0]), (1, 2, 3))
    assert scores.precision == {1: 1.0, 2: 0.5, 3: pytest.approx(2 / 3)}
    assert scores.recall == {1: 0.5, 2: 0.5, 3: 1.0}
    assert scores.mean_average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert scores.r_precision == 0.5


def test_map_and_r_precision_agree_with_pytorch_metric_learning():
    from pytorch_metric_learning.distances import CosineSimilarity
    from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
    from pytorch_metric_learning.utils.inference import CustomKNN

    rng = np.random.default_rng(0)
    queries, corpus = (unit_rows(rng.normal(size=(n, 8))) for n in (12, 40))
    query_labels, corpus_labels = rng.integers(0, 3, 12), rng.integers(0, 3, 40)
    ours = retrieval_scores(queries @ corpus.T, query_labels, corpus_labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = AccuracyCalculator(
            include=("mean_average_precision", "r_precision", "precision_at_1"),
            k=40,
            knn_func=CustomKNN(CosineSimilarity()),
        ).get_accuracy(
            torch.tensor(queries),
            torch.tensor(query_labels),
            torch.tensor(corpus),
            torch.tensor(corpus_labels),
        )
    assert ours.mean_average_precision == pytest.approx(theirs["mean_average_precision"])
    assert ours.r_precision == pytest.approx(theirs["r_precision"])
    assert ours.precision[1] == pytest.approx(theirs["precision_at_1"])


def test_queries_without_a_match_do_not_count_and_left_out_items_are_not_ranked():
    similarity = np.array([[0.9, 0.1], [np.inf * -1, 0.5]])
    scores = retrieval_scores(similarity, np.array([7, 0]), np.array([0, 0]), (1,))
    assert (scores.n_queries, scores.n_without_match) == (1, 1)
    assert scores.precision[1] == 1.0


def test_unknown_labels_match_nothing_and_such_queries_do_not_count():
    similarity = np.array([[0.9, 0.8, 0.1], [0.9, 0.8, 0.1]])
    scores = retrieval_scores(similarity, np.array([-1, 2]), np.array([-1, 2, 2]), (1, 2))
    assert (scores.n_queries, scores.n_without_match) == (1, 1)
    assert scores.precision == {1: 0.0, 2: 0.5}


def test_weighted_accuracy_is_what_it_declares():
    hits, sure = np.array([True, False, True]), np.array([0.5, 1.0, 0.25])
    assert rank_weights(3).tolist() == pytest.approx([1.0, 1 / np.log2(3), 0.5])
    w = rank_weights(3) * sure
    assert weighted_accuracy(hits, sure) == pytest.approx((w[0] + w[2]) / w.sum())
    assert weighted_accuracy(hits, np.zeros(3)) == 0.0


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("block", [None, 37])
def test_top_k_is_exact(dtype, block):
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(5000, 16)).astype(dtype)
    matrix[4000] = matrix[10]  # a tie: the first row comes first
    query = matrix[10].astype(np.float32)
    scores, rows = top_k(matrix, query, 20, block=block)
    all_scores = matrix.astype(np.float32) @ query
    expected = np.lexsort((np.arange(5000), -all_scores))[:20]
    assert rows.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, all_scores[expected], rtol=1e-5)


@pytest.mark.parametrize("block", [None, 64])
def test_of_equals_the_first_rows_come_first(block):
    matrix = np.ones((1000, 2), np.float32)
    matrix[700] = 2.0
    scores, rows = top_k(matrix, np.ones(2), 200, block=block)
    assert rows.tolist() == [700, *range(199)]
    assert scores.tolist() == [4.0] + 199 * [2.0]


def test_top_k_of_fewer_rows_and_stopping():
    matrix = np.eye(3, dtype=np.float32)
    assert top_k(matrix, matrix[1], 10)[1][0] == 1

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        top_k(matrix, matrix[0], 1, check=stop)


def test_queries_combine_and_negatives_push_away():
    a, b, c = np.eye(3)
    both = combined_query(np.array([a, 5 * b]))  # lengths do not matter
    assert both[0] == pytest.approx(both[1])
    pushed = combined_query(np.array([a + c]), np.array([c]))
    assert pushed[2] < combined_query(np.array([a + c]))[2]
    np.testing.assert_allclose(combined_query(np.array([a]), np.array([a]), 1.0), a)
    with pytest.raises(ModelError):
        combined_query(np.empty((0, 3)))


def test_confidence_is_calibrated_and_never_certain():
    rng = np.random.default_rng(2)
    matching, other = rng.normal(0.6, 0.15, 4000), rng.normal(0.0, 0.2, 4000)
    calibration = fit_calibration(matching, other, "made up")
    x = np.concatenate([rng.normal(0.6, 0.15, 4000), rng.normal(0.0, 0.2, 4000)])
    right = np.arange(8000) < 4000
    assert calibration_error(calibration.confidence(x), right) < 0.05
    sure = calibration.confidence(np.array([-1.0, 0.3, 1.0]))
    assert 0 < sure[0] < sure[1] < sure[2] < 1


def test_confidence_is_that_of_the_share_of_matches_where_it_is_used():
    rng = np.random.default_rng(3)
    matching, other = rng.normal(0.5, 0.15, 4000), rng.normal(0.0, 0.2, 4000)
    calibration = fit_calibration(matching, other, "made up", share=0.1)
    x = np.concatenate([rng.normal(0.5, 0.15, 800), rng.normal(0.0, 0.2, 7200)])
    right = np.arange(8000) < 800
    assert calibration_error(calibration.confidence(x), right) < 0.03


def test_the_best_of_noise_is_not_sure_and_an_outlier_is():
    rng = np.random.default_rng(3)
    best = []
    for _ in range(100):
        noise = rng.normal(0.1, 0.2, 500)
        best.append(background_calibration(noise, 500).confidence(np.array([noise.max()]))[0])
    assert 0.3 < np.mean(best) < 0.7  # the defect: always 1.0
    noise = rng.normal(0.1, 0.2, 500)
    assert background_calibration(noise, 500).confidence(np.array([1.6]))[0] > 0.95


def test_the_confidences_of_first_and_refined_hits_rise_with_similarity_and_never_end():
    similarity = np.array([-1.0, 0.5, 0.9, 0.99, 1.0])
    for calibration in (FIRST_HITS, REFINED_HITS):
        confidence = calibration.confidence(similarity)
        assert (np.diff(confidence) > 0).all()
        assert 0 < confidence[0] < confidence[-1] < 1
    # The best of twenty is more often wrong than right at .95 of one patch, and right at .95 of verdicts.
    assert FIRST_HITS.confidence(similarity[2:3]) < 0.2
    assert REFINED_HITS.confidence(similarity[2:3]) > 0.6
