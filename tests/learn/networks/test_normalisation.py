from __future__ import annotations

import torch
from torch import nn

from seisview.learn.networks.normalisation import settle_batch_norms


def test_statistics_become_those_of_the_batches_without_dropout() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Dropout2d(0.5), nn.BatchNorm2d(3))
    batches = [torch.randn(4, 3, 8, 8) * 2 + 5 for _ in range(6)]
    remaining = iter(batches)
    settle_batch_norms(network, lambda: network(next(remaining)), passes=6)
    norm = network[1]
    together = torch.stack([b.mean(dim=(0, 2, 3)) for b in batches]).mean(0)
    torch.testing.assert_close(norm.running_mean, together)
    assert (norm.running_var - 4).abs().max() < 0.5  # dropout would have made it about 16
    assert norm.momentum == 0.1
    assert not network.training
    assert not norm.training


def test_weights_and_gradients_are_left_alone() -> None:
    network = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2))
    before = [p.clone() for p in network.parameters()]
    settle_batch_norms(network, lambda: network(torch.randn(2, 1, 4, 4)), passes=2)
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
    assert all(p.grad is None for p in network.parameters())


def test_a_network_without_batch_norms_is_not_run() -> None:
    calls: list[int] = []
    settle_batch_norms(nn.Linear(1, 1), lambda: calls.append(1), passes=3)
    assert calls == []
