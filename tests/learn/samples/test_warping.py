from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import torch

from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.samples.places import Warp, look_up, warped_places
from seisview.learn.samples.targets import IGNORE
from seisview.learn.samples.warping import WarpedCrops, WarpRange
from tests.learn.surveys import inline

CROP = (64, 96)


def crops(
    targets: npt.NDArray[np.uint8], amplitude: npt.NDArray[np.float32], seed: int = 0, n_classes: int = 8
) -> WarpedCrops:
    section = LabelledSection(inline(0), amplitude, targets)
    return WarpedCrops([section], n_classes, CROP, WarpRange(), np.random.default_rng(seed))


def ramp(shape: tuple[int, int] = (160, 240)) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Eight stripes that dip, and amplitudes that grow from stripe to stripe: one tells the other."""
    rows, columns = np.indices(shape)
    height = (rows + 0.3 * columns) / (shape[0] + 0.3 * shape[1]) * 8
    return height.astype(np.uint8), height.astype(np.float32)


def test_labels_follow_what_is_stretched_sheared_and_mirrored() -> None:
    targets, amplitude = ramp()
    found, _, _, labels = crops(targets, amplitude).batch(24)
    inside = labels != IGNORE
    # within one sample of a stripe's edge the nearest label and the interpolated amplitude may differ
    off = (found[:, 0] - labels - 0.5).abs()[inside]
    assert off.max() < 0.5 + 8 / 160
    assert inside.float().mean() > 0.9


def test_deformations_differ_from_crop_to_crop() -> None:
    targets, amplitude = ramp()
    found, *_ = crops(targets, amplitude).batch(40)
    down, along = (found[:, 0].diff(dim=d).median(dim=1).values.median(dim=1).values for d in (1, 2))
    assert (along < 0).any(), "some are mirrored"
    assert (along > 0).any()
    assert down.max() / down.min() > 1.3, "some are stretched"
    dips = along.abs() / down
    assert dips.max() - dips.min() > 0.15, "some dip more"


def test_depth_goes_with_the_amplitudes() -> None:
    """Amplitude that is the depth itself must stay so, through every deformation and beyond the edges."""
    targets = np.zeros((100, 80), np.uint8)
    depth = np.broadcast_to(np.linspace(0, 1, 100, dtype=np.float32)[:, None], (100, 80))
    amplitude, found, _, labels = crops(targets, np.ascontiguousarray(depth)).batch(16)
    torch.testing.assert_close(amplitude, found, rtol=0, atol=1e-3)
    assert found.min() < 0.2
    assert found.max() > 0.8
    assert (labels == IGNORE).any(), "a section smaller than the crop is continued without labels"


def test_an_undeformed_crop_is_the_section_itself() -> None:
    section = torch.arange(160 * 240, dtype=torch.float32).reshape(160, 240)
    rows, columns = warped_places(CROP, (60.5, 100.5), Warp())
    crop = look_up(section, rows.expand(CROP), columns.expand(CROP))
    torch.testing.assert_close(crop, section[29:93, 53:149], rtol=0, atol=0.1)


def test_one_stroke_is_in_every_crop_and_everything_else_teaches_nothing() -> None:
    targets = np.full((300, 400), IGNORE, np.uint8)
    targets[148:154, 380:399] = 3
    amplitude = np.zeros((300, 400), np.float32)
    *_, labels = crops(targets, amplitude).batch(20)
    assert ((labels == 3).sum(dim=(1, 2)) >= 16).all()
    assert set(labels.unique().tolist()) == {3, IGNORE}


@pytest.mark.parametrize("shape", [(160, 240), (40, 50)])
def test_corners_of_the_section_are_reached(shape: tuple[int, int]) -> None:
    targets = np.zeros(shape, np.uint8)
    for number, corner in enumerate([(0, 0), (0, -1), (-1, 0), (-1, -1)], 1):
        targets[corner] = number
    rows, columns = np.indices(shape)
    amplitude = (rows * 1000 + columns).astype(np.float32)
    *_, labels = crops(targets, amplitude).batch(150)
    assert {1, 2, 3, 4} <= set(labels.unique().tolist())


def test_the_same_seed_draws_the_same() -> None:
    targets, amplitude = ramp()
    first, again, other = (crops(targets, amplitude, seed).batch(3)[0] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_half_of_the_crops_dip_as_the_survey_does() -> None:
    """Labels of flat inlines must serve crosslines along which the same beds dip."""
    rows, _ = np.indices((300, 400))
    section = LabelledSection(inline(0), rows.astype(np.float32), np.zeros((300, 400), np.uint8))
    warp = WarpRange.for_dips(0.8)
    drawn = WarpedCrops([section], 1, CROP, warp, np.random.default_rng(0)).batch(60)[0][:, 0]
    middle = drawn[:, 30:34, 30:66]
    dips = (middle.diff(dim=2).mean(dim=(1, 2)) / middle.diff(dim=1).mean(dim=(1, 2))).abs()
    assert dips.max() > 0.6
    assert 0.15 < (dips > 0.3).float().mean() < 0.6


def test_a_flat_survey_is_sheared_a_little_and_a_wild_one_not_without_end() -> None:
    assert WarpRange.for_dips(0.0).steep == WarpRange().shear
    assert WarpRange.for_dips(9.0).steep == 1.0
