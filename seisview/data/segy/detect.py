"""Choosing the header bytes that describe a survey, and its grid by them."""

from __future__ import annotations

import numpy as np

from seisview.data.segy.grid import CANDIDATES, TraceGrid, sequence_grid
from seisview.data.segy.headers import CDP, TRACE_HEADER_BYTES
from seisview.data.segy.index import read_index, write_index
from seisview.data.segy.probe import HeaderProbe, fit_regular
from seisview.data.segy.scan import HeaderTable, fit_irregular, scan_headers
from seisview.data.volume import HeaderBytes
from seisview.errors import VolumeError
from seisview.progress import Progress

Pair = tuple[int, int]

_STANDARD: Pair = (189, 193)
_COORDINATES: Pair = (181, 185)
_MAX_LINE_BYTES = 1 << 30


def candidate_pairs(chosen: HeaderBytes, declared: Pair | None = None) -> tuple[Pair, ...]:
    """Byte pairs to try: those the user chose, else what the file declares, else the usual ones.

    Raises
    ------
    VolumeError
        If a chosen byte lies outside the trace header.
    """
    for byte in (chosen.inline, chosen.crossline, chosen.x, chosen.y):
        if byte is not None and not 1 <= byte <= TRACE_HEADER_BYTES - 3:
            raise VolumeError(
                f"Header byte {byte} lies outside the trace header.",
                f"Give a position from 1 to {TRACE_HEADER_BYTES - 3}.",
            )
    if chosen.inline is not None and chosen.inline == chosen.crossline:
        raise VolumeError(
            f"Inline and crossline are both read from byte {chosen.inline}.", "Give two different bytes."
        )
    pairs = CANDIDATES if declared is None else (declared, *CANDIDATES)
    inlines = [pair[0] for pair in pairs] if chosen.inline is None else [chosen.inline]
    crosslines = [pair[1] for pair in pairs] if chosen.crossline is None else [chosen.crossline]
    if chosen.inline is None and chosen.crossline is None:
        return tuple(dict.fromkeys(pairs))
    return tuple(dict.fromkeys((i, c) for i in inlines for c in crosslines if i != c))


def find_grid(
    probe: HeaderProbe, chosen: HeaderBytes, declared: Pair | None = None, progress: Progress | None = None
) -> TraceGrid:
    """Arrange the traces of a file as a survey.

    First each byte pair is tried as a complete, sorted survey, which needs one trace per line. If none fits,
    every trace header is read, and gaps, repeated traces and offsets are sorted out; what was found is
    kept in the cache folder, so that this takes time once. A file whose numbers make no survey opens as one
    2-D line.

    Parameters
    ----------
    probe : HeaderProbe
    chosen : HeaderBytes
        What the user asked for.
    declared : tuple of int, optional
        Bytes that the file itself declares.
    progress : Progress, optional

    Raises
    ------
    VolumeError
        If the bytes that the user chose make no survey, or the file is too long to be one 2-D line.
    """
    pairs = candidate_pairs(chosen, declared)
    regular: dict[Pair, TraceGrid] = {}
    for pair in pairs:
        grid = fit_regular(probe, pair)
        if grid is not None and min(len(grid.inlines), len(grid.crosslines)) > 1:
            return _explained(grid)
        if grid is not None:
            regular[pair] = grid
    for trusted in (declared, _STANDARD):
        if trusted in regular:
            return regular[trusted]
    if probe.file.layout.n_traces == 1:
        return sequence_grid(1, None, ("The file holds a single trace.",))
    known = read_index(probe.file, pairs)
    if known is not None:
        return known
    grid = _scanned(probe, chosen, pairs, progress)
    write_index(probe.file, pairs, grid)
    return grid


def _scanned(
    probe: HeaderProbe, chosen: HeaderBytes, pairs: tuple[Pair, ...], progress: Progress | None
) -> TraceGrid:
    """Grid by all trace headers."""
    table = scan_headers(probe.file, pairs, progress)
    irregular = [
        grid for pair in pairs if (grid := fit_irregular(table, pair, _least_filled(pair, pairs))) is not None
    ]
    best = _best(irregular, pairs)
    if best is not None:
        return _explained(best)
    if chosen.inline is not None or chosen.crossline is not None:
        raise _chosen_bytes_fail(table, pairs)
    return _as_one_line(probe, table, pairs)


