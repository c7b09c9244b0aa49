"""Siamese training: batches, losses, splits and files; each defect of the reference fails a test."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from seisview.data.geometry import Axis, LineNumbers, SurveyGeometry
from seisview.errors import LabelError, ModelError
from seisview.labels.boxes import Box
from seisview.learn.device import choose_device
from seisview.learn.matching.config import MatchTrainConfig, RoundsConfig, SiameseConfig
from seisview.learn.matching.losses import SiameseLoss
from seisview.learn.matching.model import load_siamese, save_siamese
from seisview.learn.matching.patch_sets import BatchSampler, PatchSet, split_by_position, split_places
from seisview.learn.matching.pseudo_labels import choose_pseudo_labels
from seisview.learn.matching.siamese import SiameseNetwork, embed_images, resized, similarity_matrix
from seisview.learn.matching.task import SiameseTask
from seisview.learn.matching.tiles import TileConfig, sample_tiles, write_manifest
from seisview.learn.matching.training import fit_siamese, match_budget, split
from seisview.progress import Progress

NETWORK = SiameseConfig("resnet10", dimensions=16, patch=(32, 32))
CONFIG = MatchTrainConfig(NETWORK, steps=6, batch_size=12, device="cpu")


def stripes(per_class: int = 20, seed: int = 0) -> PatchSet:
    """Three classes of stripes: flat, steep, noise."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:32, :32]
    images = []
    for label in range(3):
        for _ in range(per_class):
            phase = rng.uniform(0, 6)
            wave = {0: np.sin(rows / 2 + phase), 1: np.sin(columns / 2 + phase)}.get(
                label, rng.normal(size=(32, 32))
            )
            images.append(0.6 * wave + 0.1 * rng.normal(size=(32, 32)))
    labels = np.repeat(np.arange(3), per_class)
    return PatchSet(np.clip(images, -1, 1).astype(np.float16), labels, ("flat", "steep", "Boring"))


@pytest.mark.parametrize("kind", ["triplet", "contrastive"])
@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
def test_excluded_classes_are_negatives_but_never_anchors(kind, distance):
    network = replace(NETWORK, distance=distance)
    loss = SiameseLoss(MatchTrainConfig(network, loss=kind, mining="all"), 3, [2])
    labels = torch.tensor([0, 0, 1, 1, 2, 2])
    indices = loss.tuples(torch.randn(6, 16), labels)
    anchors = torch.cat(
        [labels[indices[0]], labels[indices[2]] if kind == "contrastive" else labels[indices[0]]]
    )
    assert 2 not in anchors.tolist()
    assert 2 not in labels[indices[1]].tolist()
    assert 2 in labels[indices[-1]].tolist()


@pytest.mark.parametrize("mining", ["semihard", "hard", "all"])
def test_a_batch_without_any_triplet_that_counts_still_has_a_gradient(mining):
    loss = SiameseLoss(MatchTrainConfig(NETWORK, mining=mining), 2)
    embeddings = torch.nn.functional.normalize(torch.eye(16)[[0, 0, 1, 1]], dim=1).requires_grad_()
    loss(embeddings, torch.tensor([0, 0, 1, 1])).backward()
    assert torch.isfinite(embeddings.grad).all()


def test_swap_and_margin_reach_the_loss_and_proxies_are_trained():
    embeddings = torch.nn.functional.normalize(torch.randn(8, 16), dim=1)
    labels = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
    values = [
        float(SiameseLoss(MatchTrainConfig(NETWORK, mining="all", margin=m, swap=s), 2)(embeddings, labels))
        for m, s in ((0.1, True), (0.5, True), (0.5, False))
    ]
    assert values[0] < values[1]
    assert values[1] >= values[2]
    assert SiameseLoss(MatchTrainConfig(NETWORK, loss="proxy"), 2).proxies()
    with pytest.raises(ModelError):
        SiameseLoss(MatchTrainConfig(NETWORK, loss="proxy"), 2, [1])


