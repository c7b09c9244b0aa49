"""What a job tells of itself: shares of the whole job, never twice, and times that can be believed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seisview import progress as progress_module
from seisview.errors import Cancelled
from seisview.progress import Progress, ProgressState, shares_of


class Told:
    """A progress whose reports are kept, on a clock that is set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(progress_module.time, "monotonic", lambda: self.now)
        self.states: list[ProgressState] = []
        self.progress = Progress(self.states.append)

    def report(self, after_s: float, *report: object, **more: float) -> ProgressState:
        self.now += after_s
        self.progress.report("Working", *report, **more)  # type: ignore[arg-type]
        return self.states[-1]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def test_the_time_left_goes_by_the_pace_so_far(told: Told) -> None:
    assert told.report(0, 0, 10).remaining_s is None
    state = told.report(20, 4, 10)
    assert (state.fraction, state.remaining_s) == (0.4, pytest.approx(30))


def test_preparing_is_no_share_of_the_job_and_does_not_slow_its_estimate(told: Told) -> None:
    with told.progress.preparing():
        for _ in told.progress.track("abc", "Reading"):
            told.now += 50
    assert [(s.message, s.fraction, s.remaining_s) for s in told.states] == [
        ("Reading, 1 of 3", None, None),
        ("Reading, 2 of 3", None, None),
        ("Reading, 3 of 3", None, None),
    ]
    told.progress.begin_stage()
    assert told.report(10, 1, 2).remaining_s == pytest.approx(10)


def test_preparing_within_a_stage_leaves_its_estimate_alone(told: Told) -> None:
    told.progress.begin_stage()
    told.report(10, 1, 4)
    with told.progress.preparing():
        list(told.progress.track("ab", "Looking"))
    assert told.report(10, 2, 4).remaining_s == pytest.approx(20)


def test_a_job_that_is_given_its_time_counts_down_from_the_start(told: Told) -> None:
    with told.progress.preparing(seconds=600, spent=60):
        state = told.report(40, 1, 2)
        assert (state.fraction, state.remaining_s) == (pytest.approx(1 / 6), pytest.approx(500))
        with told.progress.preparing():
            assert told.report(100).remaining_s == pytest.approx(400)
    told.progress.begin_stage(200 / 600)
    assert told.report(0, 200 / 600, 1.0, at_most_s=400).remaining_s == pytest.approx(400)
    assert told.report(10, 350 / 600, 1.0, at_most_s=390).remaining_s == pytest.approx(10 * 250 / 150)


def test_parts_run_on_where_the_one_before_ended(told: Told) -> None:
    for share in shares_of([3, 1]):
        with told.progress.part(*share):
            for _ in told.progress.track("abcd", "Working"):
                told.now += 10
    shares = [state.fraction for state in told.states]
    assert shares == pytest.approx([0, 0.1875, 0.375, 0.5625, 0.75, 0.75, 0.8125, 0.875, 0.9375, 1.0])
    halfway = told.states[2]
    assert halfway.remaining_s == pytest.approx(20 * 0.625 / 0.375)  # the other part, too


def test_parts_of_parts(told: Told) -> None:
    with told.progress.part(0.5, 1.0), told.progress.part(0.5, 1.0):
        assert told.report(1, 1, 2).fraction == pytest.approx(0.875)
    assert told.report(1, 1, 1).fraction == 1.0


def test_shares_of_nothing_are_nothing() -> None:
    assert shares_of([]) == []
    assert shares_of([0, 0]) == [(0.0, 0.0), (0.0, 0.0)]


@pytest.mark.parametrize("inside", [Progress.preparing, lambda p: p.part(0.0, 0.5)])
def test_cancelling_inside_leaves_it_as_it_was(inside: Callable[[Progress], object]) -> None:
    progress = Progress(lambda _state: None)

    def run() -> None:
        with inside(progress):  # type: ignore[attr-defined]
            progress.cancel()
            progress.check()

    with pytest.raises(Cancelled):
        run()
