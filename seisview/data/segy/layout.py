"""How a SEG-Y file is laid out: byte order, where traces begin, how long they are, what samples are.

Every header field may lie, so each combination of what the fields say is weighed as a hypothesis against
the size of the file and against the trace headers that it would imply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from seisview.data.segy.headers import (
    ENDIAN_CONSTANT,
    FILE_HEADER_BYTES,
    INTERVAL,
    SAMPLES,
    TRACE_HEADER_BYTES,
    BinaryHeader,
    trace_field,
)
from seisview.data.segy.reader import ByteArray, ByteReader
from seisview.data.segy.samples import FORMATS, SampleFormat
from seisview.data.segy.text import TEXT_BYTES
from seisview.errors import VolumeError

_MAX_SAMPLES = 2_000_000
_MAX_TEXT_BLOCKS = 200
_SAME_IN_ALL_TRACES = ((SAMPLES, "u2"), (INTERVAL, "u2"), (71, "i2"), (89, "i2"))


@dataclass(frozen=True, slots=True)
class SegyLayout:
    """Where the traces of a file are and what they hold.

    Attributes
    ----------
    header : BinaryHeader
        In the byte order that was recognised.
    sample_format : SampleFormat
    n_samples, n_traces : int
    first_trace : int
        Byte offset of the first trace header.
    header_bytes : int
        Bytes before the samples of each trace: 240, more with the header extensions of revision 2.
    trailing_bytes : int
        What is left behind the last whole trace; 0 in a sound file.
    score : float
        Weight of the evidence.
    headers_agree : bool
        Whether the trace headers that were looked at agree with each other.
    """

    header: BinaryHeader
    sample_format: SampleFormat
    n_samples: int
    n_traces: int
    first_trace: int
    header_bytes: int
    trailing_bytes: int
    score: float = 0.0
    headers_agree: bool = True

    @property
    def order(self) -> str:
        """``">"`` or ``"<"``."""
        return self.header.order

    @property
    def byte_order(self) -> str:
        """``"big"`` or ``"little"``."""
        return "big" if self.order == ">" else "little"

    @property
    def sample_bytes(self) -> int:
        """Bytes of the samples of one trace."""
        return self.n_samples * self.sample_format.width

    @property
    def trace_bytes(self) -> int:
        """Bytes from one trace to the next."""
        return self.header_bytes + self.sample_bytes

    def offset_of(self, trace: int) -> int:
        """Byte offset of the header of trace number `trace` (0-based)."""
        return self.first_trace + trace * self.trace_bytes


def detect_layout(reader: ByteReader) -> SegyLayout:
    """Recognise the layout of a SEG-Y file.

    Raises
    ------
    VolumeError
        If no reading of the headers fits the file; names the bytes, what they hold and what to try.
    """
    if reader.size < FILE_HEADER_BYTES:
        raise VolumeError(
            f"{reader.path.name} is no SEG-Y file: it has {reader.size} bytes, and the file header alone "
            f"takes {FILE_HEADER_BYTES}.",
            "Choose a .sgy or .segy file; if this should be one, copy it again from its source.",
        )
    raw = reader.read(TEXT_BYTES, FILE_HEADER_BYTES - TEXT_BYTES)
    headers = [BinaryHeader.parse(raw, order) for order in "><"]
    found = [weighed for header in headers for weighed in _hypotheses(reader, header)]
    acceptable = [layout for layout in found if _acceptable(layout)]
    if not acceptable:
        raise _no_layout(reader, headers)
    return max(acceptable, key=lambda layout: layout.score)


def _hypotheses(reader: ByteReader, header: BinaryHeader) -> Iterator[SegyLayout]:
    known = FORMATS.get(header.format_code)
    sample_format = known or FORMATS[1]
    for offset_rank, offset in enumerate(_first_trace_offsets(reader, header)):
        if offset + TRACE_HEADER_BYTES > reader.size:
            continue
        first = np.frombuffer(reader.read(offset, TRACE_HEADER_BYTES), np.uint8)[None]
        stated = int(trace_field(first, SAMPLES, header.order, "u2")[0])
        for rank, n_samples in enumerate(_sample_counts(header, stated)):
            for extra in _extra_headers(header):
                layout = _layout(reader, header, sample_format, n_samples, (offset, extra))
                if layout.n_traces < 1:
                    continue
                headers_agree = _headers_agree(reader, layout)
                score = _score(layout, known is not None, stated, headers_agree)
                score -= 0.3 * rank + 0.3 * offset_rank - 0.1 * bool(extra)
                yield _weighed(layout, score, headers_agree)


def _layout(
    reader: ByteReader,
    header: BinaryHeader,
    sample_format: SampleFormat,
    n_samples: int,
    place: tuple[int, int],
) -> SegyLayout:
    offset, extra = place
    header_bytes = TRACE_HEADER_BYTES * (1 + extra)
    n_traces, rest = divmod(reader.size - offset, header_bytes + n_samples * sample_format.width)
    return SegyLayout(header, sample_format, n_samples, n_traces, offset, header_bytes, rest)


def _weighed(layout: SegyLayout, score: float, headers_agree: bool) -> SegyLayout:
    return SegyLayout(
        layout.header,
        layout.sample_format,
        layout.n_samples,
        layout.n_traces,
        layout.first_trace,
        layout.header_bytes,
        layout.trailing_bytes,
        score,
        headers_agree,
    )


def _score(layout: SegyLayout, format_known: bool, stated: int, headers_agree: bool) -> float:
    header = layout.header
    score = 4.0 * (layout.trailing_bytes == 0) + 3.0 * format_known + 2.0 * headers_agree
    score += 3.0 * (stated == layout.n_samples) - 0.5 * (stated not in (0, layout.n_samples))
    score += 1.0 * (100 <= header.interval_us <= 20_000) + 1.0 * (layout.n_samples <= 30_000)
    if header.endian_constant == ENDIAN_CONSTANT:
        score += 4.0
    return score


def _acceptable(layout: SegyLayout) -> bool:
    known = layout.header.format_code in FORMATS
    if layout.trailing_bytes == 0:
        return known or (layout.headers_agree and layout.score >= 9)
    # the file was cut, or its length is padded: only believe it where the trace headers bear it out
    return known and layout.headers_agree and layout.score >= 6


def _sample_counts(header: BinaryHeader, stated: int) -> list[int]:
    """Sample counts to consider, the one to believe first in front."""
    counts = [header.n_samples, stated]
    if header.revision >= 2:
        counts.insert(0, header.long_samples)
    return list(dict.fromkeys(count for count in counts if 0 < count <= _MAX_SAMPLES))


def _extra_headers(header: BinaryHeader) -> tuple[int, ...]:
    if header.revision >= 2 and 0 < header.extra_trace_headers <= 32:
        return header.extra_trace_headers, 0
    return (0,)


def _first_trace_offsets(reader: ByteReader, header: BinaryHeader) -> list[int]:
    offsets = []
    if header.revision >= 2 and FILE_HEADER_BYTES <= header.first_trace_offset < reader.size:
        offsets.append(header.first_trace_offset)
    if 0 < header.extended_headers <= _MAX_TEXT_BLOCKS:
        offsets.append(FILE_HEADER_BYTES + TEXT_BYTES * header.extended_headers)
    elif header.extended_headers == -1:
        offsets.append(_after_end_stanza(reader))
    return list(dict.fromkeys([*offsets, FILE_HEADER_BYTES]))


def _after_end_stanza(reader: ByteReader) -> int:
    """Offset behind the extended header that says it is the last one."""
    for block in range(_MAX_TEXT_BLOCKS):
        start = FILE_HEADER_BYTES + TEXT_BYTES * block
        if start + TEXT_BYTES > reader.size:
            break
        raw = reader.read(start, TEXT_BYTES)
        if any(
            re.search(r"\(\(\s*SEG\s*:\s*EndText", raw.decode(codec), re.I) for codec in ("cp500", "latin-1")
        ):
            return start + TEXT_BYTES
    return FILE_HEADER_BYTES


def _headers_agree(reader: ByteReader, layout: SegyLayout) -> bool:
    """Whether fields that are the same in all traces are so in a few of them."""
    last = layout.n_traces - 1
    traces = sorted({min(trace, last) for trace in (0, 1, last // 3, last // 2, last)})
    headers = read_headers(reader, layout, traces)
    return all(
        np.ptp(trace_field(headers, byte, layout.order, code)) == 0 for byte, code in _SAME_IN_ALL_TRACES
    )


def read_headers(reader: ByteReader, layout: SegyLayout, traces: list[int]) -> ByteArray:
    """Read the standard headers of a few traces.

    Returns
    -------
    ndarray of uint8, shape (len(traces), 240)
    """
    for trace in traces:
        reader.will_need(layout.offset_of(trace), TRACE_HEADER_BYTES)
    raw = b"".join(reader.read(layout.offset_of(trace), TRACE_HEADER_BYTES) for trace in traces)
    return np.frombuffer(raw, np.uint8).reshape(len(traces), TRACE_HEADER_BYTES)


def _is_text(content: bytes) -> bool:
    return all(32 <= byte < 127 or byte in b"\t\r\n\f" for byte in content)


def _no_layout(reader: ByteReader, headers: list[BinaryHeader]) -> VolumeError:
    name, size = reader.path.name, reader.size
    known = [header for header in headers if header.format_code in FORMATS]
    if _is_text(reader.read(0, FILE_HEADER_BYTES)):
        return VolumeError(
            f"{name} is a text file: its first {FILE_HEADER_BYTES} bytes are all text, and SEG-Y has numbers "
            "from byte 3201 on.",
            "Choose a file with seismic traces.",
        )
    if not known:
        codes = " or ".join(str(header.format_code) for header in headers)
        return VolumeError(
            f"{name} is not readable as SEG-Y: bytes 3225-3226 hold sample format {codes} (big or little "
            f"endian), and the formats are {', '.join(map(str, FORMATS))}.",
            "If this is a SEG-Y file, have bytes 3225-3226 corrected; otherwise choose another file.",
        )
    header = known[0]
    if size == FILE_HEADER_BYTES:
        return VolumeError(f"{name} holds headers but no traces.", "Copy the file again from its source.")
    trace_bytes = TRACE_HEADER_BYTES + header.n_samples * FORMATS[header.format_code].width
    first_byte = FILE_HEADER_BYTES + TEXT_BYTES * max(header.extended_headers, 0) + 1
    return VolumeError(
        f"{name} does not hold whole traces: byte 3221 says {header.n_samples} samples and byte 3225 format "
        f"{header.format_code}, so a trace takes {trace_bytes} bytes, which does not fit the {size} bytes of "
        f"the file (traces from byte {first_byte}).",
        "The file may be cut short: copy it again, or have bytes 3221-3222 and 3505-3506 corrected.",
    )
