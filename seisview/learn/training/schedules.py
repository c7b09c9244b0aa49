"""Factors of the learning rates over the budget, for any budget."""

from __future__ import annotations

import math
from collections.abc import Callable

from seisview.learn.recipes import Schedule

_WARM_UP = 0.15
_LOWEST = 0.02


def halved_each_fifth(fraction: float) -> float:
    """Factor of the learning rates: the reference's StepLR(20, 0.5) over 100 epochs, for any budget."""
    return 0.5 ** min(int(5 * fraction), 4)


def one_cycle(fraction: float) -> float:
    """Rise over the first seventh of the budget, fall along a cosine over the rest (Smith and Topin 2018)."""
    if fraction < _WARM_UP:
        return _LOWEST + (1 - _LOWEST) * fraction / _WARM_UP
    done = min((fraction - _WARM_UP) / (1 - _WARM_UP), 1.0)
    return _LOWEST + (1 - _LOWEST) * 0.5 * (1 + math.cos(math.pi * done))


SCHEDULES: dict[Schedule, Callable[[float], float]] = {
    "halved_each_fifth": halved_each_fifth,
    "one_cycle": one_cycle,
}
