"""What can be chosen about the instant preview; free of torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PreviewConfig:
    """How the instant preview learns.

    Attributes
    ----------
    units : int
        Random rectified units on top of the features; 0 for a linear head.
    penalty : float
        Of the squared weights.
    balance : float
        Weight of a class is its frequency to the power of minus this: 0 none, 1 all classes alike.
    depth_weight : float
        How much depth counts beside a feature; 0 leaves it out.
    smoothing : float
        Standard deviation, in cells, of the smoothing of the result.
    carried_weight : float
        What the labels carried along reflections add to the log-probability of their class, times their trust
        (:mod:`seisview.learn.carrying`) and their agreement with what the features alone say of the section
        (:func:`seisview.learn.carrying.trust.agreement`): far from labels, or where beds are broken,
        they are not believed. Chosen on three synthetic surveys: mean IoU without carried labels .31, with 6,
        8 and 10 .37, .37 and .38, from carried labels alone .31.
    iterations, warm_iterations : int
        Most steps of the optimiser, from nothing and from the head before.
    max_cells, warm_cells : int
        Labelled cells that are used at most, from nothing and from the head before; see
        :func:`seisview.learn.preview.cells.drawn_cells`.
    seed : int
        Of the random units and of that draw.
    """

    units: int = 384
    penalty: float = 2e-2
    balance: float = 0.5
    depth_weight: float = 2.0
    smoothing: float = 0.7
    carried_weight: float = 10.0
    iterations: int = 60
    warm_iterations: int = 8
    max_cells: int = 12_000
    warm_cells: int = 3_000
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
