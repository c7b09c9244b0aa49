"""What the job runner knows of the job that runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from seisview.errors import SeisviewError
from seisview.progress import Progress, ProgressState


@dataclass(slots=True)
class RunningJob:
    """A job with everything that is asked of it; :class:`seisview.gui.jobs.job_runner.JobRunner` keeps it.

    Attributes
    ----------
    name : str
        What the user calls it.
    work, on_result, on_event, on_failure, on_cancelled : callable
        As given to :meth:`~seisview.gui.jobs.job_runner.JobRunner.start`.
    progress : Progress
    thread : Thread or None
    latest : ProgressState or None
    announced : bool
        The main thread knows of `latest`, but has not taken it.
    result, error
        How it ended.
    lock : Lock
        Guards `latest` and `announced`.
    """

    name: str
    work: Callable[[Progress], Any]
    on_result: Callable[[Any], None]
    on_event: Callable[[Any], None] | None
    on_failure: Callable[[SeisviewError], None] | None
    on_cancelled: Callable[[], None] | None
    progress: Progress = field(default_factory=Progress)
    thread: threading.Thread | None = None
    latest: ProgressState | None = None
    announced: bool = False
    result: Any = None
    error: SeisviewError | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
