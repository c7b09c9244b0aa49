"""Filling the fast copy of a survey from any volume, in one pass over the source and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from seisview.data.bricks.codes import GAP, CodeArray, encode
from seisview.data.bricks.file import BrickFile
from seisview.data.bricks.layout import EDGE, BrickLayout
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import FloatArray, Volume

IntArray = npt.NDArray[np.intp]


@runtime_checkable
class KnowsGaps(Protocol):
    """A volume that can tell missing traces from traces of zeros."""

    def present(self, inline_indices: IntArray, crossline_indices: IntArray) -> npt.NDArray[np.bool_]:
        """Whether there is a trace at each position."""


def plan_layout(volume: Volume, clip: float) -> BrickLayout:
    """Layout of the fast copy of a survey.

    Parameters
    ----------
    volume : Volume
        Opened anew for this, or known not to have changed since.
    clip : float
        Absolute amplitude at the ends of the code range, e.g. ``statistics.clip_limit(99.9)``.
    """
    major = Axis.CROSSLINE if volume.info.sorting == Axis.CROSSLINE.value else Axis.INLINE
    return BrickLayout(
        volume.geometry.shape,
        volume.fingerprint,
        clip,
        major.value,
        str(volume.info.path),
        source_stamp(volume),
    )


def source_stamp(volume: Volume) -> tuple[int, int]:
    """Size and modification time (ns) of the source; zeros where it cannot be asked."""
    try:
        status = volume.info.path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def coarse_codes(volume: Volume, layout: BrickLayout) -> Iterator[tuple[slice, CodeArray]]:
    """Read the coarse level a few lines at a time.

    Yields
    ------
    lines : slice
        Along the major axis of the coarse level.
    codes : ndarray of uint8, shape (n_samples, n_lines, n_minor)
    """
    step = layout.coarse_step
    n_samples, n_major, n_minor = layout.coarse_grid
    together = max(1, EDGE // step)
    for first in range(0, n_major, together):
        lines = slice(first, min(first + together, n_major))
        major = np.repeat(np.arange(lines.start, lines.stop) * step, n_minor)
        minor = np.tile(np.arange(n_minor) * step, lines.stop - lines.start)
        codes = trace_codes(volume, layout, major, minor)
        yield lines, codes.T.reshape(n_samples, -1, n_minor)


def build_coarse(volume: Volume, file: BrickFile) -> Iterator[float]:
    """Make and store the coarse level, yielding the share that is done."""
    layout = file.layout
    codes = np.empty(layout.coarse_grid, np.uint8)
    for lines, part in coarse_codes(volume, layout):
        codes[:, lines] = part
        yield lines.stop / layout.coarse_grid[1]
    file.write_coarse(codes)


def build_slab(volume: Volume, file: BrickFile, slab: int) -> Iterator[float]:
    """Make and store one slab, yielding the share that is done; nothing counts before the end."""
    layout = file.layout
    row, columns = layout.slab_place(slab)
    n_samples = layout.bricks[2] * EDGE
    codes = np.zeros((EDGE, len(columns) * EDGE, n_samples), np.uint8)
    parts = list(_parts(volume, layout, row, columns))
    for done, (major, minor) in enumerate(parts):
        lines, traces = major.start - row * EDGE, minor.start - columns.start * EDGE
        target = codes[lines : lines + len(major), traces : traces + len(minor), : layout.grid[2]]
        _read_codes(volume, layout, (major, minor), target)
        yield 0.9 * (done + 1) / len(parts)
    for place, column in enumerate(columns):
        file.write_column(row, column, _as_bricks(codes[:, place * EDGE : (place + 1) * EDGE]))
    file.mark(slab)
    yield 1.0


def trace_codes(volume: Volume, layout: BrickLayout, major: IntArray, minor: IntArray) -> CodeArray:
    """Codes of single traces of the source at (major, minor) indices: uint8, shape (n, n_samples)."""
    positions = as_inline_crossline(layout, major, minor)
    traces: FloatArray = volume.read_traces(*positions)
    codes = np.empty(traces.shape, np.uint8)
    encode(traces, layout.clip, codes)
    if volume.info.n_missing_traces and isinstance(volume, KnowsGaps):
        codes[~volume.present(*positions)] = GAP
    return codes


def as_inline_crossline(layout: BrickLayout, major: IntArray, minor: IntArray) -> tuple[IntArray, IntArray]:
    """Turn indices along (major, minor) into (inline, crossline) indices; also the way back."""
    return (major, minor) if layout.major == Axis.INLINE else (minor, major)


def _parts(volume: Volume, layout: BrickLayout, row: int, columns: range) -> Iterator[tuple[range, range]]:
    """(major, minor) index ranges to read at once: lines, or blocks where the source has chunks."""
    n_major, n_minor, _ = layout.grid
    lines = range(row * EDGE, min((row + 1) * EDGE, n_major))
    traces = range(columns.start * EDGE, min(columns.stop * EDGE, n_minor))
    if volume.info.format == "zarr":
        for first in range(traces.start, traces.stop, EDGE):
            yield lines, range(first, min(first + EDGE, traces.stop))
    else:
        for line in lines:
            yield range(line, line + 1), traces


def _read_codes(volume: Volume, layout: BrickLayout, part: tuple[range, range], out: CodeArray) -> None:
    major, minor = part
    if volume.info.format == "npy" and len(minor) == layout.grid[1]:
        # a mapped array gives a section at once, but single traces one by one
        section = volume.read_section(SectionKey(Axis(layout.major), major.start))
        encode(section.T, layout.clip, out[0])
        return
    rows = np.repeat(np.asarray(major, np.intp), len(minor))
    columns = np.tile(np.asarray(minor, np.intp), len(major))
    out[...] = trace_codes(volume, layout, rows, columns).reshape(out.shape)


def _as_bricks(codes: CodeArray) -> CodeArray:
    """(64 major, 64 minor, samples) as (n, 64 samples, 64 major, 64 minor); flat is fastest."""
    n = codes.shape[2] // EDGE
    bricks = np.empty((n, EDGE, EDGE * EDGE), np.uint8)
    for place in range(n):
        part = np.ascontiguousarray(codes[:, :, place * EDGE : (place + 1) * EDGE])
        bricks[place] = part.reshape(EDGE * EDGE, EDGE).T
    return bricks.reshape(n, EDGE, EDGE, EDGE)
