"""Reads the section on screen off the main thread: the latest wish wins, its neighbours come in advance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from seisview.data.bricks.fast_volume import FastVolume
from seisview.data.gaps import dead_traces
from seisview.data.geometry import Axis, SectionKey
from seisview.gui.jobs.latest_worker import LatestWorker

if TYPE_CHECKING:
    from seisview.data.cache import SectionCache

_PREFETCHED = 4

Overlay = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


@dataclass(frozen=True, slots=True, eq=False)
class SectionRequest:
    """What to read.

    Attributes
    ----------
    cache : SectionCache
    key : SectionKey
    count : int
        Number of sections across that axis, so that prefetching stays inside.
    direction : int
        +1 or -1, the way the user scrolls.
    overlay : callable or None
        Reads (facies, confidence) of a section, both uint8; None without a prediction.
    look : callable or None
        Filters amplitudes for looking only; None shows them as they are.
    """

    cache: SectionCache
    key: SectionKey
    count: int
    direction: int = 1
    overlay: Callable[[SectionKey], Overlay] | None = None
    look: Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SectionData:
    """What was read: amplitude float32, facies and confidence uint8 or None, all (rows, columns).

    `filtered` are amplitudes for looking only, if they were asked for.
    `full` is the share of the amplitudes, 0..1, that is not coarse: below 1, read again when the fast copy of
    the survey has grown.
    """

    request: SectionRequest
    amplitude: npt.NDArray[np.float32]
    facies: npt.NDArray[np.uint8] | None = None
    confidence: npt.NDArray[np.uint8] | None = None
    full: float = 1.0
    filtered: npt.NDArray[np.float32] | None = None

    @property
    def shown(self) -> npt.NDArray[np.float32]:
        """The amplitudes as drawn."""
        return self.amplitude if self.filtered is None else self.filtered


class SectionReader(QObject):
    """Reads for one view.

    Signals
    -------
    section_ready(SectionData)
        Answer to the latest request; answers to earlier ones are dropped.
    failed(SeisviewError)
        The latest request failed.
    """

    section_ready = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = LatestWorker("Reading the section", self)
        self._worker.answered.connect(self.section_ready)
        self._worker.failed.connect(self.failed)

    def request(self, request: SectionRequest) -> None:
        """Read this instead of whatever was asked before."""
        self._worker.submit(lambda _stale: _read(request), lambda stale: _prefetch(request, stale))

    def forget(self) -> None:
        """Drop what was asked for, before the survey is closed."""
        self._worker.forget()

    def shutdown(self) -> bool:
        """Stop and join the thread; False when it hangs in a read."""
        return self._worker.shutdown()


def _read(request: SectionRequest) -> SectionData:
    amplitude, full = _amplitude(request.cache, request.key)
    facies, confidence = (None, None) if request.overlay is None else request.overlay(request.key)
    if facies is not None and request.key.axis is not Axis.SAMPLE:
        # A preview is made of cells, which reach over the edge of what was recorded.
        alive = (~dead_traces(amplitude)).view(np.uint8)
        facies, confidence = facies * alive, None if confidence is None else confidence * alive
    filtered = None if request.look is None else request.look(amplitude)
    return SectionData(request, amplitude, facies, confidence, full, filtered)


def _amplitude(cache: SectionCache, key: SectionKey) -> tuple[npt.NDArray[np.float32], float]:
    """Amplitudes, and the share of them that is not coarse."""
    fast = _still_growing(cache, key)
    if fast is None or key in cache:
        return cache.section(key), 1.0
    quick = fast.read_quick(key)
    return quick.amplitude, quick.full


def _still_growing(cache: SectionCache, key: SectionKey) -> FastVolume | None:
    """The volume that may give a coarse answer for this section: whose fast copy is being built."""
    fast = cache.volume
    if key.axis is not Axis.SAMPLE or not isinstance(fast, FastVolume):
        return None
    return None if fast.bricks is None or fast.bricks.is_complete else fast


def _prefetch(request: SectionRequest, is_stale: Callable[[], bool]) -> None:
    if _still_growing(request.cache, request.key) is not None:
        return  # the fast copy answers at once, and nothing coarse is kept
    for distance in range(1, _PREFETCHED + 1):
        index = request.key.index + distance * request.direction
        if is_stale() or not 0 <= index < request.count:
            return
        request.cache.section(SectionKey(request.key.axis, index))
