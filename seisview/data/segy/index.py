"""The index of an irregular SEG-Y file, kept in the user's cache folder so that its headers are read once.

A file is ``SVINDEX`` with a version, a checksum, JSON and the arrays. One that is damaged, of another version
or of other data is not believed: the headers are read again and the file is replaced.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing
from seisview.data.cached_files import CachedFile, cache_subfolder, make_room, mark_used
from seisview.data.geometry import LineNumbers
from seisview.data.segy.grid import CROSSLINE_SORTED, INLINE_SORTED, IRREGULAR, TraceGrid
from seisview.data.segy.headers import FILE_HEADER_BYTES, trace_field
from seisview.data.segy.traces import IntArray, TraceFile
from seisview.errors import ExportError, SeisviewError

Pairs = tuple[tuple[int, int], ...]

VERSION = 1
LEAST_TRACES = 5000
"""The headers of smaller files are read in a blink."""

MAX_BYTES = 2 << 30
"""How much all indexes together may take; those used least recently go."""

_MAGIC = b"SVINDEX\n"
_HEAD = struct.Struct("<8sI32sI")
_SAMPLED = 16
_COMPARED = 256
_DAMAGES = (ValueError, LookupError, TypeError, struct.error, OverflowError, RecursionError, SeisviewError)


def index_folder() -> Path:
    """Folder of the indexes in the user's cache folder; made when it is missing."""
    return cache_subfolder("indexes")


def index_path(traces: TraceFile, pairs: Pairs) -> Path:
    """Where the index of a file is kept, by its size, its layout and the raw bytes of a few traces."""
    layout, reader = traces.layout, traces.reader
    facts = reader.size, layout.first_trace, layout.trace_bytes, layout.header_bytes, layout.n_traces, pairs
    digest = hashlib.sha256(repr(facts).encode())
    digest.update(reader.read(0, FILE_HEADER_BYTES))
    for trace in np.unique(np.linspace(0, layout.n_traces - 1, _SAMPLED).astype(np.int64)).tolist():
        digest.update(reader.read(layout.offset_of(trace), layout.trace_bytes))
    return index_folder() / f"{digest.hexdigest()[:24]}.index"


def read_index(traces: TraceFile, pairs: Pairs) -> TraceGrid | None:
    """Grid of a file as it was found before; None when it was not, or when that cannot be believed any more.

    A file whose time differs, as that of a copy does, is compared with the index at some traces.
    """
    if traces.layout.n_traces < LEAST_TRACES:
        return None
    try:
        path = index_path(traces, pairs)
        content = path.read_bytes()
        stamp, grid = _decoded(content, traces.layout.n_traces)
    except OSError:
        return None
    except _DAMAGES:
        return None  # made again, and then replaced
    if stamp != traces.reader.stamp and not _fits(traces, grid):
        return None
    mark_used(path)
    return grid


def write_index(traces: TraceFile, pairs: Pairs, grid: TraceGrid) -> None:
    """Keep the grid of a file; nothing is kept where it cannot be written, and nothing half."""
    if traces.layout.n_traces < LEAST_TRACES:
        return
    try:
        path = index_path(traces, pairs)
        with replacing(path) as temporary:
            temporary.write_bytes(_encoded(grid, traces.reader.stamp))
        clean_indexes(MAX_BYTES, keep=path)
    except (OSError, ExportError):
        return  # the next opening reads the headers again


def stored_indexes() -> list[CachedFile]:
    """Indexes in the folder, the one used least recently first."""
    found = []
    for path in index_folder().glob("[!.]*.index"):
        with suppress(OSError):
            status = path.stat()
            found.append(CachedFile(path, status.st_size, status.st_mtime))
    return sorted(found, key=lambda stored: stored.last_used)


