"""One array of numbers from a MATLAB file, versions 4 to 7.2, in Python alone.

scipy's reader is written in C and a damaged file can end the whole program there; this one only looks at
what patches need: full arrays of real numbers.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_HEADER_BYTES = 128
_MATRIX, _COMPRESSED = 14, 15
_STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_CLASSES = {
    6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8",
}  # fmt: skip
_COMPLEX = 0x0800
_VERSION_4 = ("f8", "f4", "i4", "i2", "u2", "u1")
# Flags, dimensions and name of an array come within this many bytes; the longest name has 63 characters.
_DESCRIPTION_BYTES = 512

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """An array in the file; `load` is None when it is none of real numbers."""

    name: str
    shape: Shape
    load: Callable[[], Array] | None


def read_mat_array(path: Path, key: str, check: Callable[[Shape], None]) -> Array:
    """Read the array of that name.

    Parameters
    ----------
    path : Path
    key : str
    check : callable
        Given the shape before anything is unpacked; raises to refuse it.

    Raises
    ------
    ValueError
        If the file is damaged, no MATLAB file, or holds no such array of numbers.
    NotImplementedError
        For a file of version 7.3, which is HDF5.
    """
    content = path.read_bytes()
    if content[:8] == b"\x89HDF\r\n\x1a\n":
        raise NotImplementedError("version 7.3")
    try:
        return _found(_entries_4(content) if 0 in content[:4] else _entries_5(content), key, check)
    except struct.error as error:
        raise ValueError("it is cut off") from error


def _found(entries: Iterator[_Entry], key: str, check: Callable[[Shape], None]) -> Array:
    names = []
    for entry in entries:
        if entry.name != key:
            names.append(entry.name)
            continue
        check(entry.shape)
        if entry.load is None:
            raise ValueError(f"{key} holds no real numbers")
        return entry.load()
    raise ValueError(f"it has no array called {key} (but {', '.join(sorted(names)) or 'nothing'})")


def _entries_5(content: bytes) -> Iterator[_Entry]:
    if len(content) < _HEADER_BYTES or content[126:128] not in (b"IM", b"MI"):
        raise ValueError("it is no MATLAB file")
    order = "<" if content[126:128] == b"IM" else ">"
    (version,) = struct.unpack_from(f"{order}H", content, 124)
    if version == 0x0200:
        raise NotImplementedError("version 7.3")
    at = _HEADER_BYTES
    while at + 8 <= len(content):
        kind, length = struct.unpack_from(f"{order}II", content, at)
        body = content[at + 8 : at + 8 + length]
        if len(body) < length:
            raise ValueError("it ends before its last array")
        if kind == _COMPRESSED:
            yield _described(_unpacked(body, _DESCRIPTION_BYTES), order, partial(_unpacked, body))
        elif kind == _MATRIX:
            yield _described(body, order, lambda _n, body=body: body)  # type: ignore[misc]
        at += 8 + length


def _unpacked(body: bytes, n_bytes: int) -> bytes:
    """At least so many bytes of a compressed array, without the tag that it begins with."""
    try:
        return zlib.decompressobj().decompress(body, n_bytes + 8)[8:]
    except zlib.error as error:
        raise ValueError("a compressed array is damaged") from error


def _described(head: bytes, order: str, whole: Callable[[int], bytes]) -> _Entry:
    """Flags, dimensions and name of an array; `whole` gives that many bytes of it, or more."""
    (_, flags), at = _element(head, 0, order)
    (_, sizes), at = _element(head, at, order)
    (_, name), at = _element(head, at, order)
    (word,) = struct.unpack_from(f"{order}I", flags)
    shape = tuple(int(n) for n in np.frombuffer(sizes, f"{order}i4"))
    if not shape or min(shape) < 0:
        raise ValueError("an array has impossible dimensions")
    kind = _CLASSES.get(word & 0xFF)
    text = name.decode("latin-1")
    if kind is None or word & _COMPLEX:
        return _Entry(text, shape, None)

    def load() -> Array:
        count = _count(shape)
        (stored, values), _ = _element(whole(at + 8 * count + 64), at, order)
        if stored not in _STORED:
            raise ValueError("an array holds unknown numbers")
        numbers = np.frombuffer(values, order + _STORED[stored])
        if len(numbers) != count:
            raise ValueError("an array has another size than it says")
        return numbers.astype(kind).reshape(shape, order="F")

    return _Entry(text, shape, load)


def _element(content: bytes, at: int, order: str) -> tuple[tuple[int, bytes], int]:
    """Type and data of an element, and where the next one begins."""
    (word,) = struct.unpack_from(f"{order}I", content, at)
    if word >> 16:  # up to four bytes, beside the type
        kind, length, start, following = word & 0xFFFF, word >> 16, at + 4, at + 8
        if length > 4:
            raise ValueError("a short element is too long")
    else:
        kind, start = word, at + 8
        (length,) = struct.unpack_from(f"{order}I", content, at + 4)
        following = start + -(-length // 8) * 8
    data = content[start : start + length]
    if len(data) < length:
        raise ValueError("an array is cut off")
    return (kind, data), following


def _entries_4(content: bytes) -> Iterator[_Entry]:
    at = 0
    while at + 20 <= len(content):
        order = "<" if 0 <= struct.unpack_from("<i", content, at)[0] < 5000 else ">"
        code, rows, columns, imaginary, name_bytes = struct.unpack_from(f"{order}5i", content, at)
        precision, matrix = code // 10 % 10, code % 10
        if not 0 <= code < 5000 or precision >= len(_VERSION_4) or min(rows, columns, name_bytes) < 0:
            raise ValueError("it is no MATLAB file")
        start, kind = at + 20 + name_bytes, np.dtype(order + _VERSION_4[precision])
        name = content[at + 20 : start].split(b"\0")[0].decode("latin-1")
        shape, end = (rows, columns), start + rows * columns * kind.itemsize * (2 if imaginary else 1)
        if end > len(content):
            raise ValueError("it ends before its last array")
        plain = matrix == 0 and not imaginary
        yield _Entry(name, shape, _loader_4(content[start:end], kind, shape) if plain else None)
        at = end


def _loader_4(content: bytes, kind: np.dtype[Any], shape: Shape) -> Callable[[], Array]:
    return lambda: np.frombuffer(content, kind).reshape(shape, order="F").astype(kind.newbyteorder("="))


def _count(shape: Shape) -> int:
    count = 1
    for size in shape:
        count *= size
    return count
