"""Labelled sections as tensors of a model file: compressed, and checked when they are read."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from seisview.data.geometry import Axis, SectionKey
from seisview.learn.targets import Mask

_PREFIX = "labels."
_NAME = re.compile(r"labels\.(inline|crossline)\.(\d{1,9})\.(\d{1,9})x(\d{1,9})")
_MOST_SAMPLES = 1 << 30


def packed_labels(labels: Mapping[SectionKey, Mask]) -> dict[str, Tensor]:
    """Tensors of compressed bytes, named by axis, index and shape of the section."""
    packed = {}
    for key, mask in labels.items():
        name = f"{_PREFIX}{key.axis.value}.{key.index}.{mask.shape[0]}x{mask.shape[1]}"
        squeezed = zlib.compress(np.ascontiguousarray(mask).tobytes())
        packed[name] = torch.from_numpy(np.frombuffer(squeezed, np.uint8).copy())
    return packed


def unpacked_labels(tensors: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[SectionKey, Mask]]:
    """Part the tensors of a file into weights and labelled sections.

    Raises
    ------
    ValueError
        If a section is damaged.
    """
    weights = {name: value for name, value in tensors.items() if not name.startswith(_PREFIX)}
    packed = {name: value for name, value in tensors.items() if name.startswith(_PREFIX)}
    return weights, dict(_unpacked(name, value) for name, value in packed.items())


def _unpacked(name: str, packed: Tensor) -> tuple[SectionKey, Mask]:
    found = _NAME.fullmatch(name)
    if found is None or packed.dtype != torch.uint8 or packed.ndim != 1:
        raise ValueError(f"labels {name}")
    rows, columns = int(found[3]), int(found[4])
    if rows * columns > _MOST_SAMPLES:
        raise ValueError(f"labels {name}")
    try:
        # never more than was announced, whatever the bytes would swell to
        content = zlib.decompressobj().decompress(packed.numpy().tobytes(), rows * columns + 1)
    except zlib.error as error:
        raise ValueError(f"labels {name}") from error
    if len(content) != rows * columns:
        raise ValueError(f"labels {name}")
    mask = np.frombuffer(content, np.uint8).reshape(rows, columns)
    return SectionKey(Axis(found[1]), int(found[2])), mask
