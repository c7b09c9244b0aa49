"""How class ids and confidences are stored as SEG-Y samples.

Every value to export is one byte, so each sample format is a table of 256 patterns: writing is a table
look-up, whatever the format.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.errors import ExportError
from seisview.export.content import ContentKind

PatternTable = npt.NDArray[np.generic]

_IBM, _IEEE = 1, 5
_FLOATS = {_IBM: "u4", _IEEE: "f4", 6: "f8"}
_INTEGERS = {2: "i4", 3: "i2", 8: "i1", 9: "i8", 10: "u4", 11: "u2", 12: "u8", 16: "u1"}
_WORDS = {
    _IBM: "4-byte IBM float",
    2: "4-byte integer",
    3: "2-byte integer",
    _IEEE: "4-byte IEEE float",
    6: "8-byte IEEE float",
    8: "1-byte integer",
    9: "8-byte integer",
    10: "4-byte unsigned integer",
    11: "2-byte unsigned integer",
    12: "8-byte unsigned integer",
    16: "1-byte unsigned integer",
}
WRITABLE_FORMATS = tuple(sorted({*_FLOATS, *_INTEGERS}))


@dataclass(frozen=True, slots=True)
class SampleCoding:
    """How the stored bytes of a cube become samples of a SEG-Y file.

    Attributes
    ----------
    format_code : int
        SEG-Y sample format, bytes 3225-3226 of the file.
    description : str
        The format and the meaning of the values, for the text header and for people.
    table : ndarray, shape (256,)
        Pattern of each stored byte, in the byte order of the file.
    """

    format_code: int
    description: str
    table: PatternTable

    @property
    def width(self) -> int:
        """Bytes per sample."""
        return int(self.table.dtype.itemsize)


def choose_format(kind: ContentKind, source_format: int, largest: int, wanted: int | None = None) -> int:
    """Choose the sample format to write.

    The source's own format is kept whenever it can hold the values: then the file has the source's size
    and every header stays true, and a program that read the source reads the result. Otherwise 4-byte IEEE.

    Parameters
    ----------
    kind : ContentKind
        Class ids fit integers; confidence wants a floating point format.
    source_format : int
        Format code of the source.
    largest : int
        The largest class id.
    wanted : int, optional
        The user's choice.

    Raises
    ------
    ExportError
        If `wanted` cannot be written or cannot hold the values.
    """
    if wanted is not None:
        if wanted not in WRITABLE_FORMATS:
            codes = ", ".join(map(str, WRITABLE_FORMATS))
            raise ExportError(f"SEG-Y sample format {wanted} cannot be written.", f"Choose one of {codes}.")
        if not _holds(wanted, kind, largest):
            raise ExportError(
                f"SEG-Y sample format {wanted} holds values up to 127, but there is a class {largest}.",
                "Choose format 16 (1 byte, unsigned), 3 (2 bytes) or 5 (4 bytes).",
            )
        return wanted
    keeps_meaning = source_format in _FLOATS or not kind.is_share
    usable = source_format in WRITABLE_FORMATS and keeps_meaning and _holds(source_format, kind, largest)
    return source_format if usable else _IEEE


def sample_coding(kind: ContentKind, format_code: int, byte_order: str) -> SampleCoding:
    """Build the table for `kind` in a sample format.

    Class ids are stored as they are. Confidence and similarity are 0..1 in floating point formats and a
    percentage, 0..100, in integer formats.

    Parameters
    ----------
    kind : ContentKind
    format_code : int
        One of `WRITABLE_FORMATS`.
    byte_order : str
        ``"big"`` or ``"little"``.
    """
    stored = np.arange(256, dtype=np.float64)
    is_float = format_code in _FLOATS
    values, meaning = stored, "class ids, 0 = none"
    if kind.is_share:
        values = stored / 255.0 if is_float else np.rint(stored / 2.55)
        meaning = f"{kind} 0..1" if is_float else f"{kind} in percent"
    code = {**_FLOATS, **_INTEGERS}[format_code]
    patterns = _ibm_patterns(values) if format_code == _IBM else _wrapped(values, code)
    order = ">" if byte_order == "big" else "<"
    description = f"{_WORDS[format_code]} (format {format_code}), {meaning}"
    return SampleCoding(format_code, description, patterns.astype(order + code))


def _holds(format_code: int, kind: ContentKind, largest: int) -> bool:
    return format_code != 8 or kind.is_share or largest <= 127


def _wrapped(values: npt.NDArray[np.float64], code: str) -> npt.NDArray[np.generic]:
    """Convert through int64, so that ids above 127, which `choose_format` refuses, wrap without a warning."""
    return values.astype(code) if code.startswith("f") else values.astype(np.int64).astype(code)


def _ibm_patterns(values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    """IBM System/360 single precision of values >= 0: 7-bit exponent of 16, excess 64, 24-bit fraction.

    None of them lies so near below a power of 16 that its fraction would be rounded up to one.
    """
    positive = np.maximum(values, np.finfo(np.float64).tiny)
    exponent = np.floor(np.log2(positive) / 4.0).astype(np.int64) + 1
    fraction = np.rint(np.ldexp(positive, (24 - 4 * exponent).astype(np.int32))).astype(np.int64)
    patterns = ((exponent + 64) << 24) | fraction
    return np.where(values > 0, patterns, 0).astype(np.uint32)
