from __future__ import annotations

import pytest
import torch

from seisview.errors import ModelError
from seisview.learn.config import Fusion
from seisview.learn.device import Device
from seisview.learn.segmentation import fusing
from seisview.learn.segmentation.fusing import fuse, fuse_within_memory

CPU = Device("cpu", "float32", "")


def logits(*probabilities: float) -> torch.Tensor:
    """Constant logits over 8 x 8 cells whose softmax is `probabilities`."""
    return torch.log(torch.tensor(probabilities))[:, None, None].expand(-1, 8, 8)


def test_sum_and_vote_differ_where_one_model_is_very_sure() -> None:
    models = [logits(0.98, 0.01, 0.01), logits(0.4, 0.59, 0.01), logits(0.4, 0.59, 0.01)]
    confidence, winner = fuse(models, "sum", (32, 32))
    assert (winner == 0).all()
    mean = torch.stack([m[:, 0, 0] for m in models]).mean(0)
    assert float(confidence[0, 0]) == pytest.approx(float(torch.softmax(mean, 0)[0]))
    confidence, winner = fuse(models, "vote", (32, 32))
    assert (winner == 1).all()
    assert float(confidence[0, 0]) == pytest.approx((0.01 + 0.59 + 0.59) / 3)


def test_a_tied_vote_goes_to_the_likelier_class() -> None:
    _, winner = fuse([logits(0.9, 0.1), logits(0.4, 0.6)], "vote", (32, 32))
    assert (winner == 0).all()


@pytest.mark.parametrize("fusion", ["sum", "vote"])
@pytest.mark.parametrize("most_cells", [9, 5, 3])
def test_short_of_memory_it_goes_on_in_bands_with_the_same_answer(
    monkeypatch: pytest.MonkeyPatch, fusion: Fusion, most_cells: int
) -> None:
    models = [torch.randn(3, 16, 7, generator=torch.Generator().manual_seed(seed)) for seed in (0, 1)]
    confidence, winner = fuse(models, fusion, (61, 26))
    enlarge, asked = fusing.enlarge, []

    def failing(coarse: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
        asked.append(coarse.shape[-2])
        if asked[-1] > most_cells:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")
        return enlarge(coarse, shape)

    monkeypatch.setattr(fusing, "enlarge", failing)
    found, classes = fuse_within_memory(models, fusion, (61, 26), CPU)
    assert max(asked) > most_cells >= asked[-1]
    assert torch.equal(classes, winner)
    torch.testing.assert_close(found, confidence)


def test_without_any_memory_it_says_so_and_other_errors_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[Exception] = [MemoryError(), RuntimeError("shapes do not match")]

    def failing(*_: object) -> torch.Tensor:
        raise errors[0]

    monkeypatch.setattr(fusing, "enlarge", failing)
    with pytest.raises(ModelError, match="not enough memory"):
        fuse_within_memory([logits(0.5, 0.5)], "sum", (32, 32), CPU)
    errors.pop(0)
    with pytest.raises(RuntimeError, match="shapes"):
        fuse_within_memory([logits(0.5, 0.5)], "sum", (32, 32), CPU)
