"""Recognising a regular survey from one trace header per line, without reading the others."""

from __future__ import annotations

import numpy as np

from seisview.data.geometry import LineNumbers
from seisview.data.segy.grid import CROSSLINE_SORTED, INLINE_SORTED, TraceGrid
from seisview.data.segy.headers import trace_field
from seisview.data.segy.traces import IntArray, TraceFile

_INNER_CHECKS = 64
_MAX_FIRST_LINE = 200_000


class HeaderProbe:
    """Line numbers of chosen traces; every header is read once, however many byte pairs are tried.

    Parameters
    ----------
    traces : TraceFile
    """

    def __init__(self, traces: TraceFile) -> None:
        self.file = traces
        self._known: dict[int, bytes] = {}

    def headers(self, traces: IntArray) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """Headers of `traces`: uint8, shape (n, 240)."""
        wanted = traces.tolist()
        missing = np.array(sorted({trace for trace in wanted if trace not in self._known}), np.int64)
        if len(missing):
            for trace, header in zip(missing.tolist(), self.file.headers(missing), strict=True):
                self._known[trace] = header.tobytes()
        raw = b"".join(self._known[trace] for trace in wanted)
        return np.frombuffer(raw, np.uint8).reshape(len(wanted), -1)

    def field(self, byte: int, traces: IntArray, code: str = "i4") -> IntArray:
        """One header number of each of `traces`."""
        return trace_field(self.headers(traces), byte, self.file.layout.order, code)

    def number(self, byte: int, trace: int, code: str = "i4") -> int:
        """One header number of one trace."""
        return int(self.field(byte, np.array([trace]), code)[0])


def fit_regular(probe: HeaderProbe, pair: tuple[int, int]) -> TraceGrid | None:
    """Grid of a file whose lines are all complete and sorted, by the numbers at a byte pair.

    Looks at the first line, at the first and last trace of every line and at some traces between.

    Returns
    -------
    TraceGrid or None
        None when the file is not regular by these bytes: wrong bytes, gaps, several offsets.
    """
    n_traces = probe.file.layout.n_traces
    if n_traces < 2:
        return None
    head = np.arange(2)
    changes = [np.ptp(probe.field(byte, head)) != 0 for byte in pair]
    if changes[0] == changes[1]:
        return None
    slow, fast = pair if changes[1] else pair[::-1]
    length = _first_line_length(probe, slow, n_traces)
    if n_traces % length or length > _MAX_FIRST_LINE:
        return None
    fast_numbers = probe.field(fast, np.arange(length))
    starts = np.arange(0, n_traces, length, dtype=np.int64)
    slow_numbers = probe.field(slow, starts)
    if not (_monotone(fast_numbers) and _monotone(slow_numbers)):
        return None
    if not _lines_confirmed(probe, (slow, fast), slow_numbers, fast_numbers):
        return None
    lines = LineNumbers(tuple(slow_numbers.tolist())), LineNumbers(tuple(fast_numbers.tolist()))
    inline_sorted = slow == pair[0]
    inlines, crosslines = lines if inline_sorted else lines[::-1]
    return TraceGrid(
        inlines, crosslines, INLINE_SORTED if inline_sorted else CROSSLINE_SORTED, pair, n_traces
    )


def _first_line_length(probe: HeaderProbe, slow: int, n_traces: int) -> int:
    """Traces until the slow number changes for the first time: doubling steps, then bisection."""
    first = probe.number(slow, 0)
    low, high = 1, 2
    while high < n_traces and probe.number(slow, high) == first:
        low, high = high, high * 2
    high = min(high, n_traces)
    while high - low > 1:
        middle = (low + high) // 2
        if probe.number(slow, middle) == first:
            low = middle
        else:
            high = middle
    return high


def _lines_confirmed(
    probe: HeaderProbe, bytes_: tuple[int, int], slow_numbers: IntArray, fast_numbers: IntArray
) -> bool:
    """Whether line starts, line ends and traces between carry the numbers a regular grid would give."""
    slow, fast = bytes_
    length, n_lines = len(fast_numbers), len(slow_numbers)
    lines = np.arange(n_lines)
    inner = np.random.default_rng(0).integers(0, n_lines * length, _INNER_CHECKS)
    traces = np.unique(np.concatenate([lines * length, lines * length + length - 1, inner]))
    expected_slow, expected_fast = slow_numbers[traces // length], fast_numbers[traces % length]
    return bool(
        np.array_equal(probe.field(slow, traces), expected_slow)
        and np.array_equal(probe.field(fast, traces), expected_fast)
    )


def _monotone(numbers: IntArray) -> bool:
    steps = np.diff(numbers)
    return len(numbers) == 1 or bool((steps > 0).all() or (steps < 0).all())
