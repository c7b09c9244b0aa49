"""Writing a new SEG-Y file (revision 1): the synthetic survey, its facies, and exported results.

Standard: SEG-Y Data Exchange format, revision 1 (Society of Exploration Geophysicists, 2002).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing
from seisview.data.geometry import Axis, SurveyGeometry
from seisview.data.segy.write_headers import (
    SAMPLE_FORMATS,
    SegyLayout,
    binary_header,
    constant_fields,
    coordinate_scalar,
    interval,
    text_header,
)
from seisview.errors import ExportError
from seisview.progress import Progress

BoolArray = npt.NDArray[np.bool_]
AnyArray = npt.NDArray[Any]

_DTYPES: dict[int, np.dtype[Any]] = {
    1: np.dtype(np.float32),
    2: np.dtype(np.int32),
    3: np.dtype(np.int16),
    5: np.dtype(np.float32),
    8: np.dtype(np.int8),
    16: np.dtype(np.uint8),
}


def create_segy(
    path: Path,
    sections: Iterable[AnyArray] | AnyArray,
    geometry: SurveyGeometry,
    text_lines: Sequence[str] = (),
    layout: SegyLayout | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a survey as SEG-Y revision 1, line by line, in one step: on failure `path` stays as it was.

    Big-endian, EBCDIC text header. Trace headers: inline 189 and 9, crossline 193, 21 and 13, X and Y
    181/185, 73/77 and 81/85 with the scalar at 71, start at 109 (scalar at 215), samples 115, interval 117.
    In the depth domain, the interval is in millimetres and the start in metres, as is usual.

    Parameters
    ----------
    path : Path
    sections : iterable of ndarray, each (n_samples, n_traces), or ndarray (inline, crossline, sample)
        Sections across ``layout.sorting`` in storage order, made one at a time; or a whole volume.
    geometry : SurveyGeometry
    text_lines : sequence of str
        Up to 34 lines of at most 76 characters for the text header; the file's layout is appended.
    layout : SegyLayout, optional
        Default: 4-byte IEEE float, inline sorting, every trace.
    progress : Progress, optional

    Raises
    ------
    ExportError
        If the disk fails, a value does not fit the sample format, the geometry does not fit the format, or
        the sections do not have the shape of the survey.
    """
    layout = layout or SegyLayout()
    _check_layout(geometry, layout)
    if isinstance(sections, np.ndarray) and sections.shape != geometry.shape:
        raise ExportError(f"The volume has shape {sections.shape}, the survey {geometry.shape}.")
    iterator = _section_iterator(sections, geometry, layout.sorting)
    with replacing(path) as temporary:
        _write(temporary, iterator, geometry, (layout, tuple(text_lines)), progress or Progress())


def _write(
    path: Path,
    sections: Iterator[AnyArray],
    geometry: SurveyGeometry,
    style: tuple[SegyLayout, tuple[str, ...]],
    progress: Progress,
) -> None:
    import segyio

    layout, text_lines = style
    spec = segyio.spec()
    spec.format, spec.iline, spec.xline = layout.sample_format, 189, 193
    spec.samples = geometry.sample_start + np.arange(geometry.n_samples) * geometry.sample_interval
    spec.tracecount = int(_present(geometry, layout).sum())
    n_lines = geometry.count(layout.sorting)
    with segyio.create(str(path), spec) as file:
        file.text[0] = text_header(text_lines, geometry, layout)
        file.bin.update(binary_header(geometry, layout))
        first = 0
        for line in progress.track(range(n_lines), "Writing SEG-Y"):
            first += _write_line(file, first, next(sections), _Line(geometry, layout, line))
    for _ in sections:
        raise ExportError("There are more sections than the survey has lines.")


@dataclass(frozen=True, slots=True)
class _Line:
    geometry: SurveyGeometry
    layout: SegyLayout
    index: int

    @property
    def present(self) -> BoolArray:
        mask = _present(self.geometry, self.layout)
        return mask[self.index] if self.layout.sorting is Axis.INLINE else mask[:, self.index]

    def position(self, column: int) -> tuple[int, int]:
        """(inline, crossline) indices of a trace of this line."""
        return (self.index, column) if self.layout.sorting is Axis.INLINE else (column, self.index)


