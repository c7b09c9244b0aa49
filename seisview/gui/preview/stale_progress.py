"""Progress of work that the latest request replaces."""

from __future__ import annotations

from collections.abc import Callable

from seisview.progress import Progress


class StoppedWhen(Progress):
    """Stops a job as soon as nobody waits for it any more."""

    def __init__(self, is_stale: Callable[[], bool]) -> None:
        super().__init__()
        self._is_stale = is_stale

    def check(self) -> None:
        """Raise :class:`Cancelled` when nobody waits."""
        if self._is_stale():
            self.cancel()
        super().check()
