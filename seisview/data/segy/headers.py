"""The numbers in the binary file header and in trace headers; byte positions are 1-based."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.segy.reader import ByteArray

TRACE_HEADER_BYTES = 240
FILE_HEADER_BYTES = 3600
BINARY_START = 3201
ENDIAN_CONSTANT = 0x01020304

# byte position in the trace header
OFFSET = 37
COORDINATE_SCALAR = 71
COORDINATE_UNITS = 89
DELAY = 109
SAMPLES = 115
INTERVAL = 117
TIME_SCALAR = 215
CDP = 21


@dataclass(frozen=True, slots=True)
class BinaryHeader:
    """What the 400-byte binary header says when it is read in one byte order; nothing is checked here.

    Attributes
    ----------
    order : str
        ``">"`` or ``"<"``.
    interval_us, n_samples, format_code : int
        Bytes 3217, 3221 and 3225, unsigned.
    measurement : int
        Byte 3255: 1 metres, 2 feet.
    revision : int
        Byte 3501, the major revision.
    extended_headers : int
        Byte 3505, signed; -1 means "until the end stanza".
    long_samples, long_interval_us : int, float
        Bytes 3269 and 3273 (revision 2).
    endian_constant : int
        Bytes 3297-3300.
    extra_trace_headers : int
        Byte 3507 (revision 2).
    first_trace_offset : int
        Byte 3521 (revision 2).
    """

    order: str
    interval_us: int
    n_samples: int
    format_code: int
    measurement: int
    revision: int
    extended_headers: int
    long_samples: int
    long_interval_us: float
    endian_constant: int
    extra_trace_headers: int
    first_trace_offset: int

    @classmethod
    def parse(cls, raw: bytes, order: str) -> BinaryHeader:
        """Read the header of 400 bytes in byte order `order`."""

        def at(byte: int, code: str) -> int:
            return int(struct.unpack_from(order + code, raw, byte - BINARY_START)[0])

        revision = raw[300] if order == ">" or raw[300] else raw[301]
        return cls(
            order=order,
            interval_us=at(3217, "H"),
            n_samples=at(3221, "H"),
            format_code=at(3225, "H"),
            measurement=at(3255, "H"),
            revision=revision,
            extended_headers=at(3505, "h"),
            long_samples=at(3269, "i"),
            long_interval_us=float(struct.unpack_from(order + "d", raw, 3273 - BINARY_START)[0]),
            endian_constant=at(3297, "I"),
            extra_trace_headers=at(3507, "H"),
            first_trace_offset=at(3521, "Q"),
        )


def trace_field(headers: ByteArray, byte: int, order: str, code: str = "i4") -> npt.NDArray[np.int64]:
    """Read one number of each trace header.

    Parameters
    ----------
    headers : ndarray of uint8, shape (n, 240)
    byte : int
        1-based position of its first byte.
    order : str
        ``">"`` or ``"<"``.
    code : str
        numpy type: ``"i4"``, ``"i2"`` or ``"u2"``.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    width = int(code[1])
    part = np.ascontiguousarray(headers[:, byte - 1 : byte - 1 + width])
    return part.view(order + code).ravel().astype(np.int64)
