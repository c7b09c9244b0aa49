"""Mapping ``.npy`` files that may be anything: nothing in them is executed or believed unchecked."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.errors import VolumeError

GARBLED = (
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    EOFError,
)
"""What readers of arrays and images raise on damaged files, as found by feeding them such files."""

_MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 1 << 16
# numpy itself wrote numbers like 12L under Python 2
_OLD_LONG = re.compile(r"(?<=\d)L\b")
_PLAIN_TYPE = re.compile(r"[<>|=]?[fiubc]\d{1,2}")


def map_npy(path: Path) -> npt.NDArray[Any]:
    """Map an array of numbers read-only.

    Unlike :func:`numpy.load` it fails in one way only, never reads a pickle, and compares the shape with the
    size of the file before anything is allocated.

    Raises
    ------
    VolumeError
        If it is no ``.npy`` file of numbers, or the file does not hold what its header says.
    FileNotFoundError
        If there is no such file.
    """
    try:
        with path.open("rb") as file:
            text, start = _header_text(file.read(_LONGEST_HEADER + 12))
            size = file.seek(0, 2)
        dtype, fortran, shape = _parsed(text)
        if start + math.prod(shape) * dtype.itemsize > size:
            raise ValueError("the file is shorter than its header says")
        if math.prod(shape) == 0:
            return np.empty(shape, dtype)
        order: Any = "F" if fortran else "C"
        return np.memmap(path, dtype, "r", start, shape, order)
    except FileNotFoundError:
        raise
    except GARBLED as error:
        if isinstance(error, VolumeError):
            raise
        raise VolumeError(
            f"{path.name} is not a readable .npy array: {error}.", "Save it again with numpy.save."
        ) from error


def _header_text(head: bytes) -> tuple[str, int]:
    """Text of the header and the position of the first number."""
    if head[:6] != _MAGIC or len(head) < 12:
        raise ValueError("it does not begin like one")
    major = head[6]
    if major not in (1, 2, 3):
        raise ValueError(f"format version {major} is unknown")
    first = 10 if major == 1 else 12
    length = int.from_bytes(head[8:first], "little")
    if length > _LONGEST_HEADER or first + length > len(head):
        raise ValueError("its header is cut or too long")
    return head[first : first + length].decode("utf-8" if major == 3 else "latin-1"), first + length


def _parsed(text: str) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    header = ast.literal_eval(_OLD_LONG.sub("", text).strip())
    if not isinstance(header, dict) or set(header) != {"descr", "fortran_order", "shape"}:
        raise ValueError("its header is damaged")
    descr, shape = header["descr"], header["shape"]
    if not isinstance(shape, tuple) or not all(type(n) is int and 0 <= n < 1 << 60 for n in shape):
        raise ValueError(f"its shape is {shape!r}")
    if len(shape) > 32:
        raise ValueError("it has too many axes")
    if not isinstance(descr, str) or not _PLAIN_TYPE.fullmatch(descr):
        raise VolumeError(
            f"The array holds {str(descr)[:40]}, not real numbers.",
            "Save numbers, e.g. amplitudes as float32.",
        )
    return np.dtype(descr), bool(header["fortran_order"]), shape