def clean_indexes(max_bytes: int = 0, keep: Path | None = None) -> list[Path]:
    """Delete the indexes used least recently until the others fit; returns what was deleted."""
    sizes = {item.path: item.n_bytes for item in stored_indexes()}
    return make_room(sizes, max_bytes, frozenset(() if keep is None else (keep,)), Path.unlink)


def _encoded(grid: TraceGrid, stamp: tuple[int, int]) -> bytes:
    arrays = [np.asarray(lines.numbers, "<i8") for lines in (grid.inlines, grid.crosslines)]
    if grid.table is not None:
        arrays.append(grid.table.astype("<i4" if grid.table.max() < 2**31 else "<i8"))
    facts = {
        "stamp": list(stamp),
        "sorting": grid.sorting,
        "pair": list(grid.pair),
        "n_traces": grid.n_traces,
        "warnings": list(grid.warnings),
        "arrays": [[array.dtype.str, list(array.shape)] for array in arrays],
    }
    text = json.dumps(facts).encode()
    body = b"".join([text, *(np.ascontiguousarray(array).tobytes() for array in arrays)])
    return _HEAD.pack(_MAGIC, VERSION, _digest(body), len(text)) + body


def _decoded(content: bytes, n_traces: int) -> tuple[tuple[int, int], TraceGrid]:
    magic, version, digest, length = _HEAD.unpack_from(content)
    body = memoryview(content)[_HEAD.size :]
    if magic != _MAGIC or version != VERSION or _digest(body) != digest:
        raise ValueError("not an index of this version, or damaged")
    facts = json.loads(bytes(body[:length]))
    inlines, crosslines, *tables = _arrays(body[length:], facts["arrays"])
    lines = [LineNumbers(tuple(numbers.tolist())) for numbers in (inlines, crosslines)]
    table = tables[0].astype(np.int64) if tables else None
    if table is not None:
        if table.shape != (len(lines[0]), len(lines[1])) or table.min() < -1 or table.max() >= n_traces:
            raise ValueError("positions outside the file")
    elif len(lines[0]) * len(lines[1]) != n_traces:
        raise ValueError("another number of traces")
    if facts["sorting"] not in (INLINE_SORTED, CROSSLINE_SORTED, IRREGULAR):
        raise ValueError("unknown sorting")
    pair, warnings = (int(facts["pair"][0]), int(facts["pair"][1])), tuple(map(str, facts["warnings"]))
    grid = TraceGrid(lines[0], lines[1], facts["sorting"], pair, int(facts["n_traces"]), table, warnings)
    return (int(facts["stamp"][0]), int(facts["stamp"][1])), grid


def _arrays(content: memoryview, described: list[Any]) -> list[npt.NDArray[Any]]:
    arrays, start = [], 0
    for kind, shape in described:
        if kind not in ("<i4", "<i8"):
            raise ValueError("unknown numbers")
        if not all(isinstance(size, int) and size >= 0 for size in shape):
            raise ValueError("impossible dimensions")
        count = math.prod(shape)
        arrays.append(np.frombuffer(content, kind, count, start).reshape(shape))
        start += arrays[-1].nbytes
    if start != len(content):
        raise ValueError("too long")
    return arrays


def _fits(traces: TraceFile, grid: TraceGrid) -> bool:
    """Whether some traces carry the line numbers of their places."""
    if 0 in grid.pair:
        return False  # numbered by us: nothing to compare with
    rng = np.random.default_rng(0)
    rows = rng.integers(0, len(grid.inlines), _COMPARED)
    columns = rng.integers(0, len(grid.crosslines), _COMPARED)
    numbers: IntArray = grid.traces(rows, columns)
    there = numbers >= 0
    headers = traces.headers(numbers[there])
    for byte, lines, places in zip(grid.pair, (grid.inlines, grid.crosslines), (rows, columns), strict=True):
        expected = np.asarray(lines.numbers)[places[there]]
        if not np.array_equal(trace_field(headers, byte, traces.layout.order), expected):
            return False
    return bool(there.any())


def _digest(body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=32).digest()
