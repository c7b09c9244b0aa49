"""Rows that were followed before: between two strokes sections and dips stay the same."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.learn.carrying.dip_field import DipField
from seisview.learn.carrying.following import rows_on_source

_MAX_BYTES = 64 << 20


class RememberedRows:
    """As :func:`seisview.learn.carrying.following.rows_on_source`, with an answer kept; for one dip field.

    Safe from several threads.

    Parameters
    ----------
    max_bytes : int
        What was not asked for longest is forgotten beyond this.
    """

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        self._max_bytes, self._n_bytes = max_bytes, 0
        self._kept: OrderedDict[tuple[SectionKey, SectionKey], npt.NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, field: DipField, source: SectionKey, target: SectionKey) -> npt.NDArray[np.float32]:
        """Rows of `source`, in the shape of the target."""
        wanted = source, target
        with self._lock:
            if wanted in self._kept:
                self._kept.move_to_end(wanted)
                return self._kept[wanted]
        rows = rows_on_source(field, source, target)
        with self._lock:
            if wanted not in self._kept:
                self._kept[wanted] = rows
                self._n_bytes += rows.nbytes
            while self._n_bytes > self._max_bytes:
                self._n_bytes -= self._kept.popitem(last=False)[1].nbytes
        return rows
