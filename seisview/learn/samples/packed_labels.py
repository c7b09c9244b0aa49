"""Labelled sections as arrays of a model file: compressed, and checked when they are read; free of torch."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.learn.samples.targets import Mask

Bytes = npt.NDArray[np.uint8]

PREFIX = "labels."
"""How the names of such arrays begin."""

_NAME = re.compile(r"labels\.(inline|crossline)\.(\d{1,9})\.(\d{1,9})x(\d{1,9})")
_MOST_SAMPLES = 1 << 30


def packed_labels(labels: Mapping[SectionKey, Mask]) -> dict[str, Bytes]:
    """Compressed bytes of each section, named by axis, index and shape."""
    packed = {}
    for key, mask in labels.items():
        name = f"{PREFIX}{key.axis.value}.{key.index}.{mask.shape[0]}x{mask.shape[1]}"
        packed[name] = np.frombuffer(zlib.compress(np.ascontiguousarray(mask).tobytes()), np.uint8).copy()
    return packed


def unpacked_labels(packed: Mapping[str, npt.NDArray[np.generic]]) -> dict[SectionKey, Mask]:
    """Sections of what :func:`packed_labels` made, whose names begin with :data:`PREFIX`.

    Raises
    ------
    ValueError
        If one is damaged.
    """
    return dict(_unpacked(name, value) for name, value in packed.items())


def _unpacked(name: str, packed: npt.NDArray[np.generic]) -> tuple[SectionKey, Mask]:
    found = _NAME.fullmatch(name)
    if found is None or packed.dtype != np.uint8 or packed.ndim != 1:
        raise ValueError(f"labels {name}")
    rows, columns = int(found[3]), int(found[4])
    if rows * columns > _MOST_SAMPLES:
        raise ValueError(f"labels {name}")
    try:
        # never more than was announced, whatever the bytes would swell to
        content = zlib.decompressobj().decompress(packed.tobytes(), rows * columns + 1)
    except zlib.error as error:
        raise ValueError(f"labels {name}") from error
    if len(content) != rows * columns:
        raise ValueError(f"labels {name}")
    mask = np.frombuffer(content, np.uint8).reshape(rows, columns)
    return SectionKey(Axis(found[1]), int(found[2])), mask
