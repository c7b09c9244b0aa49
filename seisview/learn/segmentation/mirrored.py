"""Looking at a section from both sides."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor


def mirrored_mean(forward: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Mean of what a network says about an input and about its mirror image, turned back.

    Parameters
    ----------
    forward : callable
    x : Tensor, shape (batch, channels, rows, columns)
        Columns a multiple of 32, so that the mirrored cells cover the same samples.
    """
    return 0.5 * (forward(x) + forward(x.flip(-1)).flip(-1))
