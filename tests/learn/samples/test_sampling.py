from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.sampling import CropSampler, covering_crops
from seisview.learn.samples.targets import IGNORE
from tests.learn.surveys import inline


def section(targets: npt.NDArray[np.uint8], index: int = 0) -> LabelledSection:
    """Amplitudes that tell where they came from: row + column / 1000."""
    rows, columns = np.indices(targets.shape)
    return LabelledSection(inline(index), (rows + columns / 1000).astype(np.float32), targets)


def sampler(*targets: npt.NDArray[np.uint8], crop: tuple[int, int] = (32, 32), seed: int = 0) -> CropSampler:
    sections = [section(t, i) for i, t in enumerate(targets)]
    return CropSampler(sections, 2, crop, np.random.default_rng(seed))


def test_crops_reach_every_sample_corners_too() -> None:
    targets = np.zeros((50, 70), np.uint8)
    targets[:, 35:] = 1
    seen = np.zeros(targets.shape, bool)
    amplitude, _ = sampler(targets).batch(400)
    for crop in amplitude:
        top, left = int(crop[0, 0]), round(1000 * (crop[0, 0] % 1))
        seen[top : top + 32, left : left + 32] = True
    assert seen.all()


def test_targets_stay_on_their_amplitudes() -> None:
    targets = np.random.default_rng(1).integers(0, 2, (60, 60)).astype(np.uint8)
    amplitude, cropped = sampler(targets).batch(20)
    rows, columns = amplitude.astype(int), np.round(1000 * (amplitude % 1)).astype(int)
    assert (targets[rows, columns] == cropped).all()


def test_one_labelled_sample_is_in_every_crop() -> None:
    targets = np.full((300, 400), IGNORE, np.uint8)
    targets[150, 399] = 1
    _, cropped = sampler(targets).batch(20)
    assert ((cropped == 1).sum(axis=(1, 2)) == 1).all()


def test_a_rare_class_is_seen_often() -> None:
    targets = np.zeros((400, 400), np.uint8)
    targets[3, 7:10] = 1
    _, cropped = sampler(targets).batch(60)
    share = (cropped == 1).any(axis=(1, 2)).mean()
    assert share > 0.12  # half of the crops, half of these of the rare class; drawn evenly it would be 0.01


def test_a_section_smaller_than_the_crop_is_continued_without_labels() -> None:
    targets = np.ones((10, 5), np.uint8)
    targets[:, 0] = 0
    amplitude, cropped = sampler(targets).batch(1)
    assert (cropped[0, :10, :5] == targets).all()
    assert (
        np.delete(cropped[0].ravel(), np.ravel_multi_index(np.indices((10, 5)), (32, 32)).ravel()) == IGNORE
    ).all()
    assert np.isfinite(amplitude).all()
    assert amplitude[0, 10, 0] == amplitude[0, 9, 0]  # mirrored at the edge
    assert amplitude[0, 0, 5] == amplitude[0, 0, 4]


def test_all_sections_are_drawn_from_in_proportion_to_their_labels() -> None:
    few = np.full((64, 64), IGNORE, np.uint8)
    few[:16, :16] = 0
    _, cropped = sampler(np.ones((64, 64), np.uint8), few).batch(200)
    from_second = (cropped == 0).any(axis=(1, 2)).mean()
    assert 0.1 < from_second < 0.5


def test_the_same_seed_draws_the_same_crops() -> None:
    targets = np.random.default_rng(0).integers(0, 2, (90, 90)).astype(np.uint8)
    first, again, other = (sampler(targets, seed=s).batch(8)[0] for s in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("shape", [(70, 100), (32, 32), (20, 90)])
def test_covering_crops_count_every_target_once(shape: tuple[int, int]) -> None:
    targets = np.random.default_rng(0).integers(0, 2, shape).astype(np.uint8)
    targets[:5] = IGNORE
    crops = covering_crops(section(targets).amplitude, targets, (32, 32))
    counts = np.sum([np.bincount(t.ravel(), minlength=256) for _, t in crops], axis=0)
    assert counts[:2].tolist() == np.bincount(targets.ravel(), minlength=2)[:2].tolist()
    assert all(a.shape == (32, 32) for a, _ in crops)


def test_crops_without_targets_are_left_out() -> None:
    targets = np.full((128, 128), IGNORE, np.uint8)
    targets[100, 100] = 0
    assert len(covering_crops(section(targets).amplitude, targets, (32, 32))) == 1
