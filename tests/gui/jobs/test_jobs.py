"""Jobs run off the main thread, answer on it, and can be refused, cancelled and survived."""

from __future__ import annotations

import threading

import pytest

from seisview.errors import SeisviewError, VolumeError
from seisview.events import Note
from seisview.gui.jobs.failures import details_of, duration_text
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.progress import Progress


@pytest.fixture
def runner(qtbot):
    jobs = JobRunner()
    yield jobs
    assert jobs.shutdown()


def test_result_and_events_arrive_in_order_on_the_main_thread(qtbot, runner):
    seen = []

    def work(progress: Progress) -> int:
        assert threading.current_thread() is not threading.main_thread()
        progress.emit(Note("one"))
        progress.emit(Note("two"))
        return 3

    def note(thing):
        seen.append((thing, threading.current_thread() is threading.main_thread()))

    with qtbot.waitSignal(runner.finished):
        assert runner.start("Counting", work, on_result=note, on_event=note)
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [(Note("one"), True), (Note("two"), True), (3, True)]
    assert runner.busy is None


def test_second_job_is_refused_with_what_runs_and_how_long(qtbot, runner):
    release = threading.Event()
    refusals = []
    runner.refused.connect(refusals.append)

    def work(progress: Progress) -> None:
        progress.report("half", 1, 2)
        release.wait(10)

    with qtbot.waitSignal(runner.progressed):
        runner.start("Training", work, on_result=lambda _: None)
    assert runner.start("Export", work, on_result=lambda _: pytest.fail("ran")) is False
    assert len(refusals) == 1
    assert "Training is running, about 0 s left" in refusals[0]
    with qtbot.waitSignal(runner.finished):
        release.set()


def test_cancel_reaches_a_job_that_reports(qtbot, runner):
    outcome = []

    def work(progress: Progress) -> None:
        while True:
            progress.report("working")

    with qtbot.waitSignal(runner.progressed):
        runner.start(
            "Endless",
            work,
            on_result=lambda _: outcome.append("result"),
            on_cancelled=lambda: outcome.append("cancelled"),
        )
    with qtbot.waitSignal(runner.finished, timeout=1000):
        runner.cancel()
    assert outcome == ["cancelled"]


def test_result_after_cancel_is_dropped(qtbot, runner):
    outcome = []
    begun, release = threading.Event(), threading.Event()

    def deaf(_: Progress) -> str:
        begun.set()
        release.wait(10)
        return "late"

    runner.start("Deaf", deaf, on_result=outcome.append, on_cancelled=lambda: outcome.append("cancelled"))
    assert begun.wait(5)
    runner.cancel()
    with qtbot.waitSignal(runner.finished):
        release.set()
    assert outcome == ["cancelled"]


def test_own_error_is_passed_on_with_its_hint(qtbot, runner):
    failures = []

    def work(_: Progress) -> None:
        raise VolumeError("Byte 189 is empty.", "Try 9 and 21.")

    with qtbot.waitSignal(runner.finished):
        runner.start("Opening", work, on_result=lambda _: None, on_failure=failures.append)
    assert isinstance(failures[0], VolumeError)
    assert failures[0].hint == "Try 9 and 21."
    assert failures[0].__traceback__ is None


def test_unexpected_error_is_wrapped_with_details(qtbot, runner):
    failures = []

    def work(_: Progress) -> None:
        return [][1]

    with qtbot.waitSignal(runner.finished):
        runner.start("Training", work, on_result=lambda _: None, on_failure=failures.append)
    (error,) = failures
    assert isinstance(error, SeisviewError)
    assert error.message.startswith("Training stopped because of an unexpected problem (IndexError")
    assert "return [][1]" in details_of(error)


def test_callback_may_start_the_next_job(qtbot, runner):
    results = []

    def chain(result):
        results.append(result)
        runner.start("Second", lambda _: 2, on_result=results.append)

    runner.start("First", lambda _: 1, on_result=chain)
    qtbot.waitUntil(lambda: results == [1, 2])


def test_many_reports_are_coalesced(qtbot, runner):
    states, finished = [], []
    runner.progressed.connect(states.append)
    runner.finished.connect(finished.append)

    def work(progress: Progress) -> None:
        for i in range(20000):
            progress.report("counting", i, 20000)

    runner.start("Counting", work, on_result=lambda _: None)
    qtbot.waitUntil(lambda: bool(finished), timeout=20000)
    assert 0 < len(states) < 20000
    assert states[-1].fraction > 0.9


def test_shutdown_stops_the_thread_and_calls_nobody(qtbot):
    runner = JobRunner()

    def work(progress: Progress) -> None:
        while True:
            progress.report("working")

    with qtbot.waitSignal(runner.progressed):
        runner.start("Endless", work, on_result=lambda _: None, on_cancelled=lambda: pytest.fail("called"))
    assert runner.shutdown()
    assert not [t for t in threading.enumerate() if t.name == "job: Endless"]


def test_latest_request_wins(qtbot):
    worker = LatestWorker("Reading")
    answers = []
    worker.answered.connect(answers.append)
    begun, release = threading.Event(), threading.Event()

    def slow(_):
        begun.set()
        release.wait(10)
        return "overtaken"

    worker.submit(slow)
    assert begun.wait(5)
    worker.submit(lambda _: "never begun")
    worker.submit(lambda _: "latest")
    release.set()
    qtbot.waitUntil(lambda: answers == ["latest"])
    assert worker.shutdown()


def test_afterwards_runs_after_the_answer_and_its_failure_is_quiet(qtbot):
    worker = LatestWorker("Reading")
    prefetched, answers = [], []
    worker.answered.connect(answers.append)

    def prefetch(is_stale):
        prefetched.append(is_stale())
        raise OSError("gone")

    worker.submit(lambda _: "first", prefetch)
    qtbot.waitUntil(lambda: answers == ["first"] and prefetched == [False])
    with qtbot.waitSignal(worker.failed) as failed:
        worker.submit(lambda _: 1 / 0)
    assert "ZeroDivisionError" in failed.args[0].message
    assert worker.shutdown()


@pytest.mark.parametrize(("seconds", "text"), [(7.6, "8 s"), (72, "1:12 min"), (7500, "2:05 h")])
def test_durations_read_well(seconds, text):
    assert duration_text(seconds) == text
