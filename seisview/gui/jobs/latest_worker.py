"""A worker whose latest request wins; its answers reach the main thread as queued signals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from seisview.errors import SeisviewError
from seisview.gui.jobs.failures import as_seisview_error

Result = TypeVar("Result")

_JOIN_SECONDS = 10.0


class LatestWorker(QObject):
    """One thread, begun with the first request, that works on the latest one only.

    A request that was not begun when the next one came is dropped; an answer that was overtaken is dropped
    by its generation number. Work may look at its ``is_stale`` argument to give up early.

    Signals (on the main thread)
    ----------------------------
    answered(object), failed(SeisviewError)
        Outcome of the latest request.
    """

    answered = Signal(object)
    failed = Signal(object)
    _done = Signal(int, object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._generation = 0
        self._waiting: tuple[int, Callable[..., Any], Callable[..., None] | None] | None = None
        self._stopping = False
        self._wake = threading.Condition()
        self._done.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._begun = False

    def submit(
        self,
        work: Callable[[Callable[[], bool]], object],
        afterwards: Callable[[Callable[[], bool]], None] | None = None,
    ) -> int:
        """Replace whatever waits by `work`; `afterwards` runs once the answer is out, until overtaken.

        Parameters
        ----------
        work : callable
            Takes ``is_stale() -> bool``; its return value is sent by `answered`.
        afterwards : callable, optional
            Takes the same; for prefetching. Its errors are ignored: whoever needs the data will ask again.

        Returns the generation number of the request.
        """
        with self._wake:
            self._generation += 1
            self._waiting = (self._generation, work, afterwards)
            self._wake.notify()
            if not self._begun and not self._stopping:
                self._begun = True
                self._thread.start()
            return self._generation

    def forget(self) -> None:
        """Drop what waits and the answer to what runs."""
        with self._wake:
            self._generation += 1
            self._waiting = None

    def shutdown(self, timeout_s: float = _JOIN_SECONDS) -> bool:
        """Stop and join the thread; False when it did not stop in time."""
        with self._wake:
            self._stopping = True
            self._generation += 1
            self._waiting = None
            self._wake.notify()
        if self._begun:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _loop(self) -> None:
        while (request := self._next()) is not None:
            generation, work, afterwards = request

            def is_stale(mine: int = generation) -> bool:
                return self._stopping or self._generation != mine

            try:
                self._done.emit(generation, work(is_stale), None)
            except Exception as error:  # reported on the main thread
                self._done.emit(generation, None, as_seisview_error(error, self._name))
                continue
            if afterwards is not None and not is_stale():
                _quietly(afterwards, is_stale)

    def _next(self) -> tuple[int, Callable[..., Any], Callable[..., None] | None] | None:
        with self._wake:
            while self._waiting is None and not self._stopping:
                self._wake.wait()
            request, self._waiting = self._waiting, None
            return None if self._stopping else request

    def _take(self, generation: int, answer: object, error: SeisviewError | None) -> None:
        if generation != self._generation:
            return
        if error is not None:
            self.failed.emit(error)
        else:
            self.answered.emit(answer)


def _quietly(afterwards: Callable[[Callable[[], bool]], None], is_stale: Callable[[], bool]) -> None:
    try:
        afterwards(is_stale)
    except Exception:  # a failed prefetch is no news: showing that section will report it
        return
