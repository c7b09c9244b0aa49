from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from seisview.errors import Cancelled
from seisview.learn.training.stopping import stoppable


def network() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(inplace=True), nn.Conv2d(2, 1, 3))


def stop_at(call: int) -> tuple[Callable[[], None], list[int]]:
    calls: list[int] = []

    def check() -> None:
        calls.append(1)
        if len(calls) == call:
            raise Cancelled

    return check, calls


@pytest.mark.parametrize("call", [1, 2])
def test_the_way_forward_can_be_stopped(call: int) -> None:
    check, calls = stop_at(call)
    net = network()
    with stoppable(net, check), pytest.raises(Cancelled):
        net(torch.zeros(1, 1, 8, 8))
    assert len(calls) == call


@pytest.mark.parametrize("call", [3, 4])
def test_the_way_back_can_be_stopped(call: int) -> None:
    check, calls = stop_at(call)
    net = network()
    with stoppable(net, check):
        output = net(torch.zeros(1, 1, 8, 8)).sum()
        with pytest.raises(Cancelled):
            output.backward()
    assert len(calls) == call


def test_nothing_is_left_behind_and_answers_are_the_same() -> None:
    net, x = network(), torch.randn(1, 1, 8, 8)
    expected = net(x)
    check, calls = stop_at(99)
    with stoppable(net, check):
        assert torch.equal(net(x), expected)
    assert len(calls) == 2
    net(x)
    assert len(calls) == 2
