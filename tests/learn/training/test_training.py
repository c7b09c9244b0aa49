from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from seisview.errors import Cancelled, ModelError
from seisview.events import Note, TrainingStep
from seisview.learn.device import Device
from seisview.learn.training.budget import Budget
from seisview.learn.training.loop import KEEP_LAST, FitConfig, fit
from seisview.progress import Progress

CPU = Device("cpu", "float32", "")
CONFIG = FitConfig(Budget(steps=30), CPU, batch_size=8)


class Line:
    """Learns y = 2 x; `failures` are raised by the first calls of :meth:`loss`, one each."""

    def __init__(self, *failures: Exception, scores: list[float] | None = None) -> None:
        self.network = nn.Linear(1, 1)
        nn.init.zeros_(self.network.weight)
        nn.init.zeros_(self.network.bias)
        self.failures = list(failures)
        self.scores = scores
        self.batches: list[int] = []
        self.factor = 1.0
        self.weights_when_judged: list[float] = []

    def parameter_groups(self) -> list[dict[str, Any]]:
        return [{"params": [self.network.weight], "lr": 0.1}, {"params": [self.network.bias], "lr": 0.01}]

    def loss(self, batch_size: int) -> Tensor:
        if self.failures:
            raise self.failures.pop(0)
        self.batches.append(batch_size)
        x = torch.linspace(-1, 1, batch_size + 1)[:, None]
        return self.factor * (self.network(x) - 2 * x).square().mean()

    def settle(self, batch_size: int) -> None:
        return None

    def validate(self) -> dict[str, float]:
        if self.scores is None:
            return {}
        self.weights_when_judged.append(self.network.weight.item())
        return {"validation_mean_iou": self.scores[len(self.weights_when_judged) - 1]}


def collected(events: list[object]) -> Progress:
    return Progress(on_event=events.append)


def test_it_learns_and_reports_every_step() -> None:
    task, events = Line(), []
    outcome = fit(task, replace(CONFIG, budget=Budget(steps=60)), collected(events))
    steps = [e for e in events if isinstance(e, TrainingStep)]
    assert [s.step for s in steps] == list(range(1, 61))
    assert all(s.n_steps == 60 for s in steps)
    assert steps[-1].loss < 0.1 * steps[0].loss
    assert outcome.history == tuple(steps)
    assert not task.network.training


def test_the_best_weights_are_kept() -> None:
    task = Line(scores=[0.2, 0.9, 0.5])
    outcome = fit(task, CONFIG, Progress())
    assert task.network.weight.item() == task.weights_when_judged[1]
    assert outcome.metrics == {"validation_mean_iou": 0.9}
    assert (outcome.best_step, outcome.steps) == (20, 30)


def test_the_last_weights_are_kept_when_that_is_asked_for() -> None:
    task = Line(scores=[0.2, 0.9, 0.5])
    outcome = fit(task, replace(CONFIG, select=KEEP_LAST), Progress())
    assert task.network.weight.item() == task.weights_when_judged[2]
    assert outcome.metrics == {"validation_mean_iou": 0.5}
    assert (outcome.best_step, outcome.steps) == (30, 30)


def test_weights_decay_apart_from_the_gradient_when_that_is_asked_for() -> None:
    """Adam divides the decay by the gradient's size; AdamW shrinks every weight by the same share."""
    shrunk = []
    for decoupled in (True, False):
        task = Line()
        task.factor = 0.0
        nn.init.constant_(task.network.weight, 2.0)
        fit(task, replace(CONFIG, budget=Budget(steps=1), weight_decay=0.1, decoupled=decoupled), Progress())
        shrunk.append(task.network.weight.item())
    assert shrunk == pytest.approx([2 * (1 - 0.1 * 0.1), 2 - 0.1], abs=1e-4)


def test_of_equally_good_weights_the_later_are_kept() -> None:
    task = Line(scores=[0.5, 0.5, 0.5])
    assert fit(task, CONFIG, Progress()).best_step == 30


def test_without_validation_the_last_weights_stay() -> None:
    task = Line()
    outcome = fit(task, CONFIG, Progress())
    assert outcome.metrics == {}
    assert outcome.best_step == 30


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("can't allocate memory"), MemoryError()],
)
def test_the_batch_backs_off_when_memory_is_short(error: Exception) -> None:
    task, events = Line(error), []
    outcome = fit(task, CONFIG, collected(events))
    assert set(task.batches) == {4}
    assert outcome.batch_size == 4
    assert outcome.steps == 30
    assert [e.text for e in events if isinstance(e, Note)] == [
        "Memory is short: going on with 4 crops at a time."
    ]


def test_memory_that_never_suffices_is_said() -> None:
    task = Line(*(torch.OutOfMemoryError("out of memory") for _ in range(4)))
    with pytest.raises(ModelError, match="not enough memory") as caught:
        fit(task, CONFIG, Progress())
    assert "smaller" in caught.value.hint


def test_other_errors_are_not_swallowed() -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        fit(Line(RuntimeError("shapes do not match")), CONFIG, Progress())


def test_a_loss_that_is_no_number_is_passed_over_once() -> None:
    task, events = Line(), []
    original = task.loss
    calls = iter(range(100))
    task.loss = lambda size: original(size) * (math.nan if next(calls) == 3 else 1.0)  # type: ignore[method-assign]
    outcome = fit(task, CONFIG, collected(events))
    assert len(outcome.history) == 29
    assert math.isfinite(task.network.weight.item())
    assert sum(isinstance(e, Note) for e in events) == 1


def test_training_that_diverges_is_stopped() -> None:
    task = Line()
    task.factor = math.inf
    with pytest.raises(ModelError, match="not a finite number"):
        fit(task, CONFIG, Progress())
    assert math.isfinite(task.network.weight.item())


def test_cancelling_stops_before_the_next_step() -> None:
    task = Line()
    progress = Progress(
        on_event=lambda e: progress.cancel() if isinstance(e, TrainingStep) and e.step == 3 else None
    )
    with pytest.raises(Cancelled):
        fit(task, CONFIG, progress)
    assert len(task.batches) == 3


def test_all_parameters_are_trained() -> None:
    task = Line()
    fit(task, CONFIG, Progress())
    assert task.network.weight.item() != 0
    assert task.network.bias.item() != 0
