"""A reader of SEG-Y of its own: plain struct and numpy, nothing of the program and nothing of segyio."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_CODES = {2: "i4", 3: "i2", 5: "f4", 6: "f8", 8: "i1", 16: "u1"}


@dataclass(frozen=True)
class RawSegy:
    text: bytes
    binary: bytes
    format_code: int
    headers: np.ndarray
    samples: np.ndarray

    def field(self, byte: int, order: str = ">") -> list[int]:
        return [struct.unpack_from(f"{order}i", h.tobytes(), byte - 1)[0] for h in self.headers]


def read_raw(path: Path, order: str = ">") -> RawSegy:
    content = path.read_bytes()
    text, binary = content[:3200], content[3200:3600]
    n_samples, code = (struct.unpack_from(f"{order}H", binary, at)[0] for at in (20, 24))
    width = 4 if code == 1 else np.dtype(_CODES[code]).itemsize
    traces = np.frombuffer(content[3600:], np.uint8).reshape(-1, 240 + n_samples * width)
    raw = np.ascontiguousarray(traces[:, 240:])
    if code == 1:
        samples = _ibm(raw.view(f"{order}u4").astype(np.int64))
    else:
        samples = raw.view(order + _CODES[code]).astype(np.float64)
    return RawSegy(text, binary, code, traces[:, :240], samples)


def _ibm(words: np.ndarray) -> np.ndarray:
    sign = np.where(words >> 31, -1.0, 1.0)
    return sign * (words & 0xFFFFFF) / 2.0**24 * 16.0 ** (((words >> 24) & 0x7F) - 64)
