"""The sample formats of SEG-Y and how their bytes become float32."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.segy.reader import ByteArray

IBM = 1
FIXED_WITH_GAIN = 4
IEEE = 5

_CACHE_WORDS = 1 << 16
_SMALLEST_BY_BITS, _LARGEST_BY_BITS = 39, 101
"""IBM exponents between which the scale of the fraction is a normal float32."""


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """One sample format of the standard.

    Attributes
    ----------
    code : int
        What binary header bytes 3225-3226 hold.
    width : int
        Bytes per sample.
    name : str
        In words.
    dtype : str
        numpy type without byte order; empty where numpy has none.
    """

    code: int
    width: int
    name: str
    dtype: str = ""

    @property
    def is_float(self) -> bool:
        """Whether values may be infinite or not a number."""
        return self.dtype.startswith("f")


_ALL = (
    SampleFormat(IBM, 4, "4-byte IBM float"),
    SampleFormat(2, 4, "4-byte integer", "i4"),
    SampleFormat(3, 2, "2-byte integer", "i2"),
    SampleFormat(FIXED_WITH_GAIN, 4, "4-byte fixed point with gain"),
    SampleFormat(IEEE, 4, "4-byte IEEE float", "f4"),
    SampleFormat(6, 8, "8-byte IEEE float", "f8"),
    SampleFormat(7, 3, "3-byte integer"),
    SampleFormat(8, 1, "1-byte integer", "i1"),
    SampleFormat(9, 8, "8-byte integer", "i8"),
    SampleFormat(10, 4, "4-byte unsigned integer", "u4"),
    SampleFormat(11, 2, "2-byte unsigned integer", "u2"),
    SampleFormat(12, 8, "8-byte unsigned integer", "u8"),
    SampleFormat(15, 3, "3-byte unsigned integer"),
    SampleFormat(16, 1, "1-byte unsigned integer", "u1"),
)
FORMATS: dict[int, SampleFormat] = {item.code: item for item in _ALL}


def decode_samples(raw: ByteArray, sample_format: SampleFormat, order: str) -> npt.NDArray[np.float32]:
    """Turn the bytes of traces into float32; what is not finite becomes 0.

    Parameters
    ----------
    raw : ndarray of uint8, shape (n, n_samples * width)
        C-contiguous; may be changed.
    sample_format : SampleFormat
    order : str
        ``">"`` or ``"<"``.

    Returns
    -------
    ndarray of float32, shape (n, n_samples)
    """
    if sample_format.code == IBM:
        return _from_ibm(raw, order)
    if sample_format.code == FIXED_WITH_GAIN:
        return _from_fixed_with_gain(raw, order)
    if sample_format.width == 3:
        return _from_three_bytes(raw, order, signed=sample_format.code == 7)
    values = raw.view(order + sample_format.dtype)
    if not sample_format.is_float:
        return values.astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        return finite(values.astype(np.float32))


def finite(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Set what is not finite to 0, in place, and return the array."""
    good = np.isfinite(values)
    if not good.all():
        values[~good] = 0
    return values


def _ibm_scales() -> npt.NDArray[np.float32]:
    """What the 24-bit fraction, as an integer, is multiplied by for each first byte (sign and exponent)."""
    first = np.arange(256)
    with np.errstate(over="ignore", under="ignore"):
        scales = 16.0 ** ((first & 0x7F) - 64.0 - 6.0)
        return np.where(first > 127, -scales, scales).astype(np.float32)


_IBM_SCALES = _ibm_scales()


