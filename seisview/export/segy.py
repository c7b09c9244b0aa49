"""Facies, confidence and labels as SEG-Y with the headers of the survey they belong to.

The source's bytes are copied and only samples are overwritten, so inline and crossline numbers, coordinates
and everything else a processing system wrote survive exactly, whichever bytes they are kept in.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing
from seisview.data.geometry import Axis, SectionKey
from seisview.data.segy.headers import FILE_HEADER_BYTES
from seisview.data.segy.reader import ByteReader
from seisview.data.segy.text import TEXT_BYTES
from seisview.data.segy.volume import SegyVolume
from seisview.data.segy.write import SAMPLE_FORMATS, SegyLayout, create_segy
from seisview.data.volume import Volume
from seisview.errors import ExportError
from seisview.export.content import ByteArray, Content, IndexArray
from seisview.export.guard import refuse_overwriting
from seisview.export.samples import SampleCoding, choose_format, sample_coding
from seisview.export.text_header import N_LINES, content_lines, replaced_text_header
from seisview.export.trace_positions import TracePositions
from seisview.progress import Progress

# Larger blocks are slower, because they fall out of the cache, and take several times their size.
_BLOCK_BYTES = 4 << 20
_FORMAT_AT = 3224 - TEXT_BYTES


@dataclass(frozen=True, slots=True)
class _Copy:
    """A source whose samples are to be replaced."""

    source: SegyVolume
    reader: ByteReader
    content: Content
    coding: SampleCoding

    @property
    def block(self) -> int:
        """Traces handled at a time."""
        largest = max(self.source.layout.trace_bytes, self.content.geometry.n_samples * self.coding.width)
        return max(1, _BLOCK_BYTES // largest)


def export_segy(
    content: Content,
    survey: Volume,
    out: Path,
    sample_format: int | None = None,
    progress: Progress | None = None,
) -> str:
    """Write facies, confidence or labels as SEG-Y.

    From a SEG-Y survey: its bytes, streamed, with other samples. The text header becomes the class table and
    the provenance, followed by what the source's said, in the same layout and encoding; the binary header
    changes in the sample format only; trace headers stay byte for byte; traces stay in the source's order,
    missing ones stay missing. From any other survey: a new SEG-Y revision 1 file of its geometry.

    Parameters
    ----------
    content : Content
    survey : Volume
        The open survey that `content` belongs to.
    out : Path
    sample_format : int, optional
        SEG-Y sample format code; 8 or 16 take one byte per sample. Default: the source's, when it can hold
        the values, else 5 (4-byte IEEE float).
    progress : Progress, optional

    Returns
    -------
    str
        The sample format in words, and what the values mean.

    Raises
    ------
    ExportError
        If `out` is the survey itself, the values do not fit the format, or the disk fails; what was at
        `out` stays as it was.
    VolumeError
        If the source cannot be read any more.
    """
    refuse_overwriting(out, [survey.info.path])
    progress = progress or Progress()
    _check_same_grid(content, survey)
    if not isinstance(survey, SegyVolume):
        return _create(content, out, sample_format, progress)
    code = choose_format(
        content.kind, survey.layout.header.format_code, max(content.scheme.ids, default=0), sample_format
    )
    coding = sample_coding(content.kind, code, survey.layout.byte_order)
    survey.check_unchanged()
    with replacing(out) as temporary, temporary.open("wb") as file:
        _write_copy(file, _Copy(survey, survey.reader, content, coding), f"Writing {out.name}", progress)
        survey.check_unchanged()
    return coding.description


def _check_same_grid(content: Content, survey: Volume) -> None:
    ours, theirs = content.geometry, survey.geometry
    if ours.shape != theirs.shape:
        raise ExportError(
            f"The {content.kind} has shape {ours.shape}, the survey {theirs.shape}.",
            "Export with the survey it was made from.",
        )
    if (ours.inlines, ours.crosslines) != (theirs.inlines, theirs.crosslines):
        raise ExportError(
            f"The {content.kind} has other line numbers than the survey.",
            "Open the survey with the same header bytes as when it was made.",
        )


def _write_copy(file: BinaryIO, copy: _Copy, message: str, progress: Progress) -> None:
    _write_file_headers(file, copy)
    for traces in _replaced_traces(copy, message, progress):
        file.write(traces)
    _copy_rest(file, copy)


def _write_file_headers(file: BinaryIO, copy: _Copy) -> None:
    source = copy.source
    own = content_lines(copy.content, copy.coding.description, N_LINES - 2)
    file.write(replaced_text_header(own, source.info.text_header, source.info.text_encoding or "ebcdic"))
    binary = bytearray(copy.reader.read(TEXT_BYTES, FILE_HEADER_BYTES - TEXT_BYTES))
    struct.pack_into(f"{source.layout.order}H", binary, _FORMAT_AT, copy.coding.format_code)
    file.write(binary)
    first = source.layout.first_trace
    if first > FILE_HEADER_BYTES:
        file.write(copy.reader.read(FILE_HEADER_BYTES, first - FILE_HEADER_BYTES))


def _replaced_traces(copy: _Copy, message: str, progress: Progress) -> Iterator[memoryview]:
    layout, step = copy.source.layout, copy.block
    positions = TracePositions(copy.source)
    starts = range(0, layout.n_traces, step)
    for first in progress.track(starts, message):
        count = min(step, layout.n_traces - first)
        raw = copy.reader.read(layout.offset_of(first), count * layout.trace_bytes)
        headers = np.frombuffer(raw, np.uint8).reshape(count, layout.trace_bytes)[:, : layout.header_bytes]
        values = _values(copy.content, *positions.of(first, headers))
        samples = np.ascontiguousarray(copy.coding.table[values]).view(np.uint8)
        yield np.concatenate([headers, samples.reshape(count, -1)], axis=1).data


def _values(content: Content, inlines: IndexArray, crosslines: IndexArray) -> ByteArray:
    """Stored bytes of some traces; 0 for a trace that is outside the survey."""
    values = np.zeros((len(inlines), content.geometry.n_samples), np.uint8)
    known = np.flatnonzero(inlines >= 0)
    values[known] = content.cube.traces(inlines[known], crosslines[known])
    return values


def _copy_rest(file: BinaryIO, copy: _Copy) -> None:
    """Copy the trailer stanzas of revision 2; a trace that was cut short is not worth keeping."""
    layout = copy.source.layout
    if layout.header.revision < 2 or layout.trailing_bytes % TEXT_BYTES:
        return
    at, end = layout.offset_of(layout.n_traces), copy.reader.size
    while at < end:
        part = copy.reader.read(at, min(_BLOCK_BYTES, end - at))
        file.write(part)
        at += len(part)


def _create(content: Content, out: Path, sample_format: int | None, progress: Progress) -> str:
    code = choose_format(content.kind, 5, max(content.scheme.ids, default=0), sample_format)
    coding = sample_coding(content.kind, code, "little")
    if code not in SAMPLE_FORMATS:
        raise ExportError(f"A new SEG-Y file cannot have sample format {code}.", "Choose 5, 8 or 16.")
    # IBM patterns are made by segyio here; every other table holds the numbers themselves
    stored = np.arange(256, dtype=np.uint8)
    numbers = content.values(stored).astype(np.float32) if code == 1 else coding.table

    def sections() -> Iterator[npt.NDArray[Any]]:
        for index in range(content.geometry.shape[0]):
            yield numbers[content.cube.section(SectionKey(Axis.INLINE, index))]

    lines = content_lines(content, coding.description, N_LINES - 6)
    create_segy(out, sections(), content.geometry, lines, SegyLayout(sample_format=code), progress)
    return coding.description