def test_validation_lies_in_blocks_apart_from_training():
    labels = np.repeat([0, 1, 2], [100, 50, 4])
    train, held = split_by_position(labels, 0.2, seed=3)
    assert not set(train) & set(held)
    for label in (0, 1):
        own = held[labels[held] == label]
        assert np.array_equal(own, np.arange(own[0], own[0] + len(own)))  # one block of neighbours
        beside = {own[0] - 1, own[-1] + 1} & set(np.flatnonzero(labels == label))
        assert not beside & set(train)  # near copies on either side are in neither
    assert not (labels[held] == 2).any()
    assert np.array_equal(held, split_by_position(labels, 0.2, seed=3)[1])
    with pytest.raises(LabelError):
        split_by_position(np.array([0, 0, 1, 1]), 0.2)
    first, last = split_places(np.repeat(np.arange(10), 4), 0.2)
    assert max(np.repeat(np.arange(10), 4)[first]) < min(np.repeat(np.arange(10), 4)[last])


def test_batches_hold_several_patches_of_several_classes():
    labels = np.repeat(np.arange(10), [3, *[20] * 9])
    batch = BatchSampler(labels, np.random.default_rng(0)).batch(32)
    counts = np.bincount(labels[batch], minlength=10)
    assert sorted(counts[counts > 0].tolist()) == [4] * 8


def test_validation_is_the_same_every_time_although_training_is_augmented():
    train, validation = split(stripes(), CONFIG)
    device = choose_device("cpu")
    task = SiameseTask(SiameseNetwork(NETWORK), train, validation, CONFIG, device)
    task.network.eval()
    first = task.validate()
    task.loss(12)  # draws random numbers
    task.network.eval()
    assert task.validate() == first
    one, other = task._batch(np.arange(4)), task._batch(np.arange(4))
    assert not torch.equal(one, other)


def test_training_learns_is_reproducible_and_survives_a_file(tmp_path):
    train, validation = split(stripes(), CONFIG)
    device = choose_device("cpu")
    config = replace(CONFIG, exclude_anchor=("boring",), patience=0)
    models = [
        fit_siamese(train, validation, config, match_budget(config, time.monotonic()), device, Progress())
        for _ in range(2)
    ]
    assert models[0].model_id == models[1].model_id
    assert models[0].metrics["validation_map"] > 0.6
    save_siamese(tmp_path / "m.safetensors", models[0])
    again = load_siamese(tmp_path / "m.safetensors")
    images = stripes(2, seed=9).images
    a, b = (embed_images(m.network(device), images, device) for m in (models[0], again))
    np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(np.linalg.norm(a, axis=1), 1, atol=1e-5)
    assert again.calibration == models[0].calibration
    assert again.class_names == ("flat", "steep", "Boring")
    (tmp_path / "cut.safetensors").write_bytes((tmp_path / "m.safetensors").read_bytes()[:-100])
    with pytest.raises(ModelError):
        load_siamese(tmp_path / "cut.safetensors")


@pytest.mark.parametrize("loss", ["contrastive", "proxy"])
def test_the_other_losses_teach_the_network_too(loss):
    config = replace(CONFIG, network=replace(NETWORK, spectrum=False), loss=loss, steps=12, patience=0)
    train, validation = split(stripes(), config)
    device, deep = choose_device("cpu"), []
    for steps in (1, 12):
        budget = match_budget(replace(config, steps=steps), time.monotonic())
        model = fit_siamese(train, validation, config, budget, device, Progress())
        deep.append(model.metrics["validation_map"])
        assert model.training["loss"] == loss
    assert deep[1] > 0.9
    assert deep[1] >= deep[0]


