from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from seisview.learn.segmentation.tiling import Tiling, dense_pass, enlarge

TILED = Tiling(whole_pixels=0, tile=128, overlap=64)
WHOLE = Tiling(whole_pixels=1 << 24)


def nothing() -> None:
    return None


def local(x: Tensor) -> Tensor:
    """A network that sees 9 samples around each cell, and zeros beyond its input, as convolutions do."""
    pooled = F.avg_pool2d(x, 4)
    return torch.cat([pooled, F.avg_pool2d(F.pad(pooled, (1, 1, 1, 1)), 3, 1)], dim=1)


def wide(x: Tensor) -> Tensor:
    """A network that sees 4 * 31 samples around each cell: more than tiles share."""
    pooled = F.avg_pool2d(x, 4)
    return F.avg_pool2d(pooled, 31, 1, padding=15, count_include_pad=False)


def section(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("shape", [(300, 420), (128, 500), (97, 130), (20, 15), (129, 129)])
def test_tiles_equal_the_whole_section(shape: tuple[int, int]) -> None:
    """Where a tile sees all that the network looks at; what it does not see counts next to nothing."""
    tiled = dense_pass(local, section(*shape), TILED, nothing)
    whole = dense_pass(local, section(*shape), WHOLE, nothing)
    assert tiled.shape == whole.shape
    torch.testing.assert_close(tiled, whole, rtol=0, atol=2e-3)


def test_there_are_no_seams() -> None:
    """The answer never jumps between cells, even if the network looks further than tiles overlap."""
    ramp = torch.linspace(0, 1, 640).expand(128, -1)
    whole, blended = (dense_pass(wide, ramp, tiling, nothing)[0] for tiling in (WHOLE, TILED))
    apart = torch.cat([wide(part[None, None])[0, 0] for part in ramp.split(128, dim=1)], dim=1)
    seam = (apart - whole).diff(dim=1).abs().max()
    assert seam > 0.08, "tiles set side by side do jump, so the measure works"
    assert (blended - whole).diff(dim=1).abs().max() < 0.15 * seam


def test_a_section_that_fits_takes_one_pass() -> None:
    calls = []
    dense_pass(lambda x: calls.append(x.shape) or local(x), section(100, 200), Tiling(128 * 224), nothing)
    assert calls == [(1, 1, 128, 224)]


def test_sections_are_continued_by_reflection_to_multiples_of_32() -> None:
    seen: list[Tensor] = []
    dense_pass(lambda x: seen.append(x) or local(x), torch.arange(40.0).expand(5, 40), WHOLE, nothing)
    assert seen[0].shape == (1, 1, 32, 64)
    assert seen[0][0, 0, 0, 38:44].tolist() == [38, 39, 39, 38, 37, 36]


def test_small_sections_are_continued_to_the_size_of_training_crops() -> None:
    seen: list[Tensor] = []
    dense_pass(
        lambda x: seen.append(x) or local(x), section(40, 300), Tiling(1 << 20, least=(192, 256)), nothing
    )
    assert seen[0].shape == (1, 1, 192, 320)
    assert torch.equal(seen[0][0, 0, 40:80, :300], section(40, 300).flip(0))


def test_each_side_is_continued_to_its_own_least_size() -> None:
    seen: list[Tensor] = []
    for shape in ((40, 100), (300, 100), (40, 300)):
        dense_pass(
            lambda x: seen.append(x) or local(x), section(*shape), Tiling(1 << 20, least=(96, 224)), nothing
        )
    assert [tuple(x.shape[-2:]) for x in seen] == [(96, 224), (320, 224), (96, 320)]


def test_every_tile_can_be_cancelled() -> None:
    calls = []
    dense_pass(local, section(300, 300), TILED, lambda: calls.append(1))
    assert len(calls) > 4


def test_tiles_shrink_to_something_and_then_end() -> None:
    tiling: Tiling | None = Tiling(1000)
    sizes = []
    while tiling is not None:
        sizes.append((tiling.tile, tiling.overlap))
        tiling = tiling.smaller()
    assert sizes == [(512, 128), (256, 128), (128, 64), (64, 32)]


def test_enlarging_cuts_the_padding_off() -> None:
    coarse = torch.arange(16.0).expand(2, 8, 16)
    full = enlarge(coarse, (30, 50))
    assert full.shape == (2, 30, 50)
    assert full[0, 0, 2:10].tolist() == pytest.approx([0.125 + 0.25 * i for i in range(8)])
    down = enlarge(coarse.transpose(1, 2), (50, 30))
    torch.testing.assert_close(down, enlarge(coarse, (30, 50)).transpose(1, 2))