def _from_ibm(raw: ByteArray, order: str) -> npt.NDArray[np.float32]:
    """Exact: a 24-bit fraction fits float32, and the scales are powers of two.

    Unlike the compiled reader of segyio this also holds for numbers that are not normalised.
    """
    first = raw[:, 0::4] if order == ">" else raw[:, 3::4]
    words = raw.view(order + "u4")
    out = np.empty(words.shape, np.float32)
    rows = max(1, _CACHE_WORDS // max(words.shape[1], 1))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for start in range(0, len(words), rows):
            block = slice(start, start + rows)
            native = words[block].astype(np.uint32)
            scale = _scales_by_bits(native)
            if scale is None:
                scale = _IBM_SCALES.take(first[block])
            native &= 0xFFFFFF
            np.multiply(native.view(np.int32).astype(np.float32), scale, out=out[block])
    # the largest IBM numbers lie outside float32
    return finite(out)


def _scales_by_bits(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.float32] | None:
    """As the table has them, several times faster; None where a scale lies outside normal float32.

    The scale ``16 ** (exponent - 70)`` has the IEEE exponent ``4 * exponent - 280 + 127``.
    """
    scale = words >> 24
    scale &= 0x7F
    if scale.max(initial=0) > _LARGEST_BY_BITS:
        return None
    if scale.min(initial=_SMALLEST_BY_BITS) < _SMALLEST_BY_BITS:
        # zeros have the exponent 0, which does not matter
        small = scale < _SMALLEST_BY_BITS
        if (words[small] & 0xFFFFFF).any():
            return None
        np.maximum(scale, _SMALLEST_BY_BITS, out=scale)
    scale <<= 2
    scale -= 153
    scale <<= 23
    scale |= words & 0x80000000
    return scale.view(np.float32)


def _from_fixed_with_gain(raw: ByteArray, order: str) -> npt.NDArray[np.float32]:
    """Decode the obsolete format 4: a byte unused, a gain exponent, a 16-bit integer mantissa."""
    words = raw.view(order + "u4").astype(np.uint32)
    mantissa = (words & 0xFFFF).astype(np.uint16).view(np.int16)
    exponent = ((words >> 16) & 0xFF).astype(np.uint8).view(np.int8)
    with np.errstate(over="ignore"):
        return finite(np.ldexp(mantissa.astype(np.float32), exponent.astype(np.int32)))


def _from_three_bytes(raw: ByteArray, order: str, signed: bool) -> npt.NDArray[np.float32]:
    parts = raw.reshape(raw.shape[0], -1, 3)
    if order == "<":
        parts = parts[..., ::-1]
    high = parts[..., 0].astype(np.int32)
    values = (high << 16) | (parts[..., 1].astype(np.int32) << 8) | parts[..., 2]
    if signed:
        values -= (high & 0x80) << 17
    return values.astype(np.float32)


def settle_format(raw: ByteArray, order: str, declared: SampleFormat) -> SampleFormat:
    """Compare the declared format with the samples themselves; writers often state the wrong one.

    An IBM number is normalised: the leading hexadecimal digit of its fraction is not 0. In IEEE numbers
    that spread over several octaves that digit is 0 about once in sixteen. In format 4 the first byte is 0.

    Parameters
    ----------
    raw : ndarray of uint8
        Samples of a few traces.
    order : str
    declared : SampleFormat

    Returns
    -------
    SampleFormat
        The declared one unless the samples clearly contradict it.
    """
    if declared.code not in (IBM, FIXED_WITH_GAIN, IEEE):
        return declared
    words = raw.view(order + "u4").astype(np.uint32).ravel()
    words = words[(words & 0x7FFFFFFF) != 0]
    if len(words) < 200:
        return declared
    exponents, counts = np.unique((words >> 23) & 0xFF, return_counts=True)
    sane_as_ieee = bool(((exponents > 60) & (exponents < 200)).all())
    without_digit = float(np.mean((words & 0x00F00000) == 0))
    if declared.code == FIXED_WITH_GAIN:
        return FORMATS[IEEE] if sane_as_ieee and np.mean(words >> 24 != 0) > 0.5 else declared
    if declared.code == IBM:
        return FORMATS[IEEE] if sane_as_ieee and without_digit > 0.01 else declared
    # as IEEE, an eighth of the numbers of every second octave would lack that digit
    telling_octaves = int(np.count_nonzero((counts >= 50) & (exponents % 2 == 0)))
    mixed_signs = 0.2 < float(np.mean(words >> 31)) < 0.8
    return FORMATS[IBM] if without_digit == 0 and telling_octaves >= 3 and mixed_signs else declared
