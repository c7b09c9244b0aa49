"""Reading the headers and samples of chosen traces, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from seisview.data.segy.headers import TRACE_HEADER_BYTES
from seisview.data.segy.layout import SegyLayout
from seisview.data.segy.reader import ByteArray, ByteReader
from seisview.data.segy.samples import decode_samples
from seisview.progress import Progress

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]

_BLOCK_BYTES = 8 << 20
_GROUP_BYTES = 64 << 20
_PAGE = 4096


class TraceFile:
    """The traces of one file by their number (0-based).

    Parameters
    ----------
    reader : ByteReader
    layout : SegyLayout
    """

    def __init__(self, reader: ByteReader, layout: SegyLayout) -> None:
        self.reader = reader
        self.layout = layout
        self._announced = False

    def headers(self, traces: IntArray) -> ByteArray:
        """Standard headers of `traces`: uint8, shape (n, 240)."""
        layout, reader = self.layout, self.reader
        offsets = [layout.offset_of(int(trace)) for trace in traces]
        for offset in offsets:
            reader.will_need(offset, TRACE_HEADER_BYTES)
        raw = b"".join([reader.read(offset, TRACE_HEADER_BYTES) for offset in offsets])
        return np.frombuffer(raw, np.uint8).reshape(len(offsets), TRACE_HEADER_BYTES)

    def all_headers(self, progress: Progress | None = None) -> Iterator[tuple[int, ByteArray]]:
        """Headers of all traces in blocks.

        Yields
        ------
        first : int
            Number of the first trace of the block.
        headers : ndarray of uint8, shape (n, 240)
        """
        n_traces, trace_bytes = self.layout.n_traces, self.layout.trace_bytes
        whole = trace_bytes <= 2 * _PAGE
        step = max(1, _BLOCK_BYTES // trace_bytes) if whole else 8192
        for first in range(0, n_traces, step):
            if progress is not None:
                progress.report("Reading trace headers", first, n_traces)
            count = min(step, n_traces - first)
            if whole:
                yield first, self._block(first, count)[:, :TRACE_HEADER_BYTES]
            else:
                yield first, self.headers(np.arange(first, first + count))

    def samples(self, traces: IntArray) -> FloatArray:
        """Decoded samples: float32, shape (n, n_samples); a negative trace number gives zeros."""
        layout = self.layout
        out = np.zeros((len(traces), layout.n_samples), np.float32)
        present = np.flatnonzero(traces >= 0)
        step = max(1, _GROUP_BYTES // max(layout.sample_bytes, 1))
        for start in range(0, len(present), step):
            rows = present[start : start + step]
            raw = self.raw_samples(traces[rows])
            out[rows] = decode_samples(raw, layout.sample_format, layout.order)
        return out

    def nonfinite_fraction(self, traces: IntArray) -> float:
        """Share of the samples of `traces` that are not finite; 0 unless they are IEEE floats."""
        sample_format = self.layout.sample_format
        if not sample_format.is_float or len(traces) == 0:
            return 0.0
        values = self.raw_samples(traces).view(self.layout.order + sample_format.dtype)
        return 1.0 - float(np.mean(np.isfinite(values)))

    def raw_samples(self, traces: IntArray) -> ByteArray:
        """Undecoded samples: uint8, shape (n, n_samples * width), writable."""
        layout = self.layout
        runs = self._runs(traces)
        if len(runs) == len(traces):
            # none follows another, as on a crossline: one loop without a detour per trace
            samples = self._offsets(traces) + layout.header_bytes
            content = self.reader.read_each(samples.tolist(), layout.sample_bytes)
            return np.frombuffer(content, np.uint8).reshape(len(traces), layout.sample_bytes)
        raw = np.empty((len(traces), layout.sample_bytes), np.uint8)
        for start, stop in runs:
            if stop - start > 1:
                raw[start:stop] = self._block(int(traces[start]), stop - start)[:, layout.header_bytes :]
            else:
                offset = layout.offset_of(int(traces[start])) + layout.header_bytes
                raw[start] = np.frombuffer(self.reader.read(offset, layout.sample_bytes), np.uint8)
        return raw

    def column(self, sample: int, progress: Progress | None = None) -> FloatArray:
        """Sample number `sample` of every trace: float32, shape (n_traces,)."""
        layout, reader = self.layout, self.reader
        width = layout.sample_format.width
        place = layout.header_bytes + sample * width
        raw = np.empty(layout.n_traces, f"V{width}")
        step = max(1, 4 * _BLOCK_BYTES // layout.trace_bytes)
        for first in range(0, layout.n_traces, step):
            if progress is not None:
                progress.check()
            count = min(step, layout.n_traces - first)
            if not self._announced:
                self._announce(first + step, step)
            block = reader.mapped(layout.offset_of(first), count * layout.trace_bytes)
            raw[first : first + count] = np.ndarray(
                (count,), raw.dtype, block.data, offset=place, strides=(layout.trace_bytes,)
            )
        # asking the system again for what it has costs as much as the slice itself
        self._announced = True
        values = raw.view(np.uint8).reshape(layout.n_traces, width)
        return decode_samples(values, layout.sample_format, layout.order).ravel()

    def _announce(self, first: int, count: int) -> None:
        count = min(count, self.layout.n_traces - first)
        if count > 0:
            self.reader.will_need(self.layout.offset_of(first), count * self.layout.trace_bytes)

    def _runs(self, traces: IntArray) -> list[tuple[int, int]]:
        """Ranges of `traces` that follow each other in the file, none longer than a block; all announced."""
        layout = self.layout
        if len(traces) == 0:
            return []
        longest = max(1, _BLOCK_BYTES // layout.trace_bytes)
        cuts = np.flatnonzero(np.diff(traces) != 1) + 1
        edges = np.concatenate([[0], cuts, [len(traces)]])
        lengths = np.diff(edges) * layout.trace_bytes
        self.reader.will_need_each(self._offsets(traces[edges[:-1]]).tolist(), lengths.tolist())
        return [
            (at, min(at + longest, stop))
            for start, stop in pairwise(edges.tolist())
            for at in range(start, stop, longest)
        ]

    def _offsets(self, traces: IntArray) -> IntArray:
        """Byte offset of the header of each of `traces`."""
        first, step = self.layout.first_trace, self.layout.trace_bytes
        return np.asarray(first + traces.astype(np.int64) * step)

    def _block(self, first: int, count: int) -> ByteArray:
        raw = self.reader.read(self.layout.offset_of(first), count * self.layout.trace_bytes)
        return np.frombuffer(raw, np.uint8).reshape(count, self.layout.trace_bytes)
