"""Builds SEG-Y bytes from nothing but the standard, so that tests do not read what the product wrote."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TYPES = {2: "i4", 3: "i2", 5: "f4", 6: "f8", 8: "i1", 9: "i8", 10: "u4", 11: "u2", 12: "u8", 16: "u1"}


@dataclass
class RawSegy:
    """A SEG-Y file to be.

    ``traces`` maps a trace header byte to one number per trace (4 bytes; 2 bytes for those in ``SHORT``);
    ``binary`` maps a binary header byte to (struct code, number).
    """

    samples: npt.NDArray[Any]
    traces: dict[int, Any] = field(default_factory=dict)
    binary: dict[int, tuple[str, float]] = field(default_factory=dict)
    order: str = ">"
    code: int = 5
    interval_us: int = 4000
    text: bytes = b"".ljust(3200, b"\x40")
    extended: bytes = b""
    extra_headers: int = 0

    def to_bytes(self) -> bytes:
        n_traces, n_samples = self.samples.shape
        binary = bytearray(400)
        usual = {3217: ("H", self.interval_us), 3221: ("H", n_samples), 3225: ("H", self.code)}
        for byte, (code, number) in {**usual, **self.binary}.items():
            struct.pack_into(self.order + code, binary, byte - 3201, number)
        headers = np.zeros((n_traces, 240 * (1 + self.extra_headers)), np.uint8)
        for byte, numbers in {115: n_samples, **self.traces}.items():
            kind = "i2" if byte in SHORT else "i4"
            column = np.broadcast_to(np.asarray(numbers), n_traces).astype(self.order + kind)
            headers[:, byte - 1 : byte - 1 + int(kind[1])] = column.view(np.uint8).reshape(n_traces, -1)
        body = np.hstack([headers, encode(self.samples, self.code, self.order)])
        return self.text + bytes(binary) + self.extended + body.tobytes()

    def write(self, path: Path) -> Path:
        path.write_bytes(self.to_bytes())
        return path


SHORT = (29, 69, 71, 89, 109, 115, 117, 215)


def encode(samples: npt.NDArray[Any], code: int, order: str) -> npt.NDArray[np.uint8]:
    """Bytes of samples in a SEG-Y format, shape (n_traces, n_samples * width)."""
    n_traces = len(samples)
    if code in TYPES:
        raw = samples.astype(order + TYPES[code])
        return np.frombuffer(raw.tobytes(), np.uint8).reshape(n_traces, -1)
    if code == 1:
        raw = np.vectorize(ibm_word, otypes=[np.uint32])(samples.astype(np.float64)).astype(order + "u4")
        return np.frombuffer(raw.tobytes(), np.uint8).reshape(n_traces, -1)
    if code in (7, 15):
        words = samples.astype(order + "i4").view(np.uint8).reshape(n_traces, -1, 4)
        return np.ascontiguousarray(words[..., 1:] if order == ">" else words[..., :3]).reshape(n_traces, -1)
    raise ValueError(code)


def ibm_word(value: float) -> int:
    """Nearest IBM single-precision word."""
    if value == 0:
        return 0
    sign, size, exponent = (0x80000000 if value < 0 else 0), abs(value), 64
    while size >= 1:
        size, exponent = size / 16, exponent + 1
    while size < 1 / 16:
        size, exponent = size * 16, exponent - 1
    fraction = round(size * (1 << 24))
    if fraction == 1 << 24:
        fraction, exponent = 1 << 20, exponent + 1
    return sign | exponent << 24 | fraction


def grid_numbers(
    inlines: list[int], crosslines: list[int], sorting: str = "inline"
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Inline and crossline number of every trace of a complete survey."""
    i, j = np.meshgrid(inlines, crosslines, indexing="ij" if sorting == "inline" else "xy")
    return i.ravel(), j.ravel()


def survey(
    cube: npt.NDArray[Any], inlines: list[int], crosslines: list[int], sorting: str = "inline", **options: Any
) -> RawSegy:
    """A complete survey from an (inline, crossline, sample) cube, line numbers at bytes 189 and 193."""
    pair = options.pop("pair", (189, 193))
    i, j = grid_numbers(inlines, crosslines, sorting)
    traces = cube if sorting == "inline" else cube.transpose(1, 0, 2)
    headers = {pair[0]: i, pair[1]: j, **options.pop("traces", {})}
    return RawSegy(traces.reshape(-1, cube.shape[2]), headers, **options)


def cube(shape: tuple[int, int, int] = (4, 5, 12), seed: int = 0) -> npt.NDArray[np.float32]:
    """Whole numbers that every format of at least 16 bits holds exactly."""
    return np.random.default_rng(seed).integers(1, 120, shape).astype(np.float32)


def ebcdic(text: str) -> bytes:
    """Textual header of 3200 bytes."""
    return text.ljust(3200).encode("cp500")
