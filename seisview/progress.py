"""How a long job reports, and how it is stopped: the one contract between jobs and whoever runs them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeVar

from seisview.errors import Cancelled

Item = TypeVar("Item")


_WHOLE = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class ProgressState:
    """One report: what is being done, how far it is, how long it has taken and may still take.

    Attributes
    ----------
    message : str
        What is being done, in the words of interpreters.
    fraction : float or None
        Share done, 0..1; None while it is unknown.
    elapsed_s : float
        Seconds since the job began.
    remaining_s : float or None
        Estimated seconds left; None while there is no estimate.
    """

    message: str
    fraction: float | None
    elapsed_s: float
    remaining_s: float | None


def shares_of(sizes: Sequence[float]) -> list[tuple[float, float]]:
    """Where parts of these sizes begin and end in the whole, for :meth:`Progress.part`."""
    ends = [0.0, *accumulate(sizes)]
    whole = ends[-1] or 1.0
    return [(start / whole, stop / whole) for start, stop in pairwise(ends)]


class Progress:
    """Handed to every job; reports downwards-up and carries the wish to cancel upwards-down.

    Jobs call :meth:`report` often and :meth:`emit` for events; both raise :class:`Cancelled` once
    :meth:`cancel` was called from any thread, so a job that reports is a job that can be cancelled.

    The share that is reported is one of the whole job and never runs twice: what comes before the work
    proper goes inside :meth:`preparing`, what is one of several equals inside :meth:`part`.

    Parameters
    ----------
    on_report : callable, optional
        Receives each :class:`ProgressState`. Called in the job's thread.
    on_event : callable, optional
        Receives each object given to :meth:`emit` (see :mod:`seisview.events`). Called in the job's thread.
    """

    def __init__(
        self,
        on_report: Callable[[ProgressState], None] | None = None,
        on_event: Callable[[object], None] | None = None,
    ) -> None:
        self._on_report = on_report
        self._on_event = on_event
        self._cancelled = threading.Event()
        self._started = time.monotonic()
        self._stage_started = self._started
        self._done_before = 0.0
        self._part = _WHOLE
        self._is_preparing = False
        self._budget: tuple[float, float] | None = None

    @property
    def elapsed_s(self) -> float:
        """Seconds since the job began."""
        return time.monotonic() - self._started

    @property
    def is_cancelled(self) -> bool:
        """Whether :meth:`cancel` was called."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next report. Safe from any thread."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise :class:`Cancelled` if the job was asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    @contextmanager
    def preparing(self, seconds: float | None = None, spent: float = 0.0) -> Iterator[None]:
        """Reports inside are of what comes before the work: no share of the job, and no time left.

        Parameters
        ----------
        seconds, spent : float
            Of a job that is given its time, preparing included: how long it takes in all, and how much of
            that was spent before. Then share and time left are known, and reported.
        """
        before = self._is_preparing, self._budget, self._stage_started, self._done_before
        self._is_preparing = True
        if seconds is not None:
            self._budget = time.monotonic() - spent, seconds
        try:
            yield
        finally:
            self._is_preparing, self._budget, self._stage_started, self._done_before = before

    @contextmanager
    def part(self, start: float, stop: float) -> Iterator[None]:
        """Reports inside run over this share, 0..1, of the job or of the part around it."""
        before = self._part
        self._part = self._of_job(start), self._of_job(stop)
        self.begin_stage()
        try:
            yield
        finally:
            self._part = before

    def begin_stage(self, fraction: float = 0.0) -> None:
        """Start a new estimate of the remaining time, for a job of several stages.

        Parameters
        ----------
        fraction : float
            Share of the stage that was done before, when it is gone on with.
        """
        self._stage_started = time.monotonic()
        self._done_before = self._of_job(fraction)

    def report(
        self, message: str, done: float = 0, total: float | None = None, at_most_s: float | None = None
    ) -> None:
        """Report progress of the current stage.

        Parameters
        ----------
        message : str
            What is being done.
        done, total : float
            Units done and to do; `total` None when unknown.
        at_most_s : float, optional
            The stage ends after so many seconds, whatever is done.

        Raises
        ------
        Cancelled
            If the job was asked to stop.
        """
        self.check()
        if self._on_report is None:
            return
        if self._is_preparing:
            fraction, remaining = self._share_of_budget()
        else:
            fraction = None if not total else self._of_job(min(max(done / total, 0.0), 1.0))
            remaining = self._remaining(fraction, at_most_s)
        self._on_report(ProgressState(message, fraction, self.elapsed_s, remaining))

    def _of_job(self, fraction: float) -> float:
        start, stop = self._part
        return start + fraction * (stop - start)

    def _share_of_budget(self) -> tuple[float | None, float | None]:
        if self._budget is None:
            return None, None
        started, seconds = self._budget
        left = min(max(started + seconds - time.monotonic(), 0.0), seconds)
        return 1.0 - left / seconds, left

    def _remaining(self, fraction: float | None, at_most_s: float | None) -> float | None:
        known = at_most_s if self._part == _WHOLE else None
        if fraction is None or fraction <= self._done_before:
            return known
        elapsed = time.monotonic() - self._stage_started
        estimate = elapsed * (1.0 - fraction) / (fraction - self._done_before)
        return estimate if known is None else min(estimate, known)

    def emit(self, event: object) -> None:
        """Pass an event of :mod:`seisview.events` on.

        Raises
        ------
        Cancelled
            If the job was asked to stop.
        """
        self.check()
        if self._on_event is not None:
            self._on_event(event)

    def track(self, items: Iterable[Item], message: str, total: int | None = None) -> Iterator[Item]:
        """Iterate over `items` as one stage, reporting before each and once at the end.

        While :meth:`preparing` the message counts them, as no share tells how far it is.
        """
        if total is None and isinstance(items, Sized):
            total = len(items)
        self.begin_stage()
        is_counted = self._is_preparing and total is not None
        done = 0
        for item in items:
            self.report(f"{message}, {done + 1} of {total}" if is_counted else message, done, total)
            yield item
            done += 1
        if not is_counted:
            self.report(message, done, total)
