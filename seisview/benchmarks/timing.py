"""Clocks: actions timed in turns, with files that the system was told to forget where cold reads count."""

from __future__ import annotations

import errno
import gc
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seisview.progress import Progress

Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations of one action.

    Attributes
    ----------
    durations_ms : tuple of float
    """

    durations_ms: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median in milliseconds."""
        return float(np.median(self.durations_ms))

    @property
    def least(self) -> float:
        """Smallest in milliseconds."""
        return min(self.durations_ms)


def clock(action: Action) -> float:
    """Milliseconds that an action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1e3


def in_turns(
    actions: Mapping[str, Callable[[int], object]],
    repeats: int,
    progress: Progress,
    before: Callable[[str], object] = lambda _name: None,
) -> dict[str, Timing]:
    """Time several ways of doing the same in turns, so that whatever else the machine does hits all alike.

    Parameters
    ----------
    actions : mapping of str to callable
        Each takes the number of the turn.
    repeats : int
    progress : Progress
        Checked before every action, which is what an interruption waits for.
    before : callable
        Called untimed with the name of the action that follows.
    """
    durations: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(repeats):
        for name, action in actions.items():
            progress.check()
            before(name)
            durations[name].append(clock(lambda action=action, turn=turn: action(turn)))  # type: ignore[misc]
    return {name: Timing(tuple(values)) for name, values in durations.items()}


def forget(path: Path) -> None:
    """Ask the system to take a file or folder out of its cache; what is mapped now stays there."""
    if not hasattr(os, "posix_fadvise"):
        return
    gc.collect()  # closes what was mapped
    for file in [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]:
        number = os.open(file, os.O_RDONLY)
        try:
            os.fsync(number)
            os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(number)


def can_forget(path: Path) -> bool:
    """Whether :func:`forget` works for that file, found out by asking what is left of it in memory."""
    if not hasattr(os, "posix_fadvise"):
        return False
    forget(path)
    return not _is_cached(path, path.stat().st_size // 2)


def _is_cached(path: Path, offset: int) -> bool:
    flag = getattr(os, "RWF_NOWAIT", None)
    if flag is None:
        return False
    number = os.open(path, os.O_RDONLY)
    try:
        os.preadv(number, [bytearray(16)], offset, flag)  # answers from memory only
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.EINVAL):
            return False  # not to be found out: believed, as posix_fadvise reported no error
        raise
    finally:
        os.close(number)
    return True
