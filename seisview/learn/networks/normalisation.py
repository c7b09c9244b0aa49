"""Batch-norm statistics that fit the weights as they are now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn


def settle_batch_norms(network: nn.Module, forward: Callable[[], object], passes: int) -> None:
    """Replace the running statistics by plain averages over a few batches.

    The running averages that training leaves behind lag behind the weights, and were taken under dropout,
    which enlarges the variance of all that follows it (Li et al. 2019, "Understanding the disharmony between
    dropout and batch normalization"). A ResNet-50 with dropout after every stage then predicts one class
    everywhere, although its training loss is low; with averages taken without dropout it does not.

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
    network.eval()
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
        norm.train()
    try:
        yield
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
