"""Whether weights that were read from a file are those of a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn


def check_weights(make: Callable[[], nn.Module], weights: Mapping[str, Tensor]) -> None:
    """Raise ValueError unless weights have the names and shapes of a network, and are numbers throughout.

    Parameters
    ----------
    make : callable
        Makes the network; none of its memory is taken.
    weights : mapping of str to Tensor
    """
    with torch.device("meta"):
        wanted = make().state_dict()
    if {k: v.shape for k, v in wanted.items()} != {k: v.shape for k, v in weights.items()}:
        raise ValueError("weights do not fit the network")
    if any(not torch.isfinite(v).all() for v in weights.values() if v.is_floating_point()):
        raise ValueError("weights are not numbers")
