from __future__ import annotations

from typing import Any, cast

import pytest
import torch
from torch import Tensor

from seisview.data.amplitude import AmplitudeStatistics
from seisview.learn.device import Device
from seisview.learn.pretext.config import PRETEXTS, PretrainConfig
from seisview.learn.pretext.joint import JointTask, make_task
from seisview.learn.pretext.sections import PretextSurvey, Selection, gather_pieces
from seisview.learn.pretext.task import PretextNetwork, Score
from seisview.progress import Progress
from tests.learn.surveys import ArrayVolume

CPU = Device("cpu", "float32", "")


class Fixed:
    """A task whose loss is a multiple of the sum of one weight."""

    figure_name = "accuracy"

    def __init__(self, name: str, factor: float, score: Score | None) -> None:
        self.name = name
        self._factor, self._score = factor, score

    def loss(self, network: PretextNetwork, batch_size: int) -> Tensor:
        return self._factor * network.segmenter.backbone.conv1.weight.abs().sum()

    def score(self, network: PretextNetwork) -> Score | None:
        return self._score

    def state(self) -> dict[str, Any]:
        return {}


def joint(joining: str) -> JointTask:
    config = PretrainConfig(backbone="resnet10", joining=cast("Any", joining))
    tasks = [Fixed("rotation", 1.0, Score(1.0, 0.25, 2.0)), Fixed("frame-order", 10.0, Score(3.0, 0.5, 2.0))]
    return JointTask(PretextNetwork(config, {}), cast("Any", tasks), config)


def test_tasks_take_turns_or_are_summed() -> None:
    turns = joint("alternate")
    one = turns.loss(1).item()
    rest = [turns.loss(1).item() for _ in range(3)]
    assert rest == pytest.approx([10 * one, one, 10 * one])
    assert turns.state()["turn"] == 4
    both = joint("sum")
    unit = both.network.segmenter.backbone.conv1.weight.abs().sum().item()
    assert both.loss(1).item() == pytest.approx(11 * unit, rel=1e-5)


def test_losses_are_weighed_by_what_guessing_costs() -> None:
    assert joint("sum").validate() == {
        "validation_loss": 1.0,
        "validation_rotation_loss": 1.0,
        "validation_rotation_accuracy": 0.25,
        "validation_frame_order_loss": 3.0,
        "validation_frame_order_accuracy": 0.5,
    }


def test_all_tasks_share_one_backbone_and_every_parameter_is_trained(
    survey: tuple[ArrayVolume, object], statistics: AmplitudeStatistics
) -> None:
    pieces = gather_pieces([PretextSurvey(survey[0], statistics)], Selection(), Progress())
    config = PretrainConfig(tasks=PRETEXTS, joining="sum", backbone="resnet10", crop=(64, 64))
    torch.manual_seed(0)
    task = make_task(pieces, config, CPU)
    assert set(task.network.heads) == {"rotation", "jigsaw", "frame-order"}
    task.network.train()
    task.loss(1).backward()
    untouched = [name for name, value in task.network.named_parameters() if value.grad is None]
    assert untouched == []
    (group,) = task.parameter_groups()
    assert len(group["params"]) == len(list(task.network.parameters()))
    with torch.inference_mode():
        scored = task.validate()
    assert {f"validation_{name.replace('-', '_')}_loss" for name in PRETEXTS} < set(scored)
