"""The head of the instant preview: what it learns from which cells, and what it says where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from seisview.data.amplitude import AmplitudeStatistics
from seisview.errors import LabelError, ModelError
from seisview.labels.facies import FaciesClass
from seisview.learn.carrying.carried import CarriedLabels
from seisview.learn.features.config import FeatureConfig
from seisview.learn.features.projection import Projection
from seisview.learn.preview.cells import PaintedCells, cell_counts, class_ids, drawn_cells
from seisview.learn.preview.coarse_facies import decide, smoothed
from seisview.learn.preview.config import PreviewConfig
from seisview.learn.preview.file import is_preview, load_preview, save_preview
from seisview.learn.preview.head import fit_head
from seisview.learn.preview.logistic import balanced, fit_logistic, log_softmax
from seisview.learn.preview.model import FeatureSource, PreviewModel

Array = npt.NDArray[np.float32]
SHAPE = (100, 145)
CONFIG = PreviewConfig(units=32)


def scene(seed: int = 0) -> tuple[Array, npt.NDArray[np.uint8]]:
    """Features (13, 19, 6) of a section whose classes 2, 5 and 9 lie in a ring (not separable by a plane)."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    radius = np.hypot(rows - 50, columns - 70)
    facies = np.select([radius < 20, radius < 40], [2, 5], 9).astype(np.uint8)
    cell_rows, cell_columns = np.mgrid[:13, :19] * 8 + 4
    noise = np.random.default_rng(seed).standard_normal((13, 19, 6)) * 0.05
    noise[..., 0] += (cell_rows - 50) / 25
    noise[..., 1] += (cell_columns - 70) / 25
    return noise.astype(np.float32), facies


def fitted(mask: npt.NDArray[np.uint8], features: Array, config: PreviewConfig = CONFIG, **more: object):  # type: ignore[no-untyped-def]
    ids = class_ids(mask)
    return fit_head({0: features}, {0: cell_counts(mask, ids)}, ids, config, **more)  # type: ignore[arg-type]


def test_counts_are_those_of_every_cell_by_hand() -> None:
    mask = np.random.default_rng(0).integers(0, 4, SHAPE).astype(np.uint8)
    mask[30:70] = 0
    counts = cell_counts(mask, (1, 3))
    assert counts.shape == (13, 19, 2)
    for row, column in ((0, 0), (3, 7), (5, 5), (12, 18), (12, 3)):
        cell = mask[row * 8 : row * 8 + 8, column * 8 : column * 8 + 8]
        assert counts[row, column].tolist() == [np.sum(cell == 1), np.sum(cell == 3)]
    assert counts.sum() == np.sum((mask == 1) | (mask == 3))


def test_few_of_many_cells_give_every_class_of_every_section_its_share() -> None:
    whole = np.zeros((50, 60, 2), np.float32)
    whole[:30, :, 0] = whole[30:, :, 1] = 64
    stroke = np.zeros((50, 60, 2), np.float32)
    stroke[3, 10:30, 1] = 5
    drawn = drawn_cells({"whole": whole, "stroke": stroke}, 420, seed=0)
    numbers, weights = drawn["stroke"]
    assert numbers.tolist() == list(range(3 * 60 + 10, 3 * 60 + 30))
    assert set(weights) == {1}
    numbers, weights = drawn["whole"]
    assert len(numbers) == 400
    assert (np.diff(numbers) > 0).all()
    for place, count in ((0, 1800), (1, 1200)):
        of_class = whole.reshape(-1, 2)[numbers, place] > 0
        assert of_class.sum() == 200
        assert weights[of_class].sum() == pytest.approx(count)
    again = drawn_cells({"whole": whole, "stroke": stroke}, 420, seed=0)
    np.testing.assert_array_equal(again["whole"][0], numbers)
    everything = drawn_cells({"whole": whole, "stroke": stroke}, 10_000, seed=0)
    assert {key: len(n) for key, (n, _) in everything.items()} == {"whole": 3000, "stroke": 20}


def test_labels_that_did_not_change_are_not_counted_again() -> None:
    _, facies = scene()
    cells = PaintedCells.of(facies)
    assert PaintedCells.of(facies.copy(), cells) is cells
    changed = facies.copy()
    changed[5, 5] = 0
    other = PaintedCells.of(changed, cells)
    assert other.counts.sum() == cells.counts.sum() - 1
    np.testing.assert_array_equal(cells.by((1, 2, 5, 9))[..., 1:], cells.counts)
    assert not cells.by((1, 2, 5, 9))[..., 0].any()


def test_a_stroke_thinner_than_a_cell_counts_and_the_unlabelled_rest_does_not() -> None:
    features, facies = scene()
    mask = np.zeros(SHAPE, np.uint8)
    mask[50, 2:140] = facies[50, 2:140]  # one row of samples
    mask[3, 2:140] = facies[3, 2:140]
    head = fitted(mask, features)
    predicted, _ = head.predict(features, SHAPE)
    assert set(np.unique(predicted)) == {2, 5, 9}  # nothing is background
    assert (predicted[50] == facies[50]).mean() > 0.85


