"""The one training loop: it knows budgets, schedules, memory and cancelling, and nothing about the task."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from seisview.errors import Cancelled
from seisview.events import TrainingStep
from seisview.learn.device import Device
from seisview.learn.training.budget import Budget, BudgetClock
from seisview.learn.training.schedules import halved_each_fifth
from seisview.learn.training.stepper import Stepper
from seisview.learn.training.stopping import stoppable
from seisview.progress import Progress

KEEP_LAST = ""
"""As `FitConfig.select`: the last weights are kept, whatever their validation score."""


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


@runtime_checkable
class Resumable(Protocol):
    """A task whose runs can be gone on with."""

    def state(self) -> dict[str, Any]:
        """What decides the next batches (random generators, counters), as plain values for JSON."""

    def restore(self, state: dict[str, Any]) -> None:
        """Draw next what would have been drawn when `state` was taken."""


class Keeper(Protocol):
    """Keeps the state of an unfinished run, see :mod:`seisview.learn.training.resume`."""

    def restore(self, run: Run) -> None:
        """Put a run that has not begun where a kept one stopped; without a kept one leave it alone."""

    def stepped(self, run: Run) -> None:
        """Called after every step; may keep the run."""

    def stopped(self, run: Run) -> None:
        """Called when the run is cancelled; keeps it."""


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
    decoupled : bool
        Whether weights decay apart from the gradient (AdamW, Loshchilov and Hutter 2019).
    schedule : callable
        Share of the budget spent (0..1) -> factor of the learning rates.
    select : str
        Validation score, the larger the better, whose best weights are kept; with a minus before its name the
        smaller the better; :data:`KEEP_LAST` for the last weights.
    message : str
        What to call the stage in reports.
    keeper : Keeper or None
        Keeps an unfinished run, so that it can be gone on with.
    patience : int
        Evaluations in a row without a better score after which training ends early; 0 never does.
    """

    budget: Budget
    device: Device
    batch_size: int
    weight_decay: float = 1e-4
    schedule: Callable[[float], float] = halved_each_fifth
    select: str = "validation_mean_iou"
    message: str = "Training"
    keeper: Keeper | None = None
    patience: int = 0
    decoupled: bool = False


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
    run = Run(task, config, progress)
    keeper = config.keeper
    if keeper is not None:
        keeper.restore(run)
    progress.begin_stage(run.clock.fraction)
    try:
        while not run.is_over:
            run.advance()
            if keeper is not None:
                keeper.stepped(run)
    except Cancelled:
        if keeper is not None:
            keeper.stopped(run)
        raise
    run.best.restore()
    task.network.eval()
    steps = run.clock.step
    return FitOutcome(
        tuple(run.history), run.best.metrics, steps, run.best.step or steps, run.stepper.batch_size
    )


class Run:
    """A training that is going on: all that must be kept of it to go on with it later.

    Parameters
    ----------
    task, config, progress
        As for :func:`fit`.

    Attributes
    ----------
    is_judging : bool
        A step was done whose evaluation was not: a run that was stopped there begins with it.
    """

    def __init__(self, task: Task, config: FitConfig, progress: Progress) -> None:
        self.task, self._config, self._progress = task, config, progress
        self.stepper = Stepper(task, config, progress)
        self.best = _BestWeights(task.network, config.select)
        self.clock = BudgetClock(config.budget)
        self.history: list[TrainingStep] = []
        self.is_judging = False
        self.loss: float | None = None
        self.random = torch.get_rng_state()
        self.buffers: dict[str, Tensor] = {}
        self.drawing: dict[str, Any] = {}
        self.mark()

    @property
    def is_over(self) -> bool:
        """Whether the budget or the patience is spent, and everything judged."""
        if self.is_judging:
            return False
        patience = self._config.patience
        return self.clock.is_over or (patience > 0 and self.best.n_worse >= patience)

    def mark(self) -> None:
        """Remember what a step or evaluation changes on its way: broken off, it is done again as it was."""
        if self._config.keeper is None:
            return
        self.random = torch.get_rng_state()
        self.buffers = {name: value.clone() for name, value in self.task.network.named_buffers()}
        self.drawing = self.task.state() if isinstance(self.task, Resumable) else {}

    def advance(self) -> None:
        """Take one step, evaluate if it is time, and report."""
        clock = self.clock
        if not self.is_judging:
            self._progress.report(self._message, clock.fraction, 1.0, clock.seconds_left)
            self.loss = self.stepper.step(self._config.schedule(clock.fraction))
            clock.tick()
            self.is_judging = True
            self.mark()
        metrics = clock.timed(self._judge) if clock.validation_due else {}
        self.best.offer(metrics, clock.step)
        self.is_judging = False
        self.mark()
        if self.loss is not None:
            self.history.append(TrainingStep(clock.step, clock.planned, self.loss, metrics))
            self._progress.emit(self.history[-1])

    @property
    def _message(self) -> str:
        """Without a number of steps where time decides: an estimate of it jumps about."""
        number = f"{self._config.message}: step {self.clock.step + 1}"
        return number if self.clock.seconds_left is not None else f"{number} of {self.clock.planned}"

    def _judge(self) -> dict[str, float]:
        return _judge(self.task, self.stepper.batch_size, self._progress)


def _judge(task: Task, batch_size: int, progress: Progress) -> dict[str, float]:
    with stoppable(task.network, progress.check):
        task.settle(batch_size)
        task.network.eval()
        with torch.inference_mode():
            return task.validate()


class _BestWeights:
    """Remembers the weights with the highest score."""

    def __init__(self, network: nn.Module, select: str) -> None:
        self._network = network
        self._select = select.removeprefix("-")
        self._sign = -1.0 if select.startswith("-") else 1.0
        self.weights: dict[str, Tensor] | None = None
        self.score = -math.inf
        self.metrics: dict[str, float] = {}
        self.step = 0
        self.n_worse = 0

    def offer(self, metrics: dict[str, float], step: int) -> None:
        if self._select == KEEP_LAST:
            self.metrics, self.step = metrics or self.metrics, step
            return
        score = self._sign * metrics.get(self._select, math.nan)
        if score > self.score:
            self.n_worse = 0
        elif not math.isnan(score):
            self.n_worse += 1
        if score >= self.score:  # of equals the one that has learnt longest
            self.score, self.metrics, self.step = score, metrics, step
            self.weights = {k: v.detach().cpu().clone() for k, v in self._network.state_dict().items()}

    def restore(self) -> None:
        if self.weights is not None:
            self._network.load_state_dict(self.weights)