def _write_line(file: Any, first: int, section: AnyArray, line: _Line) -> int:
    expected = line.geometry.section_shape(line.layout.sorting)
    if section.shape != expected:
        raise ExportError(f"A section of shape {section.shape} came where {expected} was expected.")
    columns = np.flatnonzero(line.present)
    if not len(columns):
        return 0
    traces = _as_format(section[:, columns].T, line.layout.sample_format)
    file.trace.raw[first : first + len(columns)] = traces
    constant = constant_fields(line.geometry)
    for number, column in enumerate(columns, start=first):
        file.header[number] = constant | _trace_fields(line, int(column), number)
    return len(columns)


def _as_format(traces: AnyArray, sample_format: int) -> AnyArray:
    dtype = _DTYPES[sample_format]
    if dtype.kind == "f":
        if sample_format == 1 and not np.isfinite(traces).all():
            raise ExportError(
                "IBM floats cannot hold values that are not finite.",
                "Choose sample format 5 (4-byte IEEE float).",
            )
        return np.ascontiguousarray(traces, dtype)
    limits = np.iinfo(dtype)
    rounded = np.rint(traces)
    if not np.all((rounded >= limits.min) & (rounded <= limits.max)):
        raise ExportError(
            f"Values from {np.min(traces):g} to {np.max(traces):g} do not fit SEG-Y format {sample_format} "
            f"({SAMPLE_FORMATS[sample_format]}).",
            "Choose a wider sample format, for example 5 (4-byte IEEE float).",
        )
    return np.ascontiguousarray(rounded, dtype)


def _trace_fields(line: _Line, column: int, number: int) -> dict[int, int]:
    geometry = line.geometry
    inline_index, crossline_index = line.position(column)
    inline = geometry.inlines.number_at(inline_index)
    crossline = geometry.crosslines.number_at(crossline_index)
    fields = {
        1: number + 1,
        5: number + 1,
        9: inline,
        13: crossline,
        21: crossline,
        189: inline,
        193: crossline,
    }
    xy = geometry.xy(inline_index, crossline_index)
    if xy is not None:
        factor = -coordinate_scalar(geometry)
        x, y = (round(value * factor) for value in xy)
        fields |= {73: x, 77: y, 81: x, 85: y, 181: x, 185: y}
    return fields


def _present(geometry: SurveyGeometry, layout: SegyLayout) -> BoolArray:
    if layout.present is None:
        return np.ones(geometry.shape[:2], bool)
    return np.asarray(layout.present, bool)


def _check_layout(geometry: SurveyGeometry, layout: SegyLayout) -> None:
    if layout.sample_format not in SAMPLE_FORMATS:
        raise ExportError(
            f"SEG-Y sample format {layout.sample_format} cannot be written.",
            f"Choose one of {', '.join(map(str, SAMPLE_FORMATS))}.",
        )
    if layout.sorting is Axis.SAMPLE:
        raise ExportError("SEG-Y is sorted by inline or by crossline, not by sample.")
    if not 0 < interval(geometry) < 2**15 or geometry.n_samples >= 2**15:
        raise ExportError(
            f"SEG-Y cannot hold {geometry.n_samples} samples every {geometry.sample_interval:g} "
            f"{geometry.domain.unit}: its headers end at 32767 samples and an interval of 32.767.",
            "Write a .npy or zarr array instead.",
        )
    if layout.present is not None and np.shape(layout.present) != geometry.shape[:2]:
        raise ExportError(f"The trace mask has shape {np.shape(layout.present)}, not {geometry.shape[:2]}.")
    if not _present(geometry, layout).any():
        raise ExportError("There is no trace to write.")


def _section_iterator(
    sections: Iterable[AnyArray] | AnyArray, geometry: SurveyGeometry, sorting: Axis
) -> Iterator[AnyArray]:
    if isinstance(sections, np.ndarray):
        volume = sections if sorting is Axis.INLINE else sections.transpose(1, 0, 2)
        yield from (line.T for line in volume)
        return
    count = 0
    for section in sections:
        count += 1
        yield np.asarray(section)
    if count < geometry.count(sorting):
        raise ExportError(f"Only {count} of {geometry.count(sorting)} sections came to be written.")


__all__ = ["SAMPLE_FORMATS", "SegyLayout", "create_segy"]