def test_training_ends_when_validation_is_no_better_and_keeps_the_best(monkeypatch):
    scores = iter([0.5, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    monkeypatch.setattr(SiameseTask, "validate", lambda _self: {"validation_map": next(scores)})
    config = replace(CONFIG, steps=200, patience=1)
    train, validation = split(stripes(), config)
    budget = match_budget(config, time.monotonic())
    model = fit_siamese(train, validation, config, budget, choose_device("cpu"), Progress())
    assert model.training["steps_done"] < 200
    assert model.metrics["validation_map"] == 0.9
    assert 0 < model.training["best_step"] < model.training["steps_done"]


def test_euclidean_distances_are_distances():
    a = np.array([[0.0, 0.0]], np.float32)
    b = np.array([[3.0, 4.0], [0.0, 1.0]], np.float32)
    np.testing.assert_allclose(
        similarity_matrix(a, b, SiameseConfig(distance="euclidean")), [[-5, -1]], atol=1e-5
    )


def test_patches_of_any_size_are_brought_to_one():
    image = np.tile(np.linspace(-1, 1, 143)[:, None], (1, 118))
    assert resized(image, (96, 96)).shape == (96, 96)
    assert abs(float(resized(image, (96, 96)).mean())) < 1e-3


def geometry(shape=(30, 50, 200)) -> SurveyGeometry:
    return SurveyGeometry(
        LineNumbers.regular(1, 1, shape[0]), LineNumbers.regular(1, 1, shape[1]), shape[2], 0.0, 4.0
    )


@pytest.mark.parametrize("shape", [(30, 50, 200), (3, 4, 5), (1, 40, 60)])
def test_tiles_lie_inside_every_slice_whatever_its_size(shape):
    survey = geometry(shape)
    tiles = sample_tiles(survey, [(143, 118), (60, 30), (20, 10)], TileConfig(axes=tuple(Axis)))
    assert tiles
    for tile in tiles:
        assert tile.box.fits(survey.section_shape(tile.key.axis))  # the defect: negative origins
    assert len(set(tiles)) == len(tiles)
    assert {tile.key.axis for tile in tiles} == set(survey.axes)


def test_tiles_follow_the_sizes_of_examples_and_are_seeded(tmp_path):
    survey, sizes = geometry((40, 60, 400)), [(30, 20)] * 3 + [(60, 40)]
    config = TileConfig(grid=(40, 30), per_slice=4, seed=5)
    tiles = sample_tiles(survey, sizes, config)
    assert tiles == sample_tiles(survey, sizes, config)
    assert tiles != sample_tiles(survey, sizes, replace(config, seed=6))
    shapes = [tile.box.shape for tile in tiles]
    assert set(shapes) == {(30, 20), (60, 40)}
    assert 0.6 < shapes.count((30, 20)) / len(shapes) < 0.9
    assert len(sample_tiles(survey, sizes, replace(config, most=50))) == 50
    write_manifest(tmp_path / "tiles.csv", tiles, survey, "memory")
    assert len((tmp_path / "tiles.csv").read_text().splitlines()) == len(tiles) + 1
    assert Box(0, 30, 0, 20).shape == (30, 20)


def test_pseudo_labels_keep_between_the_thresholds_and_are_taken_once():
    def at(degrees):
        return [np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]

    queries, labels = np.array([at(0), at(60)], np.float32), np.array([0, 1])
    tiles = np.array([at(0), at(10), at(20), at(40), at(170)], np.float32)
    config = RoundsConfig(curated_threshold=0.1, neighbours=5)
    found = choose_pseudo_labels(queries, labels, tiles, SiameseConfig(), config)
    # 0 degrees is a copy, 40 is 20 from class 1, 170 is far from all
    assert {(row.tile, row.label) for row in found} == {(1, 0), (2, 0), (3, 1)}
    assert all(0 < row.distance < 0.1 for row in found)
    again = choose_pseudo_labels(queries, labels, tiles, SiameseConfig(), config, taken=[1, 3], number=2)
    assert [(row.tile, row.round) for row in again] == [(2, 2)]
