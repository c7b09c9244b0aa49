"""Dips measured from amplitudes alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from seisview.data.geometry import Axis
from seisview.errors import Cancelled
from seisview.learn.carrying.dip_field import STEP, measure_dips
from seisview.progress import Progress
from tests.learn.surveys import ArrayVolume


def beds(shape: tuple[int, int, int], inline_dip: float, crossline_dip: float) -> npt.NDArray[np.float32]:
    """Plane beds that go down by so many samples from line to line."""
    inline, crossline, sample = np.meshgrid(*(np.arange(float(n)) for n in shape), indexing="ij")
    depth = sample - inline_dip * inline - crossline_dip * crossline
    return np.asarray(np.sin(depth / 2.5) + 0.5 * np.sin(depth / 4.1), np.float32)


@pytest.mark.parametrize(("inline_dip", "crossline_dip"), [(0.0, 0.0), (0.6, -0.3), (-0.9, 0.5)])
def test_dips_of_plane_beds_are_found(inline_dip: float, crossline_dip: float) -> None:
    field = measure_dips(ArrayVolume(beds((41, 50, 90), inline_dip, crossline_dip)), Progress())
    assert field.inline.shape == field.crossline.shape == (11, 23, 13)
    inside = (slice(2, -2),) * 3
    assert np.median(field.inline[inside]) == pytest.approx(inline_dip, abs=0.04)
    assert np.median(field.crossline[inside]) == pytest.approx(crossline_dip, abs=0.04)
    assert field.steepest == pytest.approx(max(abs(inline_dip), abs(crossline_dip)), abs=0.12)


def test_dips_change_from_place_to_place() -> None:
    """A fold: down on one flank, up on the other."""
    inline, _, sample = np.meshgrid(np.arange(80.0), np.arange(24.0), np.arange(96.0), indexing="ij")
    fold = 12 * np.cos(np.pi * inline / 40)
    field = measure_dips(ArrayVolume(np.sin((sample - fold) / 2.5).astype(np.float32)), Progress())
    true = np.gradient(12 * np.cos(np.pi * np.arange(80.0) / 40))
    middle = np.median(field.inline.astype(float), axis=(1, 2))
    assert middle[2:-2] == pytest.approx(true[STEP // 2 :: STEP][2:-2], abs=0.12)


def test_half_of_the_sections_are_read_once_each() -> None:
    volume = ArrayVolume(beds((40, 20, 48), 0.2, 0.0))
    measure_dips(volume, Progress())
    assert len(volume.reads) == 20
    assert len(set(volume.reads)) == 20
    assert {key.axis for key in volume.reads} == {Axis.INLINE}


@pytest.mark.parametrize("shape", [(1, 1, 64), (1, 50, 64), (2, 3, 5), (5, 1, 9), (9, 4, 1)])
def test_surveys_of_hardly_anything_are_no_trouble(shape: tuple[int, int, int]) -> None:
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    field = measure_dips(ArrayVolume(values), Progress())
    assert np.isfinite(field.inline).all()
    assert np.isfinite(field.crossline).all()


def test_missing_traces_are_flat() -> None:
    values = beds((24, 24, 64), 0.5, 0.0)
    values[:, 12:] = 0
    field = measure_dips(ArrayVolume(values), Progress())
    assert not field.inline[:, :, 6:].any()
    assert np.median(field.inline[1:-1, 2:-2, 1]) == pytest.approx(0.5, abs=0.05)


def test_measuring_can_be_stopped() -> None:
    volume = ArrayVolume(beds((40, 20, 48), 0.2, 0.0))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        measure_dips(volume, progress)
    assert len(volume.reads) < 3
