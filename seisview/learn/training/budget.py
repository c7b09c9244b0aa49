"""How long to train: a number of steps, a time, or whichever ends first; free of torch."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

Result = TypeVar("Result")
Clock = Literal["wall", "processor"]

_EVALUATIONS = 10
_STEPS_PER_EVALUATION = 10
_MOST_EVALUATING = 0.15


@dataclass(frozen=True, slots=True)
class Budget:
    """When training ends.

    Attributes
    ----------
    steps : int or None
        Optimiser steps.
    seconds : float or None
        Time since `started` by `clock`; at least one of the two is given.
    started : float or None
        What :func:`now` gave when the job began, so that reading and preparing count; None for now.
    clock : {"wall", "processor"}
        ``"processor"`` counts what this process computes, on all its threads, whatever else runs: for
        comparisons. ``"wall"`` is what users wait.
    """

    steps: int | None = None
    seconds: float | None = None
    started: float | None = None
    clock: Clock = "wall"

    def __post_init__(self) -> None:
        if self.started is None:
            object.__setattr__(self, "started", now(self.clock))

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return now(self.clock) - (self.started or 0.0)


def now(clock: Clock) -> float:
    """Seconds on a clock that only goes forward, from some beginning."""
    return time.process_time() if clock == "processor" else time.monotonic()


class BudgetClock:
    """Counts steps and time against a :class:`Budget`.

    Under a time budget it stops so early that one more step and a last evaluation still fit, and leaves
    evaluations out that would take more than 15 % of the time. Under a budget of steps nothing depends on
    the clock, so the same seed gives the same weights.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._tick = self._now()
        self._step_seconds: list[float] = []
        self._evaluation_seconds = 0.0
        self._evaluating = 0.0
        self._evaluations = 0
        self._spent_before = 0.0
        self.step = 0

    @property
    def fraction(self) -> float:
        """Share of the budget that is spent, 0..1."""
        parts = [0.0]
        if self._budget.steps is not None:
            parts.append(self.step / self._budget.steps)
        if self._budget.seconds is not None:
            parts.append(self._elapsed / self._budget.seconds)
        return min(max(parts), 1.0)

    @property
    def seconds_left(self) -> float | None:
        """Of the time that is given, on its clock; None without a time."""
        seconds = self._budget.seconds
        return None if seconds is None else max(seconds - self._elapsed, 0.0)

    @property
    def planned(self) -> int:
        """Steps of the whole training; an estimate under a time budget."""
        steps, seconds = self._budget.steps, self._budget.seconds
        if seconds is None:
            return steps or 1
        per_step = self._typical_step
        left = seconds - self._elapsed - self._evaluation_seconds
        possible = self.step + (max(0, int(left / per_step)) if per_step else 1)
        return max(1, self.step, possible if steps is None else min(steps, possible))

    @property
    def is_over(self) -> bool:
        """Whether no further step fits; the first step always does."""
        steps, seconds = self._budget.steps, self._budget.seconds
        if self.step == 0:
            return False
        if steps is not None and self.step >= steps:
            return True
        needed = 1.5 * self._typical_step + 1.2 * self._evaluation_seconds
        return seconds is not None and self._elapsed + needed >= seconds

    @property
    def validation_due(self) -> bool:
        """Whether to evaluate now: about ten times in all, and after the last step."""
        if self.is_over:
            return True
        due = self._evaluations_wanted > self._evaluations
        if self._budget.seconds is not None:
            due = due and self._evaluating <= _MOST_EVALUATING * self._elapsed
        return due

    def tick(self) -> None:
        """Note that a step was done."""
        moment = self._now()
        self._step_seconds.append(moment - self._tick)
        self._tick = moment
        self.step += 1

    def timed(self, evaluate: Callable[[], Result]) -> Result:
        """Evaluate, and note how long it takes."""
        began = self._now()
        result = evaluate()
        self._tick = self._now()
        seconds = self._tick - began
        self._evaluation_seconds = max(self._evaluation_seconds, seconds)
        self._evaluating += seconds
        self._evaluations = max(self._evaluations + 1, self._evaluations_wanted)
        return result

    def state(self) -> dict[str, float]:
        """What is spent, as plain values for JSON."""
        return {"step": self.step, "seconds": self._elapsed, "evaluations": self._evaluations}

    def restore(self, state: dict[str, float]) -> None:
        """Go on from what was spent when `state` was taken."""
        self.step = int(state["step"])
        self._spent_before = float(state["seconds"])
        self._evaluations = int(state["evaluations"])

    @property
    def _evaluations_wanted(self) -> int:
        in_all = min(_EVALUATIONS, max(1, self.planned // _STEPS_PER_EVALUATION))
        return int(self.fraction * in_all)

    def _now(self) -> float:
        return now(self._budget.clock)

    @property
    def _elapsed(self) -> float:
        return self._spent_before + self._budget.elapsed

    @property
    def _typical_step(self) -> float:
        recent = sorted(self._step_seconds[-9:])
        return recent[len(recent) // 2] if recent else 0.0
