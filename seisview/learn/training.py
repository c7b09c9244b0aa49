"""The one training loop: it knows budgets, schedules, memory and cancelling, and nothing about the task."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from seisview.errors import ModelError
from seisview.events import Note, TrainingStep
from seisview.learn.budget import Budget, BudgetClock
from seisview.learn.device import Device, is_out_of_memory, release_memory
from seisview.learn.stopping import stoppable
from seisview.progress import Progress

_MOST_SKIPPED = 5


class Task(Protocol):
    """What is learnt: a network, how to draw a batch and score it."""

    @property
    def network(self) -> nn.Module:
        """Trained in place."""

    def parameter_groups(self) -> list[dict[str, Any]]:
        """``{"params": ..., "lr": ...}`` per learning rate; together all trainable parameters."""

    def loss(self, batch_size: int) -> Tensor:
        """Draw a batch and return its scalar loss, ready for ``backward``."""

    def settle(self, batch_size: int) -> None:
        """Make the network ready to be judged and used, e.g. its batch-norm statistics."""

    def validate(self) -> dict[str, float]:
        """Scores on data apart from training, by name; empty when there is none."""


def halved_each_fifth(fraction: float) -> float:
    """Factor of the learning rates: the reference's StepLR(20, 0.5) over 100 epochs, for any budget."""
    return 0.5 ** min(int(5 * fraction), 4)


@dataclass(frozen=True, slots=True)
class FitConfig:
    """How a task is trained.

    Attributes
    ----------
    budget : Budget
    device : Device
    batch_size : int
        To begin with; halved while memory does not suffice.
    weight_decay : float
        Of Adam (Kingma and Ba 2015).
    schedule : callable
        Share of the budget spent (0..1) -> factor of the learning rates.
    select : str
        Validation score, the larger the better, whose best weights are kept.
    message : str
        What to call the stage in reports.
    """

    budget: Budget
    device: Device
    batch_size: int
    weight_decay: float = 1e-4
    schedule: Callable[[float], float] = halved_each_fifth
    select: str = "validation_mean_iou"
    message: str = "Training"


@dataclass(frozen=True, slots=True)
class FitOutcome:
    """What came of it; the network holds the weights.

    Attributes
    ----------
    history : tuple of TrainingStep
    metrics : dict of str to float
        Validation scores of the weights that were kept; empty without validation.
    steps, best_step : int
        Steps done, and the step after which the kept weights stood.
    batch_size : int
        What memory allowed.
    """

    history: tuple[TrainingStep, ...]
    metrics: dict[str, float]
    steps: int
    best_step: int
    batch_size: int


def fit(task: Task, config: FitConfig, progress: Progress) -> FitOutcome:
    """Train until the budget is spent, and leave the best weights in the network, in evaluation mode.

    Best means the highest validation score `config.select` among about ten evaluations, the last one after
    the last step; without validation the last weights stay. Every step reports and emits a
    :class:`~seisview.events.TrainingStep`; the job can be cancelled at any time, within a step too.

    Raises
    ------
    ModelError
        If the loss stays infinite, or memory does not suffice even for one example.
    Cancelled
        If the job was asked to stop.
    """
    stepper = _Stepper(task, config, progress)
    best = _BestWeights(task.network, config.select)
    clock = BudgetClock(config.budget)
    history: list[TrainingStep] = []
    progress.begin_stage()
    while not clock.is_over:
        progress.report(f"{config.message}: step {clock.step + 1} of {clock.planned}", clock.fraction, 1.0)
        loss = stepper.step(config.schedule(clock.fraction))
        clock.tick()
        metrics = (
            clock.timed(lambda: _judge(task, stepper.batch_size, progress)) if clock.validation_due else {}
        )
        best.offer(metrics, clock.step)
        if loss is not None:
            history.append(TrainingStep(clock.step, clock.planned, loss, metrics))
            progress.emit(history[-1])
    best.restore()
    task.network.eval()
    return FitOutcome(tuple(history), best.metrics, clock.step, best.step or clock.step, stepper.batch_size)


def _judge(task: Task, batch_size: int, progress: Progress) -> dict[str, float]:
    with stoppable(task.network, progress.check):
        task.settle(batch_size)
        task.network.eval()
        with torch.inference_mode():
            return task.validate()


class _Stepper:
    """Takes optimiser steps; passes over bad ones, and shrinks the batch to what memory allows."""

    def __init__(self, task: Task, config: FitConfig, progress: Progress) -> None:
        self._task = task
        self._device = config.device
        self._progress = progress
        self.batch_size = config.batch_size
        groups = task.parameter_groups()
        self._rates = [float(group["lr"]) for group in groups]
        # The fused update takes a third of the time.
        fused = config.device.name in ("cpu", "cuda")
        self._optimizer = torch.optim.Adam(groups, weight_decay=config.weight_decay, fused=fused)
        self._skipped = 0

    def step(self, factor: float) -> float | None:
        """Take one step and return its loss; None when loss or gradient were not finite."""
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor
        self._task.network.train()
        loss = self._backward()
        if math.isfinite(loss) and self._gradient_is_finite():
            self._optimizer.step()
            self._skipped = 0
            return loss
        self._skip()
        return None

    def _backward(self) -> float:
        while True:
            self._optimizer.zero_grad(set_to_none=True)
            try:
                with stoppable(self._task.network, self._progress.check):
                    loss = self._task.loss(self.batch_size)
                    loss.backward()  # type: ignore[no-untyped-call]
                return float(loss.detach())
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._shrink(error)

    def _shrink(self, error: BaseException) -> None:
        if self.batch_size == 1:
            raise ModelError(
                "There is not enough memory to train, even with one crop at a time.",
                "Close other programs, or choose smaller crops or a smaller backbone.",
            ) from error
        self.batch_size //= 2
        self._optimizer.zero_grad(set_to_none=True)
        release_memory(self._device)
        self._progress.emit(Note(f"Memory is short: going on with {self.batch_size} crops at a time."))

    def _gradient_is_finite(self) -> bool:
        gradients = [p.grad for g in self._optimizer.param_groups for p in g["params"] if p.grad is not None]
        return bool(torch.isfinite(torch.nn.utils.get_total_norm(gradients)))

    def _skip(self) -> None:
        self._skipped += 1
        if self._skipped >= _MOST_SKIPPED:
            raise ModelError(
                "Training was stopped: its loss is not a finite number any more.",
                "Lower the learning rates, or check the starting weights.",
            )
        self._progress.emit(Note("A training step was passed over: its loss was not a finite number."))


class _BestWeights:
    """Remembers the weights with the highest score."""

    def __init__(self, network: nn.Module, select: str) -> None:
        self._network = network
        self._select = select
        self._weights: dict[str, Tensor] | None = None
        self._score = -math.inf
        self.metrics: dict[str, float] = {}
        self.step = 0

    def offer(self, metrics: dict[str, float], step: int) -> None:
        score = metrics.get(self._select, math.nan)
        if score >= self._score:  # of equals the one that has learnt longest
            self._score, self.metrics, self.step = score, metrics, step
            self._weights = {k: v.detach().cpu().clone() for k, v in self._network.state_dict().items()}

    def restore(self) -> None:
        if self._weights is not None:
            self._network.load_state_dict(self._weights)
