"""SEG-Y surveys: opened by looking at one trace per line, read by position, never converted or changed."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.data.checks import check_positions, grid_signature
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.segy.axis import map_transform, sample_axis, xy_unit
from seisview.data.segy.detect import find_grid
from seisview.data.segy.grid import TraceGrid
from seisview.data.segy.headers import FILE_HEADER_BYTES
from seisview.data.segy.layout import SegyLayout
from seisview.data.segy.preamble import read_preamble
from seisview.data.segy.probe import HeaderProbe
from seisview.data.segy.reader import ByteReader
from seisview.data.segy.text import recognise_domain
from seisview.data.segy.traces import TraceFile
from seisview.data.volume import FloatArray, HeaderBytes, SourceInfo, volume_text
from seisview.errors import VolumeError
from seisview.progress import Progress

_FINGERPRINT_TRACES = 16


class SegyVolume:
    """An open SEG-Y survey; see :class:`seisview.data.volume.Volume`.

    Parameters
    ----------
    traces : TraceFile
    grid : TraceGrid
    geometry : SurveyGeometry
    info : SourceInfo
    """

    def __init__(
        self, traces: TraceFile, grid: TraceGrid, geometry: SurveyGeometry, info: SourceInfo
    ) -> None:
        self._traces = traces
        self._grid = grid
        self._geometry = geometry
        self._info = info
        self._stamp = traces.reader.stamp

    def __repr__(self) -> str:
        return volume_text(self)

    @property
    def geometry(self) -> SurveyGeometry:
        """The grid."""
        return self._geometry

    @property
    def info(self) -> SourceInfo:
        """How the survey is stored."""
        return self._info

    @property
    def layout(self) -> SegyLayout:
        """Where the traces lie in the file, for writing a copy with other samples."""
        return self._traces.layout

    @property
    def reader(self) -> ByteReader:
        """The bytes of the file that was opened, whatever lies at its path now; not to be closed."""
        return self._traces.reader

    @cached_property
    def fingerprint(self) -> str:
        """Short hash of size, geometry and the raw bytes of a few traces."""
        return self._hash()

    def check_unchanged(self) -> None:
        """Raise :class:`VolumeError` when another program wrote other numbers into the file since.

        A file whose time alone changed is looked at once and is fine when its fingerprint is the same.
        """
        stamp = self._traces.reader.stamp
        if stamp == self._stamp:
            return
        if stamp[0] < self._stamp[0]:
            raise self._traces.reader.shortened()
        known = self.__dict__.get("fingerprint")
        if known is None or known != self._hash():
            raise VolumeError(
                f"{self._info.path.name} was changed by another program while it was open.",
                "Open it again. If that is not wanted, bring the file back first.",
            )
        self._stamp = stamp

    def _hash(self) -> str:
        layout, reader = self._traces.layout, self._traces.reader
        digest = hashlib.sha256(f"{reader.size} {grid_signature(self._geometry)}".encode())
        digest.update(reader.read(0, FILE_HEADER_BYTES))
        for trace in np.unique(np.linspace(0, layout.n_traces - 1, _FINGERPRINT_TRACES).astype(np.int64)):
            digest.update(reader.read(layout.offset_of(int(trace)), layout.trace_bytes))
        return digest.hexdigest()[:16]

    def read_section(self, key: SectionKey) -> FloatArray:
        """Read a section at full precision: float32 (n_samples, n_traces), slices (n_crosslines, n_inlines).

        See :meth:`seisview.data.volume.Volume.read_section`.
        """
        self._geometry.check(key)
        self.check_unchanged()
        if key.axis is Axis.SAMPLE:
            return np.ascontiguousarray(self._grid.scatter(self._traces.column(key.index)).T)
        traces = self.trace_numbers(key)
        return np.ascontiguousarray(self._traces.samples(traces).T)

    def read_traces(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> FloatArray:
        """Read single traces; see :meth:`seisview.data.volume.Volume.read_traces`."""
        inline_indices, crossline_indices = np.asarray(inline_indices), np.asarray(crossline_indices)
        check_positions(self._geometry, inline_indices, crossline_indices)
        self.check_unchanged()
        return self._traces.samples(self._grid.traces(inline_indices, crossline_indices))

    def present(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.bool_]:
        """Whether the file holds a trace at each position."""
        return np.asarray(self._grid.traces(inline_indices, crossline_indices) >= 0)

    def nonfinite_fraction(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> float:
        """Share of samples that are stored as infinite or not a number, in the traces at these positions."""
        if not self._traces.layout.sample_format.is_float:
            return 0.0
        traces = self._grid.traces(inline_indices, crossline_indices)
        return self._traces.nonfinite_fraction(traces[traces >= 0])

    def trace_numbers(self, key: SectionKey) -> npt.NDArray[np.int64]:
        """Position in the file of each trace of an inline or crossline section, -1 where there is none.

        Parameters
        ----------
        key : SectionKey
            Not a time or depth slice.

        Returns
        -------
        ndarray of int64, shape (n_traces of the section,)
        """
        n_inlines, n_crosslines, _ = self._geometry.shape
        if key.axis is Axis.INLINE:
            return self._grid.traces(np.full(n_crosslines, key.index), np.arange(n_crosslines))
        return self._grid.traces(np.arange(n_inlines), np.full(n_inlines, key.index))

    def close(self) -> None:
        """Let go of the file."""
        self._traces.reader.close()


def open_segy(
    path: Path, header_bytes: HeaderBytes = HeaderBytes(), progress: Progress | None = None
) -> SegyVolume:
    """Open a SEG-Y file.

    Parameters
    ----------
    path : Path
    header_bytes : HeaderBytes
        Trace header positions to use instead of the detected ones.
    progress : Progress, optional
        Told about the full scan of an irregular file, and able to cancel it.

    Raises
    ------
    VolumeError
        If the file is no SEG-Y file, is cut, or has no usable geometry.
    """
    with ExitStack() as on_failure:
        reader = ByteReader(path)
        on_failure.callback(reader.close)
        volume = _open(reader, header_bytes, progress)
        on_failure.pop_all()
    return volume


def _open(reader: ByteReader, header_bytes: HeaderBytes, progress: Progress | None) -> SegyVolume:
    start = read_preamble(reader)
    layout = start.layout
    traces = TraceFile(reader, layout)
    probe = HeaderProbe(traces)
    grid = find_grid(probe, header_bytes, start.declared_bytes, progress)
    axis = sample_axis(probe, recognise_domain(start.text))
    transform, xy_bytes, xy_warnings = map_transform(probe, grid, header_bytes)
    geometry = SurveyGeometry(
        grid.inlines, grid.crosslines, layout.n_samples, axis.start, axis.interval, axis.domain, transform
    )
    info = SourceInfo(
        path=reader.path,
        format="segy",
        sample_format=layout.sample_format.name,
        byte_order=layout.byte_order,
        text_encoding=start.encoding,
        text_header=start.text,
        sorting=grid.sorting,
        header_bytes=HeaderBytes(grid.pair[0] or None, grid.pair[1] or None, *(xy_bytes or (None, None))),
        n_traces=layout.n_traces,
        n_missing_traces=grid.n_missing,
        xy_unit=xy_unit(probe) if transform is not None else "",
        warnings=start.warnings + grid.warnings + axis.warnings + xy_warnings,
    )
    return SegyVolume(traces, grid, geometry, info)
