from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from seisview.errors import ModelError
from seisview.learn.config import Fusion
from seisview.learn.device import Device
from seisview.learn.segmentation import fusing
from seisview.learn.segmentation.fusing import Opinion, fuse, fuse_within_memory

CPU = Device("cpu", "float32", "")


def logits(*probabilities: float) -> Opinion:
    """Constant logits over 8 x 8 cells whose softmax is `probabilities`."""
    return Opinion(torch.log(torch.tensor(probabilities))[:, None, None].expand(-1, 8, 8))


def at_random(seed: int, shape: tuple[int, int]) -> Opinion:
    """Logits of three classes over cells, and one class carried to every sample, believed as it comes."""
    generator = torch.Generator().manual_seed(seed)
    cells = [-(-n // 4) for n in shape]
    carried = torch.randint(3, shape, generator=generator)
    trust = torch.nn.functional.one_hot(carried, 3).permute(2, 0, 1) * torch.rand(shape, generator=generator)
    return Opinion(torch.randn(3, *cells, generator=generator), trust, 2.0)


def test_sum_and_vote_differ_where_one_model_is_very_sure() -> None:
    models = [logits(0.98, 0.01, 0.01), logits(0.4, 0.59, 0.01), logits(0.4, 0.59, 0.01)]
    confidence, winner = fuse(models, "sum", (32, 32))
    assert (winner == 0).all()
    mean = torch.stack([m.coarse[:, 0, 0] for m in models]).mean(0)
    assert float(confidence[0, 0]) == pytest.approx(float(torch.softmax(mean, 0)[0]))
    confidence, winner = fuse(models, "vote", (32, 32))
    assert (winner == 1).all()
    assert float(confidence[0, 0]) == pytest.approx((0.01 + 0.59 + 0.59) / 3)


def test_a_tied_vote_goes_to_the_likelier_class() -> None:
    _, winner = fuse([logits(0.9, 0.1), logits(0.4, 0.6)], "vote", (32, 32))
    assert (winner == 0).all()


@pytest.mark.parametrize("fusion", ["sum", "vote"])
def test_what_was_carried_decides_where_it_is_believed_more_than_the_network(fusion: Fusion) -> None:
    network = logits(0.7, 0.2, 0.1)  # 1.25 between the first two
    trust = torch.zeros(3, 32, 32)
    trust[1, :, :16] = torch.linspace(0, 1, 32)[:, None]
    winner = fuse([replace(network, carried=trust, weight=2.0)], fusion, (32, 32))[1]
    expected = torch.zeros(32, 32, dtype=torch.int64)
    expected[20:, :16] = 1  # from a trust of 0.63 on
    assert torch.equal(winner, expected)
    assert torch.equal(
        fuse([replace(network, carried=trust)], fusion, (32, 32))[1], torch.zeros_like(expected)
    )


@pytest.mark.parametrize("fusion", ["sum", "vote"])
def test_models_that_agree_believe_what_was_carried_no_more_than_one_of_them(fusion: Fusion) -> None:
    one = at_random(4, (32, 32))
    alone = fuse([one], fusion, (32, 32))
    together = fuse([one, one, one], fusion, (32, 32))
    assert torch.equal(together[1], alone[1])
    torch.testing.assert_close(together[0], alone[0])


@pytest.mark.parametrize("fusion", ["sum", "vote"])
def test_confidence_stays_the_probability_of_the_networks(fusion: Fusion) -> None:
    """Only that one is calibrated; where carried labels overrule the network, it is low."""
    trust = torch.zeros(2, 32, 32)
    trust[1, :16] = 1.0
    models = [replace(logits(0.9, 0.1), carried=trust, weight=9.0), logits(0.6, 0.4)]
    confidence, winner = fuse(models[:1], fusion, (32, 32))
    assert (winner[:16] == 1).all()
    assert (winner[16:] == 0).all()
    torch.testing.assert_close(confidence[:16], torch.full((16, 32), 0.1))
    torch.testing.assert_close(confidence[16:], torch.full((16, 32), 0.9))
    carried_by_one = fuse(models, "sum", (32, 32))[1]
    assert (carried_by_one[:16] == 1).all(), "half of its weight is still more than both networks say"


@pytest.mark.parametrize("fusion", ["sum", "vote"])
@pytest.mark.parametrize("most_cells", [9, 5, 3])
def test_short_of_memory_it_goes_on_in_bands_with_the_same_answer(
    monkeypatch: pytest.MonkeyPatch, fusion: Fusion, most_cells: int
) -> None:
    models = [at_random(seed, (61, 26)) for seed in (0, 1)]
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
