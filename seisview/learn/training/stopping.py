"""Stopping a network in the middle of a pass: inputs may be large, and "cancel" still works at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import Tensor, nn


@contextmanager
def stoppable(network: nn.Module, check: Callable[[], None]) -> Iterator[None]:
    """Call `check` after every convolution, on the way forward and back; what it raises ends the pass.

    Parameters
    ----------
    network : Module
    check : callable
        Cheap; raises to stop, e.g. :meth:`seisview.progress.Progress.check`.
    """

    def look(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        check()
        if output.requires_grad:
            output.register_hook(lambda _gradient: check())  # type: ignore[no-untyped-call]

    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    handles = [convolution.register_forward_hook(look) for convolution in convolutions]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
