from __future__ import annotations

import pytest

from seisview.learn.training import budget as budget_module
from seisview.learn.training.budget import Budget, BudgetClock


class FakeTime:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def process_time(self) -> float:
        return self.now / 4


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    fake = FakeTime()
    monkeypatch.setattr(budget_module, "time", fake)
    return fake


def run(budget: Budget, clock: FakeTime, step_s: float, evaluation_s: float) -> tuple[BudgetClock, list[int]]:
    """Train with steps and evaluations of given length; return the clock and where it evaluated."""
    counter, evaluated = BudgetClock(budget), []

    def evaluate() -> None:
        clock.now += evaluation_s

    while not counter.is_over:
        clock.now += step_s
        counter.tick()
        if counter.validation_due:
            evaluated.append(counter.step)
            counter.timed(evaluate)
    return counter, evaluated


def test_steps_are_counted_and_evaluated_ten_times(clock: FakeTime) -> None:
    counter, evaluated = run(Budget(steps=200, started=0.0), clock, 1.0, 5.0)
    assert counter.step == 200
    assert evaluated == list(range(20, 201, 20))


@pytest.mark.parametrize("steps", [1, 7, 25, 101])
def test_short_trainings_are_evaluated_at_least_at_the_end(clock: FakeTime, steps: int) -> None:
    _, evaluated = run(Budget(steps=steps, started=0.0), clock, 1.0, 1.0)
    assert evaluated[-1] == steps
    assert len(evaluated) == len(set(evaluated)) <= max(1, steps // 10) + 1


@pytest.mark.parametrize(("step_s", "evaluation_s"), [(0.1, 0.5), (0.7, 2.0), (5.0, 1.0)])
def test_a_time_budget_ends_on_time_evaluation_included(
    clock: FakeTime, step_s: float, evaluation_s: float
) -> None:
    clock.now = 3.0  # reading the sections took a while
    run(Budget(seconds=60.0, started=0.0), clock, step_s, evaluation_s)
    assert 48.0 < clock.now <= 60.0


def test_a_budget_of_processor_time_counts_what_is_computed(clock: FakeTime) -> None:
    """Beside three other processes on one core it takes four times as long."""
    counter, _ = run(Budget(seconds=60.0, started=0.0, clock="processor"), clock, 1.0, 1.0)
    assert 220.0 < clock.now <= 240.0
    assert counter.step > 200


def test_evaluations_do_not_eat_a_time_budget(clock: FakeTime) -> None:
    counter, evaluated = run(Budget(seconds=60.0, started=0.0), clock, 0.5, 6.0)
    assert len(evaluated) <= 3
    assert counter.step > 70


def test_whichever_ends_first(clock: FakeTime) -> None:
    assert run(Budget(steps=5, seconds=60.0, started=0.0), clock, 1.0, 0.0)[0].step == 5
    clock.now = 0.0
    assert run(Budget(steps=500, seconds=60.0, started=0.0), clock, 1.0, 0.0)[0].step < 61


def test_a_budget_that_is_spent_already_still_takes_one_step(clock: FakeTime) -> None:
    clock.now = 100.0
    assert run(Budget(seconds=60.0, started=0.0), clock, 1.0, 0.0)[0].step == 1


def test_the_plan_under_a_time_budget_comes_close(clock: FakeTime) -> None:
    counter = BudgetClock(Budget(seconds=60.0, started=0.0))
    for _ in range(10):
        clock.now += 0.5
        counter.tick()
    assert counter.planned == pytest.approx(120, abs=3)
    assert counter.fraction == pytest.approx(5 / 60)
