from __future__ import annotations

import pytest

from seisview.learn.training.schedules import halved_each_fifth, one_cycle


def test_rates_halve_after_each_fifth_of_the_budget() -> None:
    """StepLR(20, 0.5) over 100 epochs."""
    assert [halved_each_fifth(f) for f in (0, 0.19, 0.2, 0.5, 0.99, 1.0)] == [1, 1, 0.5, 0.25, 0.0625, 0.0625]


def test_one_cycle_warms_up_and_comes_to_rest() -> None:
    factors = [one_cycle(f / 100) for f in range(101)]
    peak = factors.index(max(factors))
    assert max(factors) == pytest.approx(1.0)
    assert 5 < peak < 30
    assert factors[:peak] == sorted(factors[:peak])
    assert factors[peak:] == sorted(factors[peak:], reverse=True)
    assert factors[0] < 0.05
    assert factors[-1] < 0.05
    assert min(factors) > 0