def _least_filled(pair: Pair, pairs: tuple[Pair, ...]) -> float:
    """Share of the grid that must hold traces: other counters of traces and shots can look like lines."""
    return 0.1 if pair == _STANDARD or pair == pairs[0] else 0.3


def _best(grids: list[TraceGrid], pairs: tuple[Pair, ...]) -> TraceGrid | None:
    """The fullest 3-D grid, an earlier pair before a slightly fuller one; else a usable single line."""

    def rank(grid: TraceGrid) -> tuple[float, int]:
        filled = grid.n_traces / (len(grid.inlines) * len(grid.crosslines))
        return (-round(filled, 1), pairs.index(grid.pair))

    surveys = [grid for grid in grids if min(len(grid.inlines), len(grid.crosslines)) > 1]
    if surveys:
        return min(surveys, key=rank)
    lines = [grid for grid in grids if _is_line(grid, only=len(pairs) == 1)]
    return lines[0] if lines else None


def _is_line(grid: TraceGrid, only: bool) -> bool:
    """Whether a grid of one line is to be believed; counters at other bytes count traces, not inlines."""
    return only or grid.pair == _STANDARD or (len(grid.inlines) == 1 and len(grid.crosslines) > 1)


def _explained(grid: TraceGrid) -> TraceGrid:
    if grid.pair != _COORDINATES:
        return grid
    text = (
        "No line numbers were found; the map coordinates at bytes 181 and 185 lie on a grid and are used "
        "as inline and crossline numbers.",
    )
    return TraceGrid(
        grid.inlines,
        grid.crosslines,
        grid.sorting,
        grid.pair,
        grid.n_traces,
        grid.table,
        grid.warnings + text,
    )


def _as_one_line(probe: HeaderProbe, table: HeaderTable, pairs: tuple[Pair, ...]) -> TraceGrid:
    layout = probe.file.layout
    tried = ", ".join(f"{inline}/{crossline}" for inline, crossline in pairs)
    if layout.n_traces * layout.n_samples * 4 > _MAX_LINE_BYTES:
        raise VolumeError(
            f"No inline and crossline numbers were found at bytes {tried} ({_found(table, pairs[0])}), and "
            f"{layout.n_traces} traces are too many for one 2-D line.",
            "Look up the bytes in the textual header and give them in the open dialog or with --inline-byte "
            "and --crossline-byte.",
        )
    cdps = table.columns[CDP].astype(np.int64) if layout.headers_agree else None
    warning = (
        f"No usable inline and crossline numbers at bytes {tried} ({_found(table, pairs[0])}): opened as one "
        f"2-D line of {layout.n_traces} traces in file order. If this is a 3-D survey, give its header bytes."
    )
    return sequence_grid(layout.n_traces, cdps, (warning,))


def _found(table: HeaderTable, pair: Pair) -> str:
    parts = []
    for byte in pair:
        numbers = table.columns[byte]
        low, high = int(numbers.min()), int(numbers.max())
        parts.append(f"byte {byte} holds " + (f"{low} in every trace" if low == high else f"{low} to {high}"))
    return ", ".join(parts)


def _chosen_bytes_fail(table: HeaderTable, pairs: tuple[Pair, ...]) -> VolumeError:
    inline_numbers, crossline_numbers = table.pair(pairs[0])
    n_positions = len(np.unique(np.stack([inline_numbers, crossline_numbers]), axis=1).T)
    return VolumeError(
        f"Bytes {pairs[0][0]} (inline) and {pairs[0][1]} (crossline) do not describe a survey: "
        f"{_found(table, pairs[0])}, {len(np.unique(inline_numbers))} inlines and "
        f"{len(np.unique(crossline_numbers))} crosslines for {len(inline_numbers)} traces at "
        f"{n_positions} different places.",
        "Try other bytes, or leave them empty to have them detected.",
    )