def test_a_ring_is_learnt_from_whole_labels() -> None:
    features, facies = scene()
    predicted, confidence = fitted(facies, features, PreviewConfig(units=256)).predict(*scene(1)[:1], SHAPE)
    assert (predicted == facies).mean() > 0.9
    assert predicted.dtype == np.uint8
    assert confidence.dtype == np.float32
    assert predicted.shape == confidence.shape == SHAPE
    right = predicted == facies
    assert confidence[right].mean() > confidence[~right].mean()
    assert 1 / 3 - 1e-3 <= confidence.min() <= confidence.max() <= 1


def test_depth_separates_what_features_do_not() -> None:
    features = np.random.default_rng(0).standard_normal((13, 19, 6)).astype(np.float32)
    facies = np.where(np.arange(SHAPE[0]) < 50, 1, 2)[:, None].repeat(SHAPE[1], 1).astype(np.uint8)
    with_depth, _ = fitted(facies, features).predict(features[::-1].copy(), SHAPE)
    without, _ = fitted(facies, features, replace(CONFIG, depth_weight=0.0)).predict(
        features[::-1].copy(), SHAPE
    )
    assert (with_depth == facies).mean() > 0.9
    assert (without == facies).mean() < 0.6


def test_rare_classes_are_raised_over_all_sections_together() -> None:
    counts = np.array([[90, 0], [0, 10]], np.float32)
    assert balanced(counts, 1.0).tolist() == [[0.5, 0], [0, 0.5]]
    np.testing.assert_allclose(balanced(counts, 0.0), [[0.9, 0], [0, 0.1]])
    absent = np.array([[3, 0], [7, 0]], np.float32)
    assert balanced(absent, 1.0)[:, 1].tolist() == [0, 0]


def test_same_seed_same_head_and_a_warm_start_reaches_the_same() -> None:
    features, facies = scene()
    mask = np.where(np.random.default_rng(1).random(SHAPE) < 0.02, facies, 0).astype(np.uint8)
    first, again = fitted(mask, features), fitted(mask, features)
    np.testing.assert_array_equal(first.weights, again.weights)
    other = fitted(mask, features, replace(CONFIG, seed=1))
    assert not np.array_equal(first.weights, other.weights)
    stroke = mask.copy()
    stroke[10:14, 20:60] = 9
    warm = fitted(stroke, features, previous=first)
    np.testing.assert_array_equal(warm.weights, fitted(stroke, features, previous=first).weights)
    cold, _ = fitted(stroke, features).predict(features, SHAPE)
    assert (warm.predict(features, SHAPE)[0] == cold).mean() > 0.97


def test_a_new_class_joins_the_warm_start() -> None:
    features, facies = scene()
    mask = np.where(facies == 9, 0, facies).astype(np.uint8)
    first = fitted(mask, features)
    assert first.ids == (2, 5)
    second = fitted(facies, features, previous=first)
    assert second.ids == (2, 5, 9)
    assert (second.predict(features, SHAPE)[0] == 9).mean() > 0.3


@pytest.mark.parametrize("ids", [(), (4,)])
def test_nothing_or_one_class_is_refused(ids: tuple[int, ...]) -> None:
    features, _ = scene()
    mask = np.zeros(SHAPE, np.uint8)
    for class_id in ids:
        mask[5, 5] = class_id
    with pytest.raises(LabelError, match="one class" if ids else "no labels"):
        fitted(mask, features)


def test_dead_traces_teach_nothing_and_get_no_class() -> None:
    features, facies = scene()
    features[:, 15:] = 0
    mask = np.zeros(SHAPE, np.uint8)
    mask[:, 120:] = 7  # only on dead cells
    mask[20:60] = np.where(np.arange(SHAPE[1]) < 120, facies[20:60], mask[20:60])
    head = fitted(mask, features)
    predicted, confidence = head.predict(features, SHAPE)
    assert not predicted[:, 120:].any()
    assert not confidence[:, 120:].any()
    assert (predicted[:, :120] != 7).all()
    assert predicted[:, :120].all()


def test_the_kept_section_does_not_hide_new_features() -> None:
    features, facies = scene()
    head = fitted(facies, features)
    before, _ = head.predict(features, SHAPE)
    turned, _ = head.predict(features[:, ::-1].copy(), SHAPE)
    assert not np.array_equal(before, turned)
    np.testing.assert_array_equal(head.predict(features, SHAPE)[0], before)
    refitted = fitted(np.where(facies == 5, 9, facies).astype(np.uint8), features, previous=head)
    assert 5 not in refitted.predict(features, SHAPE)[0]


def test_logistic_regression_finds_the_minimum() -> None:
    generator = np.random.default_rng(0)
    x = generator.standard_normal((300, 5)).astype(np.float32)
    labels = (x @ generator.standard_normal((5, 3)) + generator.standard_normal((300, 3))).argmax(1)
    targets = np.eye(3, dtype=np.float32)[labels] / 300
    weights = fit_logistic(x, targets, np.zeros((6, 3), np.float32), 1e-2, 200)
    residual = np.exp(log_softmax(x @ weights[:-1] + weights[-1])) / 300 - targets
    gradient = np.concatenate([x.T @ residual + 1e-2 * weights[:-1], residual.sum(0, keepdims=True)])
    assert np.abs(gradient).max() < 2e-3
    from sklearn.linear_model import LogisticRegression

    peer = LogisticRegression(C=1 / (300 * 1e-2), max_iter=500).fit(x, labels)
    ours = (x @ weights[:-1] + weights[-1]).argmax(1)
    assert (ours == peer.predict(x)).mean() > 0.99


