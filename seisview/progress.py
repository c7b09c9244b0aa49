"""How a long job reports, and how it is stopped: the one contract between jobs and whoever runs them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from typing import TypeVar

from seisview.errors import Cancelled

Item = TypeVar("Item")


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


class Progress:
    """Handed to every job; reports downwards-up and carries the wish to cancel upwards-down.

    Jobs call :meth:`report` often and :meth:`emit` for events; both raise :class:`Cancelled` once
    :meth:`cancel` was called from any thread, so a job that reports is a job that can be cancelled.

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

    def begin_stage(self, fraction: float = 0.0) -> None:
        """Start a new estimate of the remaining time, for a job of several stages.

        Parameters
        ----------
        fraction : float
            Share of the stage that was done before, when it is gone on with.
        """
        self._stage_started = time.monotonic()
        self._done_before = fraction

    def report(self, message: str, done: float = 0, total: float | None = None) -> None:
        """Report progress of the current stage.

        Parameters
        ----------
        message : str
            What is being done.
        done, total : float
            Units done and to do; `total` None when unknown.

        Raises
        ------
        Cancelled
            If the job was asked to stop.
        """
        self.check()
        if self._on_report is None:
            return
        fraction = None if not total else min(max(done / total, 0.0), 1.0)
        remaining = None
        if fraction is not None and fraction > self._done_before:
            elapsed = time.monotonic() - self._stage_started
            remaining = elapsed * (1.0 - fraction) / (fraction - self._done_before)
        self._on_report(ProgressState(message, fraction, self.elapsed_s, remaining))

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
        """Iterate over `items` as one stage, reporting before each and once at the end."""
        if total is None and isinstance(items, Sized):
            total = len(items)
        self.begin_stage()
        done = 0
        for item in items:
            self.report(message, done, total)
            yield item
            done += 1
        self.report(message, done, total)
