"""Amplitudes as single bytes, and the checksums of pages of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.data.volume import FloatArray

CodeArray = npt.NDArray[np.uint8]
SumArray = npt.NDArray[np.uint64]

GAP = 0
"""Code of a sample of a missing trace."""
ZERO = 128
"""Code of amplitude zero."""
LEVELS = 127
"""Codes on either side of :data:`ZERO`."""

_BLOCK = 1 << 15
_WORDS = 512
_LARGEST = 3e38


def encode(values: FloatArray, clip: float, out: CodeArray) -> None:
    """Quantise amplitudes symmetrically about zero: ``128 + round(127 * a / clip)``, held to 1..255.

    Parameters
    ----------
    values : ndarray of float32, shape (n, m)
        Finite.
    clip : float
        Absolute amplitude that reaches the ends of the range; positive.
    out : ndarray of uint8, same shape
        Receives the codes.
    """
    rows = max(1, _BLOCK // max(values.shape[1], 1))
    scratch = np.empty((rows, values.shape[1]), np.float32)
    scale = np.float32(min(LEVELS / clip, _LARGEST))
    with np.errstate(over="ignore", under="ignore"):
        for start in range(0, len(values), rows):
            part = values[start : start + rows]
            levels = scratch[: len(part)]
            np.multiply(part, scale, out=levels)
            np.add(levels, np.float32(ZERO + 0.5), out=levels)
            np.clip(levels, 1.0, 255.5, out=levels)
            np.copyto(out[start : start + rows], levels, casting="unsafe")


def decode(codes: CodeArray, clip: float) -> FloatArray:
    """Amplitude of every code, float32, same shape; 0 for :data:`GAP`."""
    values = codes.astype(np.float32)
    values -= ZERO
    values *= np.float32(clip / LEVELS)
    if codes.size and codes.min() == GAP:
        values[codes == GAP] = 0
    return values


def page_sums(words: SumArray) -> SumArray:
    """Checksum of pages of 4096 bytes.

    A multilinear hash modulo 2^64 with odd factors: a change within one word of 8 bytes is always found, any
    other with overwhelming likelihood, at the speed of memory.

    Parameters
    ----------
    words : ndarray of uint64, shape (..., 512)

    Returns
    -------
    ndarray of uint64, shape (...)
    """
    sums: SumArray = words @ _FACTORS
    return sums


def _factors() -> SumArray:
    """Odd numbers by splitmix64, so that they stay the same for ever."""
    state = np.arange(1, _WORDS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))) | np.uint64(1)


_FACTORS = _factors()
