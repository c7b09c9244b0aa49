"""Rotation, jigsaw, frame order: as published, each without the defect that gave its answer away."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch

from seisview.data.geometry import Axis, SectionKey
from seisview.errors import ModelError
from seisview.learn.device import Device
from seisview.learn.pretext.classification import Classification, Puzzle
from seisview.learn.pretext.config import PretrainConfig
from seisview.learn.pretext.frame_order import FrameOrder, nearest_anchor, with_neighbours
from seisview.learn.pretext.jigsaw import Jigsaw, permutation_set, tile_of, tiles
from seisview.learn.pretext.rotation import ANGLES_DEG, Rotation, rotated, window_of
from seisview.learn.pretext.sections import Piece, Pieces
from seisview.learn.pretext.task import Drawing, PretextNetwork
from seisview.learn.pretext.windows import Window

CPU = Device("cpu", "float32", "")


def piece(
    amplitude: np.ndarray, axis: Axis = Axis.INLINE, index: int = 0, n_lines: int = 11, survey: int = 0
) -> Piece:
    depth = np.linspace(0, 1, amplitude.shape[0], dtype=np.float32)
    return Piece(survey, SectionKey(axis, index), n_lines, amplitude.astype(np.float16), depth)


def window(amplitude: np.ndarray, crop: tuple[int, int]) -> Window:
    return Window(piece(amplitude), amplitude.astype(np.float32), np.zeros(len(amplitude), np.float32), crop)


def dip(image: np.ndarray) -> float:
    """Degrees by which layers go down to the right, from the structure tensor."""
    down, right = np.gradient(image.astype(float))
    return float(np.degrees(0.5 * np.arctan2(-2 * (down * right).sum(), (down**2 - right**2).sum())))


def flat_layers(rows: int, columns: int) -> np.ndarray:
    return np.broadcast_to(np.sin(np.arange(rows) / 3)[:, None], (rows, columns)).astype(np.float32)


@pytest.mark.parametrize(("angle", "crop"), list(product(ANGLES_DEG, [(64, 64), (96, 64), (64, 160)])))
@pytest.mark.parametrize("shift", [(0.5, 0.5), (-0.5, 0.5), (0.0, 0.0)])
def test_no_corner_of_a_rotated_crop_is_empty(
    angle: float, crop: tuple[int, int], shift: tuple[float, float]
) -> None:
    turned = rotated(np.ones(window_of(crop), np.float32), crop, angle, shift)
    assert turned.shape == crop
    np.testing.assert_allclose(turned, 1, atol=1e-6)


def test_positive_angles_turn_clockwise() -> None:
    crop = (96, 96)
    layers = flat_layers(*window_of(crop))
    measured = [dip(rotated(layers, crop, angle, (0.2, 0.1))) for angle in ANGLES_DEG]
    np.testing.assert_allclose(measured, ANGLES_DEG, atol=0.5)


@pytest.mark.parametrize("flip", [False, True])
def test_labels_are_the_angles_that_are_seen_mirrored_or_not(flip: bool) -> None:
    """A dipping section, half of the crops mirrored: the angle seen is its own dip plus that of the label."""
    rows, columns = np.mgrid[:160, :160]
    dipping = np.sin((rows - np.tan(np.radians(10)) * columns) / 3).astype(np.float32)
    pretext = classification(Rotation((64, 64)), piece(dipping), Drawing(flip, 0.0))
    batch = pretext._draw(pretext._sampler, 60, Drawing(flip, 0.0))
    signs = set()
    for image, label in zip(batch.images[:, 0].numpy(), batch.targets.tolist(), strict=True):
        own = dip(image) - ANGLES_DEG[label]
        assert abs(abs(own) - 10) < 1
        signs.add(bool(own > 0))
    assert len(signs) == (2 if flip else 1)
    assert set(batch.targets.tolist()) == set(range(5))


def test_all_angles_are_equally_sharp() -> None:
    """Without a shift of the grid only angle 0 would keep its finest detail, and be told by it."""
    noise = np.random.default_rng(0).standard_normal((200, 200)).astype(np.float32)
    pretext = classification(Rotation((64, 64)), piece(noise), Drawing(False, 0.0))
    batch = pretext._draw(pretext._sampler, 400, Drawing(False, 0.0))
    strength = batch.images.square().mean(dim=(1, 2, 3)).numpy()
    per_angle = [strength[batch.targets.numpy() == label].mean() for label in range(5)]
    assert max(per_angle) < 1.15 * min(per_angle)


def test_permutations_are_pairs_of_a_random_one_and_the_farthest_from_it() -> None:
    chosen = permutation_set(3)
    assert chosen.shape == (1000, 9)
    assert (np.sort(chosen, axis=1) == np.arange(9)).all()
    assert len({tuple(row) for row in chosen.tolist()}) == 1000
    # Far more than a thousand of the 9! differ in all places from any one, so the largest distance is 9.
    assert ((chosen[0::2] != chosen[1::2]).sum(axis=1) == 9).all()
    drawn = (chosen[:-2:2] != chosen[2::2]).sum(axis=1)
    assert 7.5 < drawn.mean() < 8.5  # drawn at random: eight places of nine differ on average


def test_the_permutation_set_is_seeded_and_goes_into_the_file() -> None:
    permutation_set.cache_clear()
    first = permutation_set(1, 20).copy()
    permutation_set.cache_clear()
    np.testing.assert_array_equal(permutation_set(1, 20), first)
    assert (permutation_set(2, 20) != first).any()
    stored = Jigsaw(seed=5).tensors()["jigsaw.permutations"]
    np.testing.assert_array_equal(stored.numpy(), permutation_set(5))


def test_tiles_have_the_reference_size_and_a_random_gap() -> None:
    assert tile_of((420, 618)) == (128, 192)
    place = np.arange(420 * 618, dtype=np.float64).reshape(420, 618)
    generator = np.random.default_rng(0)
    starts = set()
    for _ in range(20):
        cut = tiles(place.astype(np.float64), generator)
        assert [tile.shape for tile in cut] == [(128, 192)] * 9
        for number, tile in enumerate(cut):
            row, column = divmod(int(tile[0, 0]), 618)
            assert (row // 140, column // 206) == divmod(number, 3)
            assert (int(tile[-1, -1]) // 618 // 140, int(tile[-1, -1]) % 618 // 206) == divmod(number, 3)
            starts.add((row % 140, column % 206))
    assert len(starts) > 100


def test_the_target_of_a_tile_is_its_original_place() -> None:
    rows, columns = np.mgrid[:132, :132] // 44
    places = (3 * rows + columns).astype(np.float32)
    jigsaw = Jigsaw((132, 132))
    images, targets = jigsaw.images([window(places, (132, 132))] * 4, np.random.default_rng(0))
    assert targets.shape == (4, 9)
    shown = np.array([image[0, 0] for image in images]).reshape(4, 9)
    np.testing.assert_array_equal(shown, targets)
    assert all(np.ptp(image) == 0 for image in images)
    known = {tuple(row) for row in jigsaw.permutations.tolist()}
    assert {tuple(row) for row in targets.tolist()} <= known


def test_the_head_sees_all_nine_tiles() -> None:
    """Alone, a tile could not be placed; and the permutation would not matter."""
    network = PretextNetwork(PretrainConfig(backbone="resnet10"), {"jigsaw": Jigsaw.head})
    assert network.heads["jigsaw"].in_features == 9 * 512
    outputs = torch.arange(2 * 81.0).reshape(2, 81)
    logits, classes = Jigsaw((132, 132)).arranged(outputs, torch.arange(18).reshape(2, 9) % 9)
    assert logits.shape == (18, 9)
    torch.testing.assert_close(logits[9], outputs[1, :9])
    assert classes.tolist() == [*range(9), *range(9)]


@pytest.mark.parametrize("n_lines", [2, 6, 7, 24, 617])
def test_anchors_are_six_places_equally_spaced(n_lines: int) -> None:
    anchors = [nearest_anchor(index, n_lines) for index in range(n_lines)]
    assert anchors[0] == 0
    assert anchors[-1] == 5
    assert anchors == sorted(anchors)
    if n_lines == 617:
        counts = np.bincount(anchors)
        assert (np.abs(counts[1:-1] - 616 / 5) <= 1).all()
        assert (np.abs(counts[[0, -1]] - 616 / 10) <= 1).all()


def test_every_axis_of_every_survey_has_its_own_anchors() -> None:
    flat = np.zeros((80, 80), np.float32)
    sections = [
        piece(flat, Axis.INLINE, 0, 11, 0),
        piece(flat, Axis.CROSSLINE, 20, 21, 0),
        piece(flat, Axis.INLINE, 50, 101, 1),
    ]
    task = FrameOrder(Pieces(tuple(sections), ()), (64, 64))
    windows = [Window(p, flat[:64, :64], p.depth[:64], (64, 64)) for p in sections]
    _, targets = task.images(windows, np.random.default_rng(0))
    assert task.head == (1, 18)
    anchors = (targets % 6).tolist()
    assert anchors == [0, 5, 2]
    assert len(set((targets // 6).tolist())) == 3
    outputs = torch.arange(3 * 18.0).reshape(3, 18)
    logits, classes = task.arranged(outputs, torch.from_numpy(targets))
    assert classes.tolist() == anchors
    for row, group in enumerate((targets // 6).tolist()):
        torch.testing.assert_close(logits[row], outputs[row, 6 * group : 6 * group + 6])


def test_a_single_line_has_no_order() -> None:
    with pytest.raises(ModelError, match="no order"):
        with_neighbours(Pieces((piece(np.zeros((64, 64)), n_lines=1),), ()))


def classification(puzzle: Puzzle, source: Piece, drawing: Drawing) -> Classification:
    return Classification(puzzle, Pieces((source,), (source,)), drawing, CPU, [0])


@pytest.mark.parametrize("batch_size", [1, 5])
@pytest.mark.parametrize("name", ["rotation", "jigsaw", "frame-order"])
def test_any_batch_size_and_any_size_of_section(name: str, batch_size: int) -> None:
    """Sections smaller than the least crop, too."""
    noise = np.random.default_rng(0).standard_normal((40, 25))
    source = piece(noise)
    pieces = Pieces((source,), (source,))
    puzzle: Puzzle = {
        "rotation": Rotation((64, 64)),
        "jigsaw": Jigsaw((64, 64)),
        "frame-order": FrameOrder(pieces, (64, 64)),
    }[name]
    pretext = Classification(puzzle, pieces, Drawing(True, 0.1), CPU, [0])
    network = PretextNetwork(PretrainConfig(backbone="resnet10"), {name: puzzle.head})
    loss = pretext.loss(network.train(), batch_size)
    loss.backward()
    stem = network.segmenter.backbone.conv1.weight.grad
    assert stem is not None
    assert bool((stem != 0).any())
    with torch.inference_mode():
        score = pretext.score(network.eval())
    assert score is not None
    assert 0 <= score.figure <= 1


def test_noise_differs_from_sample_to_sample_and_is_left_in() -> None:
    flat = np.full((64, 64), 0.5, np.float32)
    noisy = Drawing(False, 0.2).with_noise(flat, np.random.default_rng(0))
    assert 0.001 < (noisy - flat).std() < 0.2
    assert len(np.unique(noisy)) > 4000