def test_deciding_follows_the_middles_of_cells() -> None:
    logits = np.full((4, 5, 2), -3.0, np.float32)
    logits[:, :2, 0], logits[:, 2:, 1] = -0.05, -0.05
    winner, probability = decide(logits, (30, 37))
    assert winner.shape == probability.shape == (30, 37)
    assert (winner[:, :15] == 0).all()
    assert (winner[:, 17:] == 1).all()
    assert probability[15, 0] > 0.9
    assert 0.5 <= probability[15, 15:17].min() < 0.7  # in doubt between the cells
    np.testing.assert_array_equal(smoothed(logits, 0.0), logits)


def test_one_cell_is_enough() -> None:
    winner, probability = decide(np.log(np.array([[[0.2, 0.8]]], np.float32)), (3, 2))
    assert winner.tolist() == [[1, 1]] * 3
    np.testing.assert_allclose(probability, 0.8, rtol=1e-5)


@pytest.fixture
def model(statistics: AmplitudeStatistics) -> PreviewModel:
    features, facies = scene()
    source = FeatureSource(
        FeatureConfig(dimensions=6),
        "abc",
        Projection(np.zeros(9, np.float32), np.ones((9, 6), np.float32)),
        statistics,
        "print",
    )
    classes = tuple(FaciesClass(i, f"Class {i}", "#123456") for i in (2, 5, 9))
    return PreviewModel(fitted(facies, features), classes, 3, source)


def test_a_preview_is_read_back_and_predicts_the_same(model: PreviewModel, tmp_path: Path) -> None:
    path = tmp_path / "preview.safetensors"
    save_preview(path, model)
    again = load_preview(path)
    assert is_preview(path)
    assert again.model_id == model.model_id
    assert again.classes == model.classes
    assert (again.source, model.source) != (None, None)
    features, _ = scene(4)
    for ours, theirs in zip(
        again.head.predict(features, SHAPE), model.head.predict(features, SHAPE), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    from safetensors.numpy import load_file

    assert load_file(path)["head.weights"].shape == model.head.weights.shape  # by another reader


def test_files_that_are_no_previews(model: PreviewModel, tmp_path: Path) -> None:
    path = tmp_path / "preview.safetensors"
    save_preview(path, model)
    content = path.read_bytes()
    for place, damaged in enumerate(
        (b"", b"nonsense", content[:-100], content.replace(b"preview", b"prevoew"))
    ):
        other = tmp_path / f"{place}.safetensors"
        other.write_bytes(damaged)
        with pytest.raises(ModelError):
            load_preview(other)
    newer = content.replace(b'\\"version\\": 2', b'\\"version\\": 7')
    assert newer != content
    path.write_bytes(newer)
    with pytest.raises(ModelError, match="newer"):
        load_preview(path)
    with pytest.raises(ModelError, match="no model file"):
        load_preview(tmp_path / "nowhere.safetensors")
    with pytest.raises(ModelError, match="does not say"):
        save_preview(tmp_path / "x.safetensors", replace(model, source=None))


def test_carried_labels_count_the_more_the_nearer_they_come_from() -> None:
    features, facies = scene()
    head = fitted(facies, features, replace(CONFIG, carried_weight=3.0))
    alone, _ = head.predict(features, SHAPE)
    moved = np.roll(facies, 9, axis=0)[::2, ::2]  # mostly right, so that they are believed
    shares = []
    for lines in (0.0, 16.0, 400.0, np.inf):
        carried = CarriedLabels(moved, np.full(moved.shape, lines, np.float32))
        shares.append((head.predict(features, SHAPE, carried)[0][::2, ::2] == moved).mean())
    assert shares[0] > shares[1] > shares[2] > shares[3]
    assert shares[3] == (alone[::2, ::2] == moved).mean()
    unknown = CarriedLabels(np.full_like(moved, 77), np.zeros(moved.shape, np.float32))
    np.testing.assert_array_equal(head.predict(features, SHAPE, unknown)[0], alone)
    weightless = fitted(facies, features, replace(CONFIG, carried_weight=0.0))
    np.testing.assert_array_equal(
        weightless.predict(features, SHAPE, carried)[0], weightless.predict(features, SHAPE)[0]
    )


def test_carried_labels_that_agree_with_nothing_are_not_believed() -> None:
    features, facies = scene()
    head = fitted(facies, features)
    alone, _ = head.predict(features, SHAPE)
    rubbish = np.random.default_rng(0).choice(np.array([2, 5, 9], np.uint8), facies[::2, ::2].shape)
    carried = CarriedLabels(rubbish, np.zeros(rubbish.shape, np.float32))
    assert (head.predict(features, SHAPE, carried)[0] == alone).mean() > 0.97
