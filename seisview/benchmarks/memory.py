"""Memory of this process, as the system tells it."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from pathlib import Path


def peak_mb() -> float:
    """The most memory this process ever held, in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def anonymous_mb(give_back: bool = True) -> float:
    """Memory in use by this process without pages of mapped files; the peak of everything where unknown.

    Parameters
    ----------
    give_back : bool
        Give what was freed back to the system first: the allocator keeps pages of ended threads for a
        while. Takes too long to be done within a clock.
    """
    if give_back:
        gc.collect()
        with contextlib.suppress(OSError, AttributeError):  # with another C library kept pages count
            ctypes.CDLL("libc.so.6").malloc_trim(0)
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("RssAnon:"):
                return float(line.split()[1]) / 1024
    except OSError:
        pass
    return peak_mb()
