"""Everything a SEG-Y file says before its first trace, checked against the traces."""

from __future__ import annotations

import dataclasses

import numpy as np

from seisview.data.segy.headers import FILE_HEADER_BYTES
from seisview.data.segy.layout import SegyLayout, detect_layout
from seisview.data.segy.reader import ByteReader
from seisview.data.segy.samples import settle_format
from seisview.data.segy.text import TEXT_BYTES, declared_line_bytes, decode_text
from seisview.data.segy.traces import TraceFile

_FORMAT_CHECK_TRACES = 8
_FORMAT_CHECK_SAMPLES = 4000
_FORMAT_CHECK_BYTES = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Preamble:
    """Layout and text of a SEG-Y file.

    Attributes
    ----------
    layout : SegyLayout
    text, encoding : str
        Textual header and its encoding.
    declared_bytes : tuple of int or None
        Inline and crossline byte that an extended header declares.
    warnings : tuple of str
    """

    layout: SegyLayout
    text: str
    encoding: str
    declared_bytes: tuple[int, int] | None
    warnings: tuple[str, ...]


def read_preamble(reader: ByteReader) -> Preamble:
    """Recognise layout and text of a SEG-Y file.

    Raises
    ------
    VolumeError
        If no reading of the headers fits the file.
    """
    layout, warnings = _with_true_format(reader, detect_layout(reader))
    text, encoding = decode_text(reader.read(0, TEXT_BYTES))
    declared = declared_line_bytes(_extended_text(reader, layout))
    return Preamble(layout, text, encoding, declared, warnings + _layout_warnings(layout))


def _extended_text(reader: ByteReader, layout: SegyLayout) -> str:
    """Text of the extended headers between the file header and the first trace; at most 64 of them."""
    stop = min(layout.first_trace, FILE_HEADER_BYTES + 64 * TEXT_BYTES)
    blocks = range(FILE_HEADER_BYTES, stop - TEXT_BYTES + 1, TEXT_BYTES)
    return "\n".join(decode_text(reader.read(start, TEXT_BYTES))[0].replace("\n", "") for start in blocks)


def _layout_warnings(layout: SegyLayout) -> tuple[str, ...]:
    """What is odd about the layout of a file that can be read all the same."""
    header, warnings = layout.header, []
    stated = header.long_samples if header.revision >= 2 and header.long_samples > 0 else header.n_samples
    if layout.n_samples != stated:
        warnings.append(
            f"Byte 3221 says {stated} samples per trace, which does not fit the file; the trace headers' "
            f"{layout.n_samples} (byte 115) does and is used."
        )
    if layout.trailing_bytes:
        warnings.append(
            f"The file ends in the middle of a trace: its last {layout.trailing_bytes} bytes are left out. "
            "It may have been cut while it was copied."
        )
    if not layout.headers_agree:
        warnings.append(
            "Trace headers contradict each other (samples at byte 115, interval at 117, scalar at 71 or unit "
            "at 89): look at the picture with care."
        )
    return tuple(warnings)


def _with_true_format(reader: ByteReader, layout: SegyLayout) -> tuple[SegyLayout, tuple[str, ...]]:
    """Layout with the sample format that the samples bear out."""
    wanted = max(_FORMAT_CHECK_TRACES, _FORMAT_CHECK_SAMPLES // layout.n_samples)
    count = max(1, min(wanted, _FORMAT_CHECK_BYTES // layout.sample_bytes, layout.n_traces))
    some = np.unique(np.linspace(0, layout.n_traces - 1, count + 2).astype(np.int64)[1:-1])
    raw = TraceFile(reader, layout).raw_samples(some)
    true = settle_format(raw, layout.order, layout.sample_format)
    stated = layout.header.format_code
    if true.code == stated:
        return layout, ()
    text = (
        f"Byte 3225 states sample format {stated}, but the samples are {true.name}s; they are read as that."
    )
    return dataclasses.replace(layout, sample_format=true), (text,)
