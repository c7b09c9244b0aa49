"""What a SEG-Y file looks like, for choosing header bytes before it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seisview.data.geometry import Domain
from seisview.data.segy.axis import sample_axis
from seisview.data.segy.detect import candidate_pairs
from seisview.data.segy.grid import CANDIDATES, TraceGrid
from seisview.data.segy.headers import trace_field
from seisview.data.segy.preamble import read_preamble
from seisview.data.segy.probe import HeaderProbe, fit_regular
from seisview.data.segy.reader import ByteReader
from seisview.data.segy.scan import HeaderTable, fit_irregular, scan_headers
from seisview.data.segy.text import recognise_domain
from seisview.data.segy.traces import TraceFile
from seisview.data.volume import HeaderBytes

_SCAN_UP_TO = 20_000
_SAMPLE_TRACES = 1500


@dataclass(frozen=True, slots=True)
class ByteCandidate:
    """What the numbers at one pair of header bytes would make of a file.

    Attributes
    ----------
    inline_byte, crossline_byte : int
    n_inlines, n_crosslines : int
        Different numbers; a lower bound where `is_estimate`.
    inline_range, crossline_range : tuple of int
        Smallest and largest number.
    plausibility : float
        0 (cannot be) to 1 (complete, sorted 3-D survey).
    is_estimate : bool
        Whether only some traces were looked at.
    note : str
        Why, in words.
    """

    inline_byte: int
    crossline_byte: int
    n_inlines: int
    n_crosslines: int
    inline_range: tuple[int, int]
    crossline_range: tuple[int, int]
    plausibility: float
    is_estimate: bool
    note: str


@dataclass(frozen=True, slots=True)
class SegyDescription:
    """What was detected in a SEG-Y file.

    Attributes
    ----------
    path : Path
    n_bytes : int
        Size of the file.
    byte_order, sample_format, text_encoding, text_header : str
        As in :class:`seisview.data.volume.SourceInfo`.
    n_samples, n_traces : int
    sample_start, sample_interval : float
        In ``domain.unit``.
    domain : Domain
    candidates : tuple of ByteCandidate
        Chosen bytes first, then the others, the most plausible first.
    suggestion : HeaderBytes
        The most plausible bytes; empty when the file is best opened as one 2-D line.
    warnings : tuple of str
    """

    path: Path
    n_bytes: int
    byte_order: str
    sample_format: str
    text_encoding: str
    text_header: str
    n_samples: int
    n_traces: int
    sample_start: float
    sample_interval: float
    domain: Domain
    candidates: tuple[ByteCandidate, ...]
    suggestion: HeaderBytes
    warnings: tuple[str, ...]


def describe_segy(path: str | Path, header_bytes: HeaderBytes = HeaderBytes()) -> SegyDescription:
    """Look at the headers of a SEG-Y file, quickly: one trace per line at most, never all samples.

    Parameters
    ----------
    path : str or Path
    header_bytes : HeaderBytes
        Bytes to describe first; the usual ones follow.

    Raises
    ------
    VolumeError
        If it is no SEG-Y file, or a byte lies outside the trace header.
    """
    reader = ByteReader(Path(path))
    try:
        start = read_preamble(reader)
        layout = start.layout
        probe = HeaderProbe(TraceFile(reader, layout))
        axis = sample_axis(probe, recognise_domain(start.text))
        chosen = candidate_pairs(header_bytes, start.declared_bytes)
        candidates = _candidates(probe, chosen, header_bytes)
    finally:
        reader.close()
    best = max(candidates, key=lambda candidate: candidate.plausibility)
    suggestion = HeaderBytes()
    if best.plausibility >= 0.3:
        suggestion = HeaderBytes(best.inline_byte, best.crossline_byte, header_bytes.x, header_bytes.y)
    return SegyDescription(
        path=Path(path),
        n_bytes=reader.size,
        byte_order=layout.byte_order,
        sample_format=layout.sample_format.name,
        text_encoding=start.encoding,
        text_header=start.text,
        n_samples=layout.n_samples,
        n_traces=layout.n_traces,
        sample_start=axis.start,
        sample_interval=axis.interval,
        domain=axis.domain,
        candidates=candidates,
        suggestion=suggestion,
        warnings=start.warnings + axis.warnings,
    )


def _candidates(
    probe: HeaderProbe, chosen: tuple[tuple[int, int], ...], header_bytes: HeaderBytes
) -> tuple[ByteCandidate, ...]:
    n_first = 0 if header_bytes.inline is None and header_bytes.crossline is None else len(chosen)
    pairs = tuple(dict.fromkeys((*chosen, *CANDIDATES)))
    regular = {pair: fit_regular(probe, pair) for pair in pairs}
    table, is_estimate = _numbers(probe, pairs)
    found = [_candidate(pair, regular[pair], table, is_estimate) for pair in pairs]
    rest = sorted(found[n_first:], key=lambda candidate: -candidate.plausibility)
    return (*found[:n_first], *rest)


def _numbers(probe: HeaderProbe, pairs: tuple[tuple[int, int], ...]) -> tuple[HeaderTable, bool]:
    """Line numbers of all traces of a small file, else of the first ones and of some spread over the file."""
    n_traces = probe.file.layout.n_traces
    if n_traces <= _SCAN_UP_TO:
        return scan_headers(probe.file, pairs), False
    spread = np.linspace(0, n_traces - 1, _SAMPLE_TRACES).astype(np.int64)
    traces = np.unique(np.concatenate([np.arange(min(_SAMPLE_TRACES, n_traces)), spread]))
    headers, order = probe.headers(traces), probe.file.layout.order
    bytes_ = {byte for pair in pairs for byte in pair}
    return HeaderTable({byte: trace_field(headers, byte, order).astype(np.int32) for byte in bytes_}), True


def _candidate(
    pair: tuple[int, int], regular: TraceGrid | None, table: HeaderTable, is_estimate: bool
) -> ByteCandidate:
    inlines, crosslines = table.pair(pair)
    grid = regular if regular is not None or is_estimate else fit_irregular(table, pair)
    if grid is not None:
        counts = len(grid.inlines), len(grid.crosslines)
        plausibility, note = _judge_grid(grid, regular is not None)
    else:
        counts = len(np.unique(inlines)), len(np.unique(crosslines))
        plausibility, note = _judge_numbers(inlines, crosslines)
    return ByteCandidate(
        *pair,
        *counts,
        (int(inlines.min()), int(inlines.max())),
        (int(crosslines.min()), int(crosslines.max())),
        plausibility,
        is_estimate and regular is None,
        note,
    )


def _judge_grid(grid: TraceGrid, is_regular: bool) -> tuple[float, str]:
    coordinates = 0.2 if grid.pair == CANDIDATES[-1] else 0.0
    if len(grid.crosslines) == 1 and grid.pair != CANDIDATES[0]:
        return 0.1, "the first number counts traces, the second does not change"
    if min(len(grid.inlines), len(grid.crosslines)) == 1:
        return 0.4 - coordinates, "one 2-D line"
    if is_regular:
        return 1.0 - coordinates, "complete and sorted"
    filled = grid.n_traces / (len(grid.inlines) * len(grid.crosslines))
    note = "; ".join((f"{grid.n_missing} places without a trace", *grid.warnings))
    return 0.5 + 0.4 * filled - coordinates, note


def _judge_numbers(
    inlines: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    crosslines: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> tuple[float, str]:
    n_inlines, n_crosslines = len(np.unique(inlines)), len(np.unique(crosslines))
    if n_inlines == 1 and n_crosslines == 1:
        return 0.0, f"every trace holds {inlines[0]} and {crosslines[0]}"
    if n_inlines == 1 or n_crosslines == 1:
        return 0.1, "only one of the two numbers changes"
    if max(n_inlines, n_crosslines) >= 0.9 * len(inlines):
        return 0.05, "the numbers count traces, not lines"
    return 0.5, "irregular: all trace headers must be read to be sure"
