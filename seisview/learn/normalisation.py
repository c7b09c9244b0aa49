"""Batch-norm statistics that fit the weights as they are now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn


def settle_batch_norms(network: nn.Module, forward: Callable[[], object], passes: int) -> None:
    """Replace the running statistics by plain averages over a few batches.

    The running averages lag behind weights that still move fast: a network trained for some dozens of steps
    would predict one class everywhere. Dropout stays on, as the network was trained ("precise" statistics,
    Wu and Johnson 2021; taken without dropout they did worse after the first hundred steps).

    Parameters
    ----------
    network : Module
        Left in evaluation mode.
    forward : callable
        Passes one batch of training data through `network`.
    passes : int
        How many batches.
    """
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    network.train()
    with torch.no_grad(), _averaging(norms):
        for _ in range(passes if norms else 0):
            forward()
    network.eval()


@contextmanager
def _averaging(norms: list[nn.BatchNorm2d]) -> Iterator[None]:
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # torch's way to ask for a plain average
    try:
        yield
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
