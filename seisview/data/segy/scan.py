"""Arranging the traces of an irregular file by reading every trace header once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import LineNumbers
from seisview.data.segy.grid import INLINE_SORTED, IRREGULAR, TraceGrid
from seisview.data.segy.headers import CDP, OFFSET, trace_field
from seisview.data.segy.traces import IntArray, TraceFile
from seisview.progress import Progress

_COUNTERS = (1, 5, 9, 13, 17, CDP)


@dataclass(frozen=True, slots=True)
class HeaderTable:
    """A few numbers of every trace header.

    Attributes
    ----------
    columns : dict of int to ndarray of int32, shape (n_traces,)
        By byte position.
    """

    columns: dict[int, npt.NDArray[np.int32]]

    def pair(self, pair: tuple[int, int]) -> tuple[IntArray, IntArray]:
        """Inline and crossline numbers by a byte pair."""
        return self.columns[pair[0]].astype(np.int64), self.columns[pair[1]].astype(np.int64)


def scan_headers(
    traces: TraceFile, pairs: tuple[tuple[int, int], ...], progress: Progress | None = None
) -> HeaderTable:
    """Read the numbers at all bytes of `pairs`, the offset and the trace counters of every trace.

    Memory: 4 bytes per trace and column while reading; file blocks of a few megabytes.
    """
    wanted = sorted({byte for pair in pairs for byte in pair} | {OFFSET, *_COUNTERS})
    columns = {byte: np.empty(traces.layout.n_traces, np.int32) for byte in wanted}
    for first, headers in traces.all_headers(progress):
        for byte, column in columns.items():
            column[first : first + len(headers)] = trace_field(headers, byte, traces.layout.order)
    return HeaderTable(columns)


def fit_irregular(table: HeaderTable, pair: tuple[int, int], least_filled: float = 0.1) -> TraceGrid | None:
    """Grid by the numbers at a byte pair; gaps stay empty, of several offsets the first is taken.

    Parameters
    ----------
    table : HeaderTable
    pair : tuple of int
        Inline and crossline byte.
    least_filled : float
        Share of the grid that must hold traces for the numbers to be believed.

    Returns
    -------
    TraceGrid or None
        None when these numbers do not describe a survey.
    """
    inline_numbers, crossline_numbers = table.pair(pair)
    chosen, warnings = _one_trace_each(table, pair)
    if chosen is None:
        return None
    inlines = _ordered(inline_numbers[chosen], crossline_numbers[chosen])
    crosslines = _ordered(crossline_numbers[chosen], inline_numbers[chosen])
    if not _plausible((len(inlines), len(crosslines)), len(chosen), least_filled):
        return None
    rows, columns = (
        _index_in(inlines, inline_numbers[chosen]),
        _index_in(crosslines, crossline_numbers[chosen]),
    )
    grid = np.full((len(inlines), len(crosslines)), -1, np.int64)
    places, firsts = np.unique(rows * len(crosslines) + columns, return_index=True)
    grid.ravel()[places] = chosen[firsts]
    n_present = len(places)
    n_repeated = len(chosen) - n_present
    if n_repeated:
        warnings += (
            f"{n_repeated} traces repeat an inline and crossline that is there already (bytes {pair[0]} and "
            f"{pair[1]}); the first of each is shown.",
        )
    numbers = LineNumbers(tuple(inlines.tolist())), LineNumbers(tuple(crosslines.tolist()))
    in_order = grid.size == len(inline_numbers) and np.array_equal(grid.ravel(), np.arange(grid.size))
    table_needed = None if in_order else grid
    sorting = INLINE_SORTED if in_order else IRREGULAR
    return TraceGrid(*numbers, sorting, pair, n_present, table_needed, warnings)


def _one_trace_each(table: HeaderTable, pair: tuple[int, int]) -> tuple[IntArray | None, tuple[str, ...]]:
    """Traces to show: all of them, or of a pre-stack file one offset; None for numbers that are not set."""
    everything, warnings = _with_numbers(*table.pair(pair))
    positions = _keys(*table.pair(pair))[everything]
    n_traces, n_positions = len(positions), len(np.unique(positions))
    offsets = table.columns[OFFSET][everything]
    n_offsets = len(np.unique(offsets))
    if n_positions == 1 and n_traces > 1 and not _only_offset_varies(table):
        return None, ()
    if n_offsets < 2 or n_positions == n_traces:
        return (everything, warnings) if n_traces - n_positions <= 0.2 * n_traces else (None, ())
    if n_traces < 1.5 * n_positions:
        return everything, warnings
    text = f"Pre-stack data with {n_offsets} offsets (byte {OFFSET}: {offsets.min()} to {offsets.max()}); "
    first_offset = everything[offsets == offsets[0]]
    if len(np.unique(positions[offsets == offsets[0]])) >= 0.9 * n_positions:
        return first_offset, (*warnings, f"{text}only offset {offsets[0]}, the first in the file, is shown.")
    _, firsts = np.unique(positions, return_index=True)
    return everything[np.sort(firsts)], (*warnings, f"{text}only the first trace of each gather is shown.")


def _with_numbers(inlines: IntArray, crosslines: IntArray) -> tuple[IntArray, tuple[str, ...]]:
    """Leave padding traces out: both numbers 0 in a survey where no other trace has a 0."""
    padding = (inlines == 0) & (crosslines == 0)
    n_padding = int(np.count_nonzero(padding))
    either = (inlines == 0) | (crosslines == 0)
    if n_padding in (0, len(inlines)) or np.count_nonzero(either) > n_padding:
        return np.arange(len(inlines), dtype=np.int64), ()
    text = f"{n_padding} traces carry no line numbers (inline 0, crossline 0) and are left out."
    return np.flatnonzero(~padding).astype(np.int64), (text,)


def _only_offset_varies(table: HeaderTable) -> bool:
    """Whether nothing counts the traces but the offset, so equal line numbers are meant."""
    offsets = table.columns[OFFSET]
    return len(np.unique(offsets)) == len(offsets) and all(
        np.ptp(table.columns[byte]) == 0 for byte in _COUNTERS
    )


def _plausible(shape: tuple[int, int], n_traces: int, least_filled: float) -> bool:
    if min(shape) == 1:
        return True
    return n_traces >= least_filled * shape[0] * shape[1] and n_traces > max(shape)


def _ordered(numbers: IntArray, others: IntArray) -> IntArray:
    """Different numbers in the direction in which they mostly run along a line, else through the file."""
    unique = np.unique(numbers)
    steps = np.diff(numbers)
    along = steps[(np.diff(others) == 0) & (steps != 0)]
    trend = along if len(along) else steps[steps != 0]
    return unique[::-1] if len(trend) and np.median(np.sign(trend)) < 0 else unique


def _index_in(ordered: IntArray, numbers: IntArray) -> IntArray:
    if len(ordered) > 1 and ordered[0] > ordered[-1]:
        return (len(ordered) - 1 - np.searchsorted(ordered[::-1], numbers)).astype(np.int64)
    return np.searchsorted(ordered, numbers).astype(np.int64)


def _keys(inlines: IntArray, crosslines: IntArray) -> IntArray:
    """One number per position."""
    return (inlines << 32) ^ (crosslines & 0xFFFFFFFF)
